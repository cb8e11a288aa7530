"""The tests of the kernel, in the order in which each rule set makes them."""

from typing import Any, Final, Self

import pytest

from fuzz.values.choices import Choices
from fuzz.values.point import Point
from fuzz.world.faults import Attributes, DrawnFaults, OrderOfTests
from fuzz.world.task import Cpu, Task
from tests.fuzz.world.toys import DISK, SLAB, Numbers, task_at

PLAIN, NTH, STACK = OrderOfTests
ALL: Final = (PLAIN, NTH, STACK)
WITH_NTH: Final = (NTH, STACK)

A, B, C = (task_at(number) for number in range(3))
IRQ: Final = Task(9, "A", Cpu(0), lambda: None, interrupt=True)
NAMELESS: Final = Point("nameless", "belongs to no facility", faults=("X",))

Settings = dict[str, Any]


class Desk:
    """Takes requests at the disk; `log` has an x for each one that failed."""

    def __init__(self, rules: OrderOfTests, *draws: int, **settings: Any) -> None:
        attributes = Attributes("disks", **{"probability": 100, "times": -1, **settings})
        self.numbers = Numbers(*draws)
        self.plan = DrawnFaults(attributes, self.numbers if draws else Choices(0), rules)
        self.log = ""

    def ask(
        self, task: Task = A, point: Point = DISK, *, size: int = 1, exempt: bool = False
    ) -> Self:
        outcome = self.plan.decide(task, point, 1, size, exempt=exempt)
        self.log += "x" if outcome else "."
        return self

    def wanted(self, **request: Any) -> Self:
        """Ask from a function that a stack filter may want."""
        return self.ask(**request)

    def asked(self, calls: str) -> str:
        """Ask from within `wanted` for every w, else from elsewhere, and return the log."""
        for call in calls:
            self.wanted() if call == "w" else self.ask()
        return self.log


@pytest.mark.parametrize("rules", ALL)
def test_a_facility_fails_its_own_requests_only(rules: OrderOfTests) -> None:
    assert Desk(rules).ask().ask(point=SLAB).ask(point=NAMELESS).log == "x.."


@pytest.mark.parametrize("rules", ALL)
def test_exempt_requests_are_neither_failed_nor_counted(rules: OrderOfTests) -> None:
    desk = Desk(rules, interval=2, space=2)
    for _ in range(5):
        desk.ask(exempt=True)
    assert desk.asked("oooo") == "....." + "..x."


@pytest.mark.parametrize("rules", ALL)
def test_exempt_requests_fail_like_others_when_those_that_may_wait_are_not_spared(
    rules: OrderOfTests,
) -> None:
    desk = Desk(rules, ignore_gfp_wait=False, times=2)
    assert desk.ask(exempt=True).ask().ask(exempt=True).log == "xx."


@pytest.mark.parametrize("rules", ALL)
def test_a_point_can_fail_by_its_own_name_and_then_no_other_does(rules: OrderOfTests) -> None:
    plan = DrawnFaults(Attributes("nameless", probability=100, times=-1), Choices(0), rules)
    points = (NAMELESS, DISK, SLAB, NAMELESS)
    failed = [plan.decide(A, point, 1, 1, exempt=False) for point in points]
    assert failed == ["X", None, None, "X"]


@pytest.mark.parametrize("rules", ALL)
@pytest.mark.parametrize(
    ("settings", "draws", "log"),
    [
        ({"probability": 0}, (), "......"),
        ({"probability": 100}, (), "xxxxxx"),
        ({"probability": 30}, (29, 30, 99, 0, 50, 1), "x..x.x"),
        ({"times": 0}, (), "......"),
        ({"times": 2}, (), "xx...."),
        ({"times": 2, "probability": 50}, (99, 0, 99, 0), ".x.x.."),
        ({"interval": 3}, (), "..x..x"),
        ({"interval": 2, "probability": 50}, (99, 0, 99), "...x.."),
        ({"interval": 2, "times": 1}, (), ".x...."),
        ({"space": 3}, (), "..xxxx"),
        ({"space": 3, "interval": 2}, (), "...x.x"),
        ({"space": 3, "probability": 50}, (0, 99, 0, 99), "..x.x."),
        ({"task_filter": ("A",)}, (), "xxxxxx"),
        ({"task_filter": ("B",)}, (), "......"),
        ({"task_filter": ("B",), "space": 3, "interval": 2}, (), "......"),
    ],
)
def test_without_a_stack_filter_all_rules_agree(
    rules: OrderOfTests, settings: Settings, draws: tuple[int, ...], log: str
) -> None:
    desk = Desk(rules, *draws, **settings)
    assert desk.asked("oooooo") == log
    assert desk.numbers.left == []


@pytest.mark.parametrize(
    ("settings", "draws", "calls", "last", "first"),
    [
        ({}, (), "owow", ".x.x", ".x.x"),
        ({"interval": 2}, (), "owww", ".x.x", "..x."),
        ({"space": 2}, (), "owww", ".xxx", "..xx"),
        ({"probability": 50}, (0, 99, 0, 99), "owww", "..x.", ".x.x"),
        ({"times": 1}, (), "owww", ".x..", ".x.."),
    ],
    ids=["alone", "interval", "space", "probability", "times"],
)
def test_a_stack_filter_comes_last_and_from_6_3_on_before_what_counts(
    settings: Settings, draws: tuple[int, ...], calls: str, last: str, first: str
) -> None:
    logs = [Desk(rules, *draws, within="wanted", **settings).asked(calls) for rules in ALL]
    assert logs == [last, last, first]


@pytest.mark.parametrize("rules", ALL)
def test_the_task_filter_lets_only_its_tasks_fail_and_no_interrupt(rules: OrderOfTests) -> None:
    assert Desk(rules, task_filter=("A", "C")).ask(A).ask(B).ask(C).ask(IRQ).log == "x.x."
    assert Desk(rules).ask(A).ask(B).ask(C).ask(IRQ).log == "xxxx"


@pytest.mark.parametrize("rules", ALL)
@pytest.mark.parametrize("refusing", [{"task_filter": ("B",)}, {"times": 0}, {"probability": 0}])
def test_what_the_first_tests_refuse_uses_neither_space_nor_interval(
    rules: OrderOfTests, refusing: Settings
) -> None:
    desk = Desk(rules, **{"space": 5, "interval": 2, **refusing})
    assert desk.asked("oooo") == "...."
    assert (desk.plan._space, desk.plan._count) == (5, 0)


@pytest.mark.parametrize("rules", ALL)
def test_space_is_weighed_against_each_request_and_kept_once_it_is_too_small(
    rules: OrderOfTests,
) -> None:
    desk = Desk(rules, space=10)
    for size in (4, 4, 4, 1, 1, 1):
        desk.ask(size=size)
    assert desk.log == "..x.xx"  # left: 6, 2, 2, 1, 1, 1


@pytest.mark.parametrize(
    ("settings", "calls", "plain", "nth", "stack"),
    [
        ({"fail_nth": 3, "probability": 0}, "ooooo", ".....", "..x..", "..x.."),
        ({"fail_nth": 3}, "ooooo", "xxxxx", "..xxx", "..xxx"),
        ({"fail_nth": 1, "times": 0}, "oo", "..", "x.", "x."),
        ({"fail_nth": 2, "times": 1}, "ooo", "x..", ".x.", ".x."),
        ({"fail_nth": 2, "times": 2}, "oooo", "xx..", ".xx.", ".xx."),
        ({"fail_nth": 2, "space": 3}, "oooooo", "..xxxx", ".x..xx", ".x..xx"),
        ({"fail_nth": 2, "interval": 2}, "oooooo", ".x.x.x", ".x.x.x", ".x.x.x"),
        ({"fail_nth": 3, "interval": 2}, "oooooo", ".x.x.x", "..x.x.", "..x.x."),
        ({"fail_nth": 2, "within": "wanted"}, "oowwo", "..xx.", ".xxx.", "...x."),
        ({"fail_nth": 1, "within": "wanted"}, "oow", "..x", "x.x", "..x"),
    ],
)
def test_fail_nth_bypasses_everything_and_from_6_3_on_all_but_the_stack_filter(
    settings: Settings, calls: str, plain: str, nth: str, stack: str
) -> None:
    assert [Desk(rules, **settings).asked(calls) for rules in ALL] == [plain, nth, stack]


@pytest.mark.parametrize("rules", WITH_NTH)
def test_fail_nth_counts_over_all_facilities_and_fails_whichever_comes(
    rules: OrderOfTests,
) -> None:
    assert Desk(rules, fail_nth=3, probability=0).ask().ask(point=SLAB).ask().log == "..x"
    desk = Desk(rules, fail_nth=2, times=1).ask().ask(point=SLAB).ask().ask()
    assert desk.log == ".xx."  # what fails elsewhere uses up no times here


@pytest.mark.parametrize("rules", WITH_NTH)
def test_fail_nth_does_not_count_what_no_facility_is_asked_about(rules: OrderOfTests) -> None:
    desk = Desk(rules, fail_nth=2, probability=0)
    assert desk.ask(exempt=True).ask(point=NAMELESS).ask().ask().log == "...x"


@pytest.mark.parametrize("rules", WITH_NTH)
def test_fail_nth_counts_each_task_by_itself_and_no_interrupts(rules: OrderOfTests) -> None:
    desk = Desk(rules, fail_nth=2, probability=0)
    assert desk.ask(A).ask(IRQ).ask(B).ask(A).ask(B).ask(IRQ).log == "...xx."


@pytest.mark.parametrize("rules", WITH_NTH)
def test_fail_nth_is_set_for_the_tasks_of_the_filter(rules: OrderOfTests) -> None:
    desk = Desk(rules, fail_nth=1, probability=0, task_filter=("A",))
    assert desk.ask(B).ask(A).ask(B).log == ".x."


def test_the_stack_filter_of_one_facility_does_not_keep_another_from_counting_down() -> None:
    desk = Desk(STACK, fail_nth=2, probability=0, within="wanted")
    assert desk.ask(point=SLAB).ask().wanted().log == "..x"


@pytest.mark.parametrize(("draw", "outcome"), [(0, "EMPTY"), (1, "LATE")])
def test_the_outcome_is_drawn_where_there_are_several(draw: int, outcome: str) -> None:
    attributes = Attributes("slabs", probability=100)
    plan = DrawnFaults(attributes, Numbers(0, draw), STACK)
    assert plan.decide(A, SLAB, 1, 1, exempt=False) == outcome


def test_the_rules_of_the_newest_kernels_are_the_default() -> None:
    desk = DrawnFaults(Attributes("disks", probability=100), Choices(0))
    assert desk._rules is STACK
