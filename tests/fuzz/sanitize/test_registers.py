"""Claims about histories of registers."""

import pytest

from fuzz.sanitize.registers import Call, Impossible, Registers
from tests.fuzz.sanitize.histories import read, write


def impossible(*calls: Call[str]) -> list[Impossible[str]]:
    registers = Registers("0")
    for call in calls:
        registers.add(call)
    return list(registers.impossible())


def impossible_reads(*calls: Call[str]) -> list[Call[str]]:
    return [each.read for each in impossible(*calls)]


def test_a_read_sees_the_initial_value_or_the_newest_finished_write() -> None:
    assert impossible(read("0", 1, 2), write("x", 3, 4), read("x", 5, 6)) == []
    assert impossible_reads(write("x", 1, 2), read("0", 3, 4)) == [read("0", 3, 4)]


def test_a_read_may_see_either_side_of_a_concurrent_write() -> None:
    assert impossible(write("x", 1, 9), read("0", 2, 3)) == []
    assert impossible(write("x", 1, 9), read("x", 2, 3)) == []


def test_a_new_value_is_not_followed_by_an_old_one() -> None:
    stale = read("0", 4, 5)
    assert impossible_reads(write("x", 1, 9), read("x", 2, 3), stale) == [stale]


def test_a_value_that_nobody_wrote_is_impossible() -> None:
    wrong = read("y", 1, 3)
    assert impossible(write("x", 1, 2), wrong) == [Impossible(wrong, ())]


def test_a_refused_write_that_may_have_been_done_explains_either() -> None:
    assert impossible(write("x", 1, None), read("0", 3, 4)) == []
    assert impossible(write("x", 1, None), read("x", 3, 4), read("x", 5, 6)) == []


def test_each_register_has_its_own_history() -> None:
    wrong = read("0", 5, 6, register=1)
    calls = (write("x", 1, 2), write("y", 1, 2, register=1), read("x", 3, 4), wrong)
    assert impossible_reads(*calls) == [wrong]


def test_an_impossible_read_names_the_calls_that_rule_it_out() -> None:
    wrong = read("x", 20, 21)
    calls = (
        write("w", 0, 1),
        write("x", 2, 3),
        read("x", 4, 5),
        write("y", 6, 30),
        read("y", 8, 9),
        read("y", 10, 11),
        write("z", 12, None),
    )
    assert impossible(*calls, wrong) == [
        Impossible(wrong, (write("x", 2, 3), write("y", 6, 30), read("y", 10, 11)))
    ]


def test_a_read_that_saw_nothing_is_refused() -> None:
    nothing = Call(0, "x", is_write=False, called=1, returned=None, task="A")
    with pytest.raises(AssertionError, match="saw nothing"):
        Registers("0").add(nothing)
