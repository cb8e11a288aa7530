from collections.abc import Sequence

from fuzz.values.choices import Choices
from fuzz.world.schedule.random_walk import RandomWalk
from fuzz.world.schedule.replay import Replay
from fuzz.world.strategy import Strategy
from fuzz.world.task import Task
from fuzz.world.world import World
from tests.fuzz.world.toys import READ, WRITE, count_to_two, record, switch, task_at


class Last:
    """Chooses the last task."""

    def pick(self, eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task:
        return eligible[-1]


def replayed(*switches: str, after: int = 0, then: Strategy | None = None) -> tuple[Replay, World]:
    replay = Replay([switch(text) for text in switches], after, then)
    world = World(strategy=replay)
    count_to_two(world)
    return replay, world


def test_a_switch_is_obeyed_at_its_visit_only() -> None:
    replay = Replay([switch("A cell.read#2 B")])
    a, b = task_at(0, READ), task_at(1)
    chosen = []
    for visit in (1, 2, 3):
        a.visits[READ] = visit
        chosen.append(replay.pick([a, b], a, stays=True))
    assert (chosen, replay.unreached, replay.decisions) == ([a, b, a], (), 3)


def test_what_no_switch_names_follows_the_default_order() -> None:
    replay = Replay([switch("A cell.write#1 B"), switch("B cell.read#1 A")])
    a, b = task_at(0, READ), task_at(1, WRITE)
    assert replay.pick([a, b], b, stays=True) is b
    assert replay.pick([a, b], b, stays=False) is a


def test_switches_that_never_come_are_unreached_in_the_given_order() -> None:
    never = ("Z cell.read#1 B", "A cell.read#9 B", "A nowhere#1 B")
    replay, _ = replayed(never[0], "A cell.write#1 B", *never[1:])
    assert replay.unreached == tuple(map(switch, never))


def test_a_switch_to_a_task_that_may_not_run_is_ignored_and_unreached() -> None:
    replay, world = replayed("A cell.read#1 nobody", "B cell.read#1 A")
    assert (world.switches, replay.unreached) == (
        (),
        (switch("A cell.read#1 nobody"), switch("B cell.read#1 A")),
    )


def test_of_two_switches_at_one_visit_the_first_counts() -> None:
    replay, world = replayed("A cell.write#1 B", "A cell.write#1 A")
    assert world.switches == (switch("A cell.write#1 B"),)
    assert replay.unreached == (switch("A cell.write#1 A"),)


def test_a_switch_to_the_announcer_itself_is_obeyed_and_changes_nothing() -> None:
    replay, world = replayed("A cell.write#1 A")
    assert (world.switches, replay.unreached) == ((), ())


def test_another_strategy_takes_over_after_so_many_decisions() -> None:
    assert replayed(after=2, then=Last())[1].switches == (switch("A cell.write#1 B"),)
    assert replayed(after=3, then=Last())[1].switches == ()
    assert replayed(after=0, then=Last())[1].switches[0] == switch("A begin#1 B")


def test_named_switches_come_before_the_other_strategy() -> None:
    replay, world = replayed("A begin#1 A", then=Last())
    assert world.switches[0] == switch("A cell.read#1 B")
    assert replay.unreached == ()


def test_a_strategy_that_takes_over_at_once_is_that_strategy() -> None:
    alone = World(strategy=RandomWalk(Choices(4)))
    count_to_two(alone)
    assert record(replayed(then=RandomWalk(Choices(4)))[1]) == record(alone)
