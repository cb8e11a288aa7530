"""One seeded search of the toy, in this process."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from fuzz.people.bench.canaries import DETECTED, STAGES
from fuzz.people.bench.canary_target import CANARY
from fuzz.people.bench.canary_target import GROUND as CANARY_GROUND
from fuzz.people.bench.canary_target import TARGET as CANARY_TARGET
from fuzz.people.bench.trial import Job, Trial, run_trial
from tests.fuzz.people.bench.plans import GROUND
from tests.toys.cracked import TARGET

JOB: Final = Job(GROUND, "inprocess", 3, 400)


def trial_in(folder: Path, job: Job = JOB) -> Trial:
    inputs = folder / f"{job.searcher}-{job.seed}"
    inputs.mkdir(parents=True)
    return run_trial(job, TARGET, inputs)


def test_a_trial_finds_what_there_is_and_ends_then(tmp_path: Path) -> None:
    trial = trial_in(tmp_path)
    assert sorted(trial.marks[DETECTED]) == ["greedy", "unlocked"]
    last = max(mark.executions for mark in trial.marks[DETECTED].values())
    assert trial.executions == last < JOB.budget


def test_the_same_trial_comes_to_the_same_but_for_cpu_time(tmp_path: Path) -> None:
    def timeless(trial: Trial) -> Trial:
        marks = {
            stage: {bug: replace(mark, seconds=0.0) for bug, mark in table.items()}
            for stage, table in trial.marks.items()
        }
        return replace(trial, seconds=0.0, marks=marks)

    one, other = (timeless(trial_in(tmp_path / name)) for name in "ab")
    assert one == other
    assert one != timeless(trial_in(tmp_path / "c", replace(JOB, seed=4)))


def test_a_trial_ends_with_its_budget(tmp_path: Path) -> None:
    ground = replace(GROUND, settings=(), bugs=("open",))
    trial = trial_in(tmp_path, Job(ground, "uniform", 0, 50))
    assert (trial.executions, trial.marks[DETECTED]) == (50, {})


def test_who_ends_a_trial_is_told_how_it_went(tmp_path: Path) -> None:
    class Ended(Exception):
        pass

    told: list[Trial] = []

    def ended(trial: Trial) -> None:
        told.append(trial)
        raise Ended

    inputs = tmp_path / "inputs"
    inputs.mkdir()
    with pytest.raises(Ended):
        run_trial(JOB, TARGET, inputs, ended)
    assert sorted(told[0].marks[DETECTED]) == ["greedy", "unlocked"]


def test_jobs_and_trials_are_read_as_they_were_written(tmp_path: Path) -> None:
    trial = trial_in(tmp_path)
    assert Job.parse(JOB.text()) == JOB
    assert Trial.parse(trial.text()) == trial


def test_the_canary_cannot_be_missed(tmp_path: Path) -> None:
    trial = run_trial(Job(CANARY_GROUND, "uniform", 0, 5), CANARY_TARGET, tmp_path)
    assert [trial.marks[stage][CANARY].executions for stage in STAGES] == [1, 1, 1]
    assert trial.marks[DETECTED][CANARY].signature == "canary-dead-sing"
