"""Where a case that no longer shows its finding has left the way to it."""

from typing import Final

import pytest

from fuzz.people.divergence import Divergence, diverged
from fuzz.people.output import Status
from fuzz.program.case import Expectation
from tests.fuzz.people.toys import LOST, TARGETS, case_of, swapstorm

WANTED: Final = Expectation("1", kind="lost-update", place="add")
NOWHERE: Final = "as it is, no kernel and no design shows it"
SWITCH: Final = "switch A counter.write#1 B"


def of(text: str, wanted: Expectation = WANTED) -> Divergence:
    case = case_of(text)
    return diverged(TARGETS[case.target], case, wanted)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (
            "switch A counter.write#9 B",
            "A passed counter.write once, the last as 'A counter.write#1'",
        ),
        (
            "switch A counter.read#9 B",
            "A passed counter.read 2 times, the last as 'A counter.read#2'",
        ),
        ("switch A counter.lock#1 B", "A never passed counter.lock"),
        ("switch C counter.write#1 B", "there is no task C"),
        ("switch A counter.write#1 C", "A came there, but there is no task C"),
        ("switch B counter.write#1 A", "B came there, but A could not run then"),
    ],
)
def test_the_first_anchor_that_is_not_reached_says_how_far_its_task_came(
    line: str, why: str
) -> None:
    found = of(LOST.replace(SWITCH, line))
    assert found.unreached == f"never came to '{line}': {why}"


def test_an_anchor_that_should_be_another_visit_is_named() -> None:
    found = of(LOST.replace(SWITCH, "switch A counter.write#3 B"))
    assert (found.elsewhere, found.instead) == (
        NOWHERE,
        "it shows with 'switch A counter.write#1 B' for 'switch A counter.write#3 B'",
    )


def test_the_nearest_kernel_or_design_that_shows_it_is_named_with_what_is_answered_there() -> None:
    race = """\
target counter
kernel 2
task A
  add amount=3
task B
  add amount=2
  read
switch A counter.write#1 B
"""
    assert of(race, Expectation("2", kind="lost-update")) == Divergence(
        elsewhere="kernel 1 shows it",
        answers=("B's operation 2, 'read', answers 5, and 2 there",),
    )
    designed = LOST.replace("target counter", "target designed")
    locked = designed.replace("kernel 1\n", "kernel 1\nconfig design=lock\n")
    assert of(locked).elsewhere == "kernel 1 with design=none shows it"


def test_operations_that_were_refused_are_named_where_nothing_can_be_compared() -> None:
    found = of(LOST.replace(SWITCH + "\n", ""))
    assert found == Divergence(
        answers=("B's operation 1, 'add amount=2', answers ENOMEM",), elsewhere=NOWHERE
    )


def test_run_and_show_say_it_in_plain_lines(
    tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    path = f"{tmp_path}/a.case"
    with open(path, "w", encoding="utf-8") as file:
        file.write(LOST.replace("write#1 B", "write#3 B") + "expect 1 lost-update add\n")
    lines = [
        "never came to 'switch A counter.write#3 B': "
        "A passed counter.write once, the last as 'A counter.write#1'",
        NOWHERE,
        "B's operation 1, 'add amount=2', answers ENOMEM",
        "it shows with 'switch A counter.write#1 B' for 'switch A counter.write#3 B'",
    ]
    assert swapstorm("run", path) == Status.FAILED
    said = capsys.readouterr().out.splitlines()
    assert said[1:6] == [
        "  expect 1 lost-update add: the run shows clean",
        *(f"    {line}" for line in lines),
    ]
    assert swapstorm("show", path) == Status.GOOD
    assert capsys.readouterr().out.splitlines()[-5:] == [
        "missing: expect 1 lost-update add",
        *lines,
    ]
