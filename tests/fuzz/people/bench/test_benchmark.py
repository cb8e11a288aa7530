"""A benchmark of the toy with real workers, from the command to the documents."""

import json
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from fuzz.people.bench.benchmark import Benchmark, CanaryMissed
from fuzz.people.bench.canaries import DETECTED
from fuzz.people.bench.crew import Crew, TrialFailed
from fuzz.people.bench.store import Store
from fuzz.people.bench.trial import Job, Trial
from fuzz.people.cli import main
from fuzz.people.commands import bench as command
from tests.fuzz.people.bench.known import WHERE, known_folder
from tests.fuzz.people.bench.plans import GROUND, PLAN, TRIALS, canary_trial

SEARCHERS: Final = ("inprocess", "uniform")


class Deaf:
    def moved(self, seconds: float, line: str) -> None:
        assert seconds >= 0
        assert "trials done" in line


def bench(tmp_path: Path, *more: str) -> int:
    known = tmp_path / "known"
    known.mkdir(exist_ok=True)
    return main(
        [
            *("bench", "--target", WHERE, "--known", str(known_folder(known))),
            *("--searchers", ",".join(SEARCHERS), "--trials", "2", "--budget", "300"),
            *("--into", str(tmp_path / "into"), *more),
        ]
    )


def test_a_benchmark_ends_with_a_table_documents_and_trials(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench(tmp_path, "--defects", "greedy,unlocked", "-j", "2") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines[2:]] == list(SEARCHERS)
    into = tmp_path / "into"
    names = ["README.md", "heat.png", "left.png", "plan.json", "results.json", "survival.png"]
    assert sorted(path.name for path in into.iterdir() if path.is_file()) == names
    assert len(list(into.glob("trials/cracked-1/*.json"))) == 4
    assert len(list(into.glob("trials/canary/*.json"))) == 4
    trials = {path: path.stat().st_mtime_ns for path in into.rglob("trials/*/*.json")}
    assert bench(tmp_path, "--defects", "greedy,unlocked", "--json") == 0
    words = json.loads(capsys.readouterr().out)
    assert words["searchers"]["inprocess"]["always"] == 2
    assert {path: path.stat().st_mtime_ns for path in trials} == trials
    assert bench(tmp_path, "--defects", "greedy") == 2
    assert "has trials of another plan" in capsys.readouterr().err


def test_a_plan_is_shown_and_nothing_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench(tmp_path, "--plan") == 0
    (ground,) = json.loads(capsys.readouterr().out)["grounds"]
    assert sorted(ground["bugs"]) == ["greedy", "mild", "open", "unlocked"]
    assert not (tmp_path / "into").exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--searchers", "luck"], "--searchers: expected one of"),
        (["--defects", "luck"], "--defects: there is none called 'luck'"),
        (["--known", "/nowhere"], "--known: /nowhere has no case of a target that knows its bugs"),
        (["--target", "tests.toys.counter:TARGET"], "has no case of a target that knows its bugs"),
        (["--profile", "huge"], "'huge' is not one of"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    known = known_folder(tmp_path)
    asked = ["bench", "--target", WHERE, "--known", str(known), *more]
    if "--target" in more:
        del asked[1:3]
    assert main(asked) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_without_the_libraries_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda _: None)  # type: ignore[misc]
    assert main(["bench"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "pip install 'swapstorm[bench]'" in line


def test_ctrl_c_ends_the_trials_and_keeps_those_that_are_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def finished(self: Any, trial: Trial) -> None:
        original(self, trial)
        signal.raise_signal(signal.SIGINT)

    original = Benchmark._finished
    monkeypatch.setattr(Benchmark, "_finished", finished)
    assert bench(tmp_path) == 130
    assert "trials are left: the same command goes on" in capsys.readouterr().err
    assert len(list((tmp_path / "into/trials").rglob("*.json"))) == 1


def test_a_canary_that_was_missed_ends_everything(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for trial in TRIALS:
        store.add(trial)
    for searcher in PLAN.searchers:
        for seed in range(PLAN.trials):
            store.add(replace(canary_trial(searcher, seed), budget=100))
    benchmark = Benchmark(PLAN, store, Deaf(), 1)
    assert sorted(t.seed for t in benchmark.trials()) == [0, 0, 1, 1]
    store.add(replace(canary_trial("uniform", 1, found=False), budget=100))
    with pytest.raises(CanaryMissed, match="the canary was not found by uniform, seed 1"):
        benchmark.trials()


def test_a_trial_that_breaks_is_our_bug_and_says_why() -> None:
    ground = replace(GROUND, target="tests.toys.nowhere:TARGET")
    with pytest.raises(TrialFailed, match=r"(?s)does not load.*seed 0, did not come to its end"):
        Crew(1, lambda _: None).run([Job(ground, "uniform", 0, 9)])


def test_a_worker_that_has_edges_counted_does_nothing_else() -> None:
    pytest.importorskip("atheris")
    done: list[Trial] = []
    jobs = [Job(GROUND, name, 0, 60) for name in ("inprocess", "atheris+edges", "inprocess")]
    Crew(1, done.append).run(jobs)
    assert [trial.searcher for trial in done] == [job.searcher for job in jobs]
    assert done[0].marks[DETECTED].keys() == done[2].marks[DETECTED].keys()
