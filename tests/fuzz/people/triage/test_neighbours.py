"""What differs from a case in little."""

from dataclasses import replace

from fuzz.people.triage.neighbours import (
    more_operations,
    neighbours,
    other_arguments,
    other_schedules,
)
from fuzz.values.choices import Choices
from tests.fuzz.people.toys import LOST, case_of
from tests.toys import counter


def test_equal_arguments_are_redrawn_alike_and_others_left_alone() -> None:
    case = case_of(LOST.replace("amount=4", "amount=3"))
    varied = other_arguments(counter.TARGET, case, Choices(1))
    amounts = [str(one) for each in varied.programs for one in each.operations]
    assert amounts[0] == amounts[3] != "add amount=3"
    assert (varied.switches, varied.faults) == (case.switches, case.faults)


def test_an_operation_more_leaves_the_others_in_their_order() -> None:
    case = case_of(LOST)
    longer = more_operations(counter.TARGET, case, Choices(1))
    assert longer.size == case.size + 1
    for before, after in zip(case.programs, longer.programs, strict=True):
        left = iter(after.operations)
        assert all(one in left for one in before.operations)


def test_another_schedule_keeps_the_program() -> None:
    case = case_of(LOST)
    varied = other_schedules(counter.TARGET, case, Choices(1))
    assert varied.schedule is not None
    assert replace(varied, schedule=None, switches=case.switches) == case


def test_neighbours_are_of_every_kind_and_always_the_same() -> None:
    case = case_of(LOST)
    drawn = list(neighbours(counter.TARGET, case, Choices(1), 40))
    assert {one.size for one in drawn} == {case.size, case.size + 1}
    assert any(one.schedule for one in drawn)
    assert any(one.size == case.size and not one.schedule for one in drawn)
    assert drawn == list(neighbours(counter.TARGET, case, Choices(1), 40))
