"""Whose doing a finding is, on a toy whose bugs are known."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import pytest

from fuzz.people.bench.suspects import Suspects, shows
from fuzz.program.case import Case
from fuzz.program.execute import execute, materialised
from fuzz.program.text import parse_case
from tests.toys.cracked import TARGET, CrackedTarget, words_of

RACE: Final = "task A\n  add amount=1\ntask B\n  add amount=2\nswitch A cracked.write#1 B\n"
THIEF: Final = "task A\n  rob\n"
NAMES: Final = tuple(bug.name for bug in TARGET.bugs)


def case_of(body: str, config: str = "with=greedy,mild,open") -> Case:
    text = f"target cracked\nkernel 1\nconfig {config}\n{body}"
    return parse_case(text, {TARGET.name: TARGET})


def blamed(body: str, signature: str, config: str = "with=greedy,mild,open") -> frozenset[str]:
    case = case_of(body, config)
    outcome = execute(TARGET, case)
    assert shows(outcome, signature)
    return Suspects(TARGET).blamed(materialised(case, outcome), signature, NAMES)


def test_the_one_bug_without_which_it_is_gone_is_blamed() -> None:
    assert blamed(RACE, "lost-update-add") == {"unlocked"}
    assert blamed("task A\n  add amount=9\n", "greedy-add") == {"greedy"}


def test_bugs_that_need_each_other_are_both_blamed() -> None:
    assert blamed(THIEF, "thief-rob") == {"open", "mild"}


@dataclass(frozen=True)
class Haunted(CrackedTarget):
    """Who takes out a ghost, which is not there, mends what is; a shadow hides behind `greedy`."""

    def bugs_of(self, kernel: str, settings: Mapping[str, str]) -> frozenset[str]:
        bugs = super().bugs_of(kernel, settings)
        spared = words_of(settings, "without")
        if "greedy" in spared:
            bugs |= {"shadow"}
        return frozenset[str]() if {"ghost", "shadow"} & set(spared) else bugs


def test_bugs_that_a_kernel_has_not_are_left_alone_and_so_is_what_goes_with_those_kept() -> None:
    case = case_of(THIEF)
    suspects = Suspects(Haunted())
    assert suspects.blamed(case, "thief-rob", NAMES) == {"open", "mild"}


def test_a_finding_that_stays_without_any_bug_is_nobody_s() -> None:
    case = case_of("task A\n  add amount=9\n")
    suspects = Suspects(TARGET)
    assert suspects.blamed(case, "greedy-add", ["unlocked", "open"]) == frozenset()


def test_runs_are_counted_and_kernels_that_cannot_be_are_none() -> None:
    suspects = Suspects(TARGET)
    assert suspects.without(case_of(THIEF), ["open"]) is not None
    assert suspects.runs == 1
    other = replace(case_of(THIEF), kernel="2")
    assert suspects.without(other, ["mild"]) is None
    assert suspects.runs == 1


@pytest.mark.parametrize("names", [[], ["unlocked"], ["greedy", "open"]])
def test_a_bug_that_takes_no_part_does_not_close_a_finding(names: list[str]) -> None:
    case = case_of("task A\n  rob\n")
    expected = "open" in names
    assert Suspects(TARGET).closes(case, "thief-rob", names) is expected
