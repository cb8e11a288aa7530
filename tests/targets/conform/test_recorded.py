"""Recordings: made of a kernel that answers, played without it, honest about what they lack."""

import json
import lzma
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fuzz.program.case import Case, Program
from fuzz.program.execute import execute
from fuzz.program.target import CannotRun
from fuzz.program.text import parse_case
from targets.conform.model import settings_for
from targets.conform.plan import Plan
from targets.conform.programs import supported
from targets.conform.promises import CONFORM_DIFFERS
from targets.conform.record import record
from targets.conform.recorded import RecordedTarget
from targets.conform.recording import (
    PlayedKernel,
    Recorder,
    UnknownProgram,
    load_recording,
    store_recording,
)
from targets.conform.target import Compared
from tests.targets.conform.model_kernel import ModelKernel


def recorded_cases(folder: Path, kernel: ModelKernel, programs: int = 3) -> list[Case]:
    target = Compared(kernel)
    plan = Plan(
        "6.18",
        settings_for(kernel.hello),
        target.algorithms,
        supported(target, kernel.hello),
        programs,
        0,
        seed=5,
    )
    count = record(kernel, plan, folder)
    paths = sorted(folder.glob("*.case"))
    assert len(paths) == count
    recorded = {"recorded": RecordedTarget(folder)}
    return [parse_case(path.read_bytes(), recorded) for path in paths]


def test_the_model_is_held_against_a_recording_without_the_kernel(tmp_path: Path) -> None:
    cases = recorded_cases(tmp_path, ModelKernel("6.18"))
    assert len(cases) == 3
    for case in cases:
        outcome = execute(RecordedTarget(tmp_path), case)
        assert outcome.findings == ()
        assert outcome.counters["answers"] == case.size
        assert outcome.counters["statistics"] > case.size


def test_a_kernel_that_answers_otherwise_is_not_recorded(tmp_path: Path) -> None:
    liar = ModelKernel("6.18", lambda seen, _: {**seen, "size": "0"})
    assert recorded_cases(tmp_path, liar) == []


def test_a_model_that_answers_otherwise_than_a_recording_says_so(tmp_path: Path) -> None:
    case = recorded_cases(tmp_path, ModelKernel("6.18"))[0]
    path = tmp_path / "6.18.jsonl.xz"
    hello, *runs = map(json.loads, lzma.decompress(path.read_bytes()).decode().splitlines())
    store_recording(path, hello, {key: list(map(without_size, replies)) for key, replies in runs})
    load_recording.cache_clear()
    (finding,) = execute(RecordedTarget(tmp_path), case).findings
    assert (finding.kind, finding.place) == (CONFORM_DIFFERS.kind, "boot.size")


def without_size(reply: dict[str, Any]) -> dict[str, Any]:
    """Change a reply: the disk has no sectors."""
    return {**reply, "seen": [{**files, "size": "0"} for files in reply["seen"]]}


def test_a_program_that_was_not_recorded_cannot_run(tmp_path: Path) -> None:
    case = recorded_cases(tmp_path, ModelKernel("6.18"))[0]
    program = case.programs[0]
    shorter = replace(case, programs=(Program(program.name, program.operations[:-1]),))
    with pytest.raises(CannotRun, match="was not recorded with this program"):
        execute(RecordedTarget(tmp_path), shorter)


def test_a_kernel_without_a_recording_cannot_run(tmp_path: Path) -> None:
    case = recorded_cases(tmp_path, ModelKernel("6.18"))[0]
    with pytest.raises(CannotRun, match=r"no real kernel 6\.17 was recorded in"):
        execute(RecordedTarget(tmp_path), replace(case, kernel="6.17"))


def test_a_recorder_remembers_what_was_asked_and_a_played_kernel_nothing_else() -> None:
    real = ModelKernel("6.18")
    recorder = Recorder(real)
    step = {"op": "show", "file": "initstate"}
    replies = recorder.run([step], ["disksize"])
    played = PlayedKernel(recorder.hello, recorder.runs)
    assert played.run([step], ["disksize"]) == replies
    with pytest.raises(UnknownProgram):
        played.run([step], ["initstate"])
