from collections.abc import Sequence

import pytest

from fuzz.program.case import Case
from fuzz.program.execute import execute
from fuzz.program.text import parse_case
from fuzz.search.shrink.moments import (
    after_cut,
    between_operations,
    neighbours,
    reanchored,
    visits_by_operation,
)
from fuzz.values.anchor import Anchor
from fuzz.world.event import Event
from tests.toys import counter

TEXT = """\
target counter
kernel 1
task A
  add amount=1
  read
  add amount=2
fault A counter.note#2 ENOMEM
switch A counter.read#2 B
switch B end#1 A
"""


def case() -> Case:
    return parse_case(TEXT, {"counter": counter.TARGET})


def trace() -> Sequence[Event]:
    return execute(counter.TARGET, case()).trace


def test_visits_are_counted_for_each_operation() -> None:
    assert visits_by_operation(trace(), "A") == [
        {"begin": 1},
        {"operation": 1, "counter.note": 1, "counter.read": 1, "counter.write": 1},
        {"operation": 1, "counter.read": 1},
        {"operation": 1, "counter.note": 1, "end": 1},
    ]
    assert visits_by_operation(trace(), "B") == [{}]


@pytest.mark.parametrize(
    ("point", "visit", "gone", "expected"),
    [
        ("counter.read", 2, [0], 1),
        ("counter.read", 1, [0], None),
        ("counter.read", 1, [1], 1),
        ("counter.read", 2, [0, 1], None),
        ("counter.note", 2, [1], 2),
        ("counter.note", 5, [0, 2], 3),
        ("operation", 3, [0, 1], 1),
        ("operation", 3, [2], None),
        ("begin", 1, [0, 1, 2], 1),
        ("elsewhere", 4, [0], 4),
    ],
)
def test_later_visits_move_down_when_operations_are_cut(
    point: str, visit: int, gone: list[int], expected: int | None
) -> None:
    moved = after_cut(Anchor("A", point, visit), visits_by_operation(trace(), "A"), gone)
    assert moved == (Anchor("A", point, expected) if expected else None)


@pytest.mark.parametrize(
    ("point", "visit", "gone", "expected"),
    [
        ("counter.read", 1, [0], "operation#1"),
        ("counter.read", 2, [1], "operation#2"),
        ("counter.note", 2, [1, 2], "end#1"),
        ("counter.read", 2, [0], "counter.read#1"),
    ],
)
def test_what_happened_in_an_operation_that_is_cut_may_happen_before_the_next(
    point: str, visit: int, gone: list[int], expected: str
) -> None:
    moved = between_operations(Anchor("A", point, visit), visits_by_operation(trace(), "A"), gone)
    assert str(moved) == f"A {expected}"


def test_anchors_are_moved_or_dropped_together() -> None:
    moved = reanchored(case(), lambda at: None if at.task == "B" else Anchor("C", at.point, 1))
    assert [str(one) for one in (*moved.faults, *moved.switches)] == [
        "fault C counter.note#1 ENOMEM",
        "switch C counter.read#1 B",
    ]


def test_of_two_anchors_moved_to_one_visit_one_is_left() -> None:
    moved = reanchored(case(), lambda _: Anchor("A", "begin", 1))
    assert (len(moved.faults), len(moved.switches)) == (1, 1)


@pytest.mark.parametrize(
    ("point", "visit", "expected"),
    [
        ("counter.read", 1, ["counter.note#1", "counter.write#1", "operation#1", "operation#2"]),
        ("begin", 1, ["operation#1", "counter.note#1"]),
        ("announced.only", 1, ["end#1", "counter.note#2"]),
    ],
)
def test_neighbours_are_the_points_of_the_same_task_around(
    point: str, visit: int, expected: list[str]
) -> None:
    found = neighbours(trace(), Anchor("A", point, visit), 2)
    assert [f"{at.point}#{at.visit}" for at in found] == expected
