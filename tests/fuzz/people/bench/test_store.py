"""Trials that are kept, gone on with, and never mixed up."""

from dataclasses import replace
from pathlib import Path

import pytest

from fuzz.people.bench.store import Store
from fuzz.people.bench.trial import Job
from fuzz.people.errors import UserError
from tests.fuzz.people.bench.plans import GROUND, PLAN, trial_of

JOB = Job(GROUND, "inprocess", 0, PLAN.budget)


def test_what_is_stored_is_read_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "new")
    assert store.plan() is None
    assert store.trial(JOB) is None
    trial = trial_of("inprocess", 0, {"greedy": 7})
    store.begin(PLAN)
    store.add(trial)
    assert Store(tmp_path / "new").plan() == PLAN
    assert Store(tmp_path / "new").trial(JOB) == trial


def test_a_trial_of_another_budget_seed_or_searcher_is_none(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add(trial_of("inprocess", 0, {}))
    assert store.trial(replace(JOB, budget=99)) is None
    assert store.trial(replace(JOB, seed=1)) is None
    assert store.trial(replace(JOB, searcher="inprocess~faults")) is None


@pytest.mark.parametrize("more", [{"trials": 9}, {"searchers": ("uniform",)}, {"seed": 5}], ids=str)
def test_more_trials_and_other_searchers_go_on_in_the_same_folder(
    tmp_path: Path, more: dict[str, object]
) -> None:
    store = Store(tmp_path)
    store.begin(PLAN)
    store.begin(replace(PLAN, **more))  # type: ignore[arg-type]
    assert store.plan() == replace(PLAN, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("other", "what"), [({"code": "0ther"}, "other code"), ({"budget": 7}, "another plan")]
)
def test_trials_of_other_code_or_another_plan_are_refused(
    tmp_path: Path, other: dict[str, object], what: str
) -> None:
    store = Store(tmp_path)
    store.begin(PLAN)
    with pytest.raises(UserError, match=f"has trials of {what}: choose another folder"):
        store.begin(replace(PLAN, **other))  # type: ignore[arg-type]
    assert store.plan() == PLAN


def test_a_file_that_is_no_trial_is_named(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add(trial_of("inprocess", 0, {}))
    (path,) = tmp_path.rglob("*.json")
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match=r"inprocess-0\.json is no file of a benchmark"):
        store.trial(JOB)
    (tmp_path / "plan.json").write_text("[", encoding="utf-8")
    with pytest.raises(UserError, match=r"plan\.json is no file of a benchmark"):
        store.plan()
