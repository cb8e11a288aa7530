"""A task is undisturbed as long as nobody else has a turn and nothing is made to fail."""

import pytest

from fuzz.values.point import Point
from fuzz.world.world import World
from targets.shared.undisturbed import Undisturbed

STEP = Point("step", "anything")
NAP = Point("nap", "wait for a tick")


@pytest.mark.parametrize(("sleeps", "interrupt"), [(False, False), (True, False), (True, True)])
def test_only_who_had_no_other_beside_him_was_undisturbed(
    sleeps: bool,  # noqa: FBT001 - a parameter of the test
    interrupt: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    world = World()
    seen: list[bool] = []

    def watched() -> None:
        undisturbed = Undisturbed(world)
        world.reach(STEP)
        if sleeps:
            world.sleep(NAP, 1)
        seen.append(undisturbed.holds)

    world.spawn("A", watched)
    world.spawn("B", lambda: world.reach(STEP), interrupt=interrupt)
    world.run()
    assert seen == [not sleeps]
