from itertools import count
from pathlib import Path
from typing import Any

import pytest

from fuzz.people.triage.gathering import Gathered, Given
from fuzz.people.triage.triage import triage
from fuzz.people.triage.triaged import State, Triaged
from tests.fuzz.people.toys import case_of
from tests.fuzz.people.triage.cases import (
    FIXED,
    LARGE,
    OVERFLOW,
    SMALL,
    baseline_of,
    triaged,
)
from tests.toys.counter import CounterTarget


@pytest.fixture(autouse=True)
def _stand_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def states(one: Triaged) -> dict[str, State]:
    return {group.signature: group.state for group in one.groups}


class Flaky(CounterTarget):
    """Counts its runs, and lets it show."""

    def __init__(self) -> None:
        self._runs = count(1)

    def build(self, *args: Any, **kwargs: Any) -> Any:
        built = super().build(*args, **kwargs)
        built._value = built._added = next(self._runs)
        return built


def test_cases_of_one_bug_are_one_group_with_the_smallest_first() -> None:
    result = triaged({"x/first.case": LARGE, "x/minimal.case": SMALL, "y.case": OVERFLOW})
    assert states(result) == {"lost-update-add": State.OPEN, "overflow-put": State.OPEN}
    (lost,) = (group for group in result.groups if group.kind == "lost-update")
    assert [one.given.path.name for one in lost.members] == ["minimal.case", "first.case"]
    assert (lost.lives is not None, result.fails) == (True, False)


def test_worse_harm_comes_first() -> None:
    result = triaged({"a.case": OVERFLOW, "b.case": SMALL})
    assert [group.harm.rank for group in result.groups] == sorted(
        group.harm.rank for group in result.groups
    )


def test_where_a_bug_lives_is_found_by_running_it() -> None:
    (group,) = triaged({"a.case": SMALL}).groups
    assert group.lives is not None
    affected = group.lives.affected
    assert (affected.first_bad, affected.first_good, affected.ranges) == ("1", "2", "1")


def test_a_clean_case_that_expects_nothing_is_no_bug() -> None:
    clean = SMALL.replace("switch A counter.write#1 B\nexpect 1 lost-update add\n", "")
    assert triaged({"a.case": clean}).groups == ()


def test_a_bug_that_no_case_shows_any_more_is_fixed() -> None:
    (group,) = triaged({"a.case": FIXED}).groups
    assert (group.signature, group.state, group.finding) == ("lost-update-add", State.FIXED, None)
    assert group.harm.value == "data-loss"


def test_a_fixed_case_joins_those_that_still_show_its_bug() -> None:
    result = triaged({"a.case": FIXED, "b.case": SMALL})
    assert states(result) == {"lost-update-add": State.OPEN}
    assert [one.given.path.name for one in result.groups[0].members] == ["b.case", "a.case"]


def test_what_the_baseline_does_not_know_is_new(tmp_path: Path) -> None:
    before = baseline_of({"a.case": SMALL}, tmp_path)
    result = triaged({"a.case": LARGE, "b.case": OVERFLOW}, before)
    assert states(result) == {"lost-update-add": State.OPEN, "overflow-put": State.NEW}
    assert result.fails


def test_what_was_fixed_and_is_back_has_regressed(tmp_path: Path) -> None:
    before = baseline_of({"a.case": FIXED}, tmp_path)
    result = triaged({"a.case": SMALL}, before)
    assert (states(result), result.fails) == ({"lost-update-add": State.REGRESSED}, True)


def test_a_case_that_says_fixed_and_shows_its_bug_has_regressed() -> None:
    result = triaged({"a.case": f"{SMALL}status fixed\n"})
    assert (states(result), result.fails) == ({"lost-update-add": State.REGRESSED}, True)


def test_what_was_there_and_is_gone_is_fixed(tmp_path: Path) -> None:
    before = baseline_of({"a.case": SMALL}, tmp_path)
    result = triaged({"a.case": FIXED}, before)
    assert (states(result), result.fails) == ({"lost-update-add": State.FIXED}, False)
    assert result.groups[0].title == "an update of the counter is lost"


def test_a_bug_of_the_baseline_without_a_case_is_missing(tmp_path: Path) -> None:
    before = baseline_of({"a.case": SMALL}, tmp_path)
    result = triaged({"b.case": OVERFLOW}, before)
    assert states(result)["lost-update-add"] is State.MISSING


def test_a_case_whose_runs_differ_is_flaky_whatever_else() -> None:
    given = Given(Path("a.case"), Flaky(), case_of(SMALL), SMALL)
    result = triage(Gathered((given,), ()), None, lambda _: None)
    assert (states(result), result.fails) == ({"lost-update-add": State.FLAKY}, True)


def test_whoever_is_in_a_hurry_need_not_know_where_bugs_live() -> None:
    given = Given(Path("a.case"), CounterTarget(), case_of(SMALL), SMALL)
    result = triage(Gathered((given,), ()), None, lambda _: None, everywhere=False)
    assert result.groups[0].lives is None
