"""Events, watchers, and the names of places."""

from fuzz.values.finding import Harm
from fuzz.values.point import Point
from fuzz.values.promise import Promise
from fuzz.world.event import Event, current_place, event_text, runs_within
from fuzz.world.faults import ExplicitFaults
from fuzz.world.task import Task
from fuzz.world.world import World
from tests.fuzz.world.toys import PASS, SLAB, count_to_two, fault, lines, steps_of

SEEN = Promise("seen", "Nobody is seen.", Harm.LATENT)


class Scribe:
    def __init__(self) -> None:
        self.passed_lines: list[str] = []
        self.told_lines: list[str] = []

    def passed(self, event: Event) -> None:
        self.passed_lines.append(event_text(event))

    def told(self, task: Task, text: str) -> None:
        self.told_lines.append(f"{task.name}: {text}")


def test_a_watcher_sees_the_trace_as_it_grows() -> None:
    world, scribe = World(), Scribe()
    world.watch(scribe)
    count_to_two(world)
    assert scribe.passed_lines == lines(world)


def test_all_watchers_hear_what_tasks_tell_and_which_faults_come() -> None:
    world, scribes = World(faults=ExplicitFaults([fault("A slab#1 LATE")])), [Scribe(), Scribe()]
    assert not world.watched
    for scribe in scribes:
        world.watch(scribe)

    def chat() -> None:
        if world.watched:
            world.tell("hello")
        world.fault(SLAB)

    world.spawn("A", chat)
    world.run()
    assert [scribe.told_lines for scribe in scribes] == [["A: hello", "A: FAULT slab LATE"]] * 2


def test_a_watcher_may_stop_the_machine() -> None:
    class Judge(Scribe):
        def passed(self, event: Event) -> None:
            if event[1] is PASS:
                world.report(SEEN, "seen", fatal=True)

    world = World()
    world.watch(Judge())
    task = world.spawn("A", lambda: world.reach(PASS))
    world.run()
    assert ([finding.kind for finding in world.findings], task.done) == (["seen"], False)


def test_telling_nobody_is_free_of_effects() -> None:
    world = World()
    world.spawn("A", lambda: world.tell("hello"))
    world.run()
    assert lines(world) == ["A begin#1 0", "A end#1 0"]


def place_of_a_helper() -> str:
    return current_place()


def test_the_place_is_the_innermost_function_of_the_system_under_test() -> None:
    places: list[str] = []
    world = World()
    world.spawn("A", lambda: places.append(place_of_a_helper()))
    world.run()
    assert places == ["place_of_a_helper"]


def test_a_function_is_on_the_stack_while_it_runs() -> None:
    def outer() -> tuple[bool, bool, bool]:
        return inner()

    def inner() -> tuple[bool, bool, bool]:
        return runs_within("outer"), runs_within("inner"), runs_within("other")

    assert outer() == (True, True, False)


def test_a_task_is_shown_with_its_last_announcement() -> None:
    world, shown = World(), list[str]()
    world.spawn("A", steps_of(lambda: world.reach(PASS), lambda: shown.append(repr(world.running))))
    world.run()
    assert shown == ["<task A at pass#1>"]


def test_an_event_is_written_as_a_line_of_a_trace() -> None:
    world = World()
    task = world.spawn("A", lambda: None)
    assert event_text((task, Point("zone.lock", "lock"), 2, 30)) == "A zone.lock#2 30"
