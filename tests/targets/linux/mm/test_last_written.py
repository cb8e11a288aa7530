"""What judges remember of a process's memory: what it wrote last, and what was there when."""

from fuzz.values.point import Point
from fuzz.world.world import World
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.mm.last_written import LastWritten

PAUSE = Point("pause", "a point passes")
ZEROS = bytes(PAGE_SIZE)
ONE, TWO = b"1" * PAGE_SIZE, b"2" * PAGE_SIZE


def remembered(world: World) -> list[object]:
    """Write twice, drop, let a child inherit, with a point after each; say what was there when."""
    parent, child = LastWritten(world), LastWritten(world)
    world.reach(PAUSE)
    parent[0] = ONE
    world.reach(PAUSE)
    parent[0] = TWO
    child.inherit(0, parent)
    world.reach(PAUSE)
    parent.drop(0)
    since = len(world.trace)
    history = [parent.at(0, since - ago) for ago in (0, 1, 2, 3)]
    return [dict(parent), dict(child), history, child.at(0, since), child.at(1, since)]


def test_what_was_there_is_known_for_each_moment_and_inherited() -> None:
    world = World()
    seen: list[object] = []
    world.spawn("A", lambda: seen.extend(remembered(world)))
    world.run()
    assert seen == [{}, {0: TWO}, [ZEROS, TWO, ONE, ZEROS], TWO, ZEROS]
