"""The target `device`: a case's one task on a real kernel, or a sentence that says why not."""

import os
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import pytest

from fuzz.people.cli import main
from fuzz.people.output import Status
from fuzz.program.execute import execute
from fuzz.program.target import CannotRun
from fuzz.program.text import parse_case
from targets.device import target as target_module
from targets.device.guests.errors import CannotStart
from targets.device.target import TARGET

CASE = "target device\nkernel running\nconfig disk_pages=8 algorithm=lz4\n"


class Scripted:
    """A kernel that replies what it was told to, and remembers what it was asked."""

    def __init__(self, *replies: Mapping[str, Any]) -> None:
        self.hello: Mapping[str, Any] = {}
        self.asked: list[Mapping[str, Any]] = []
        self._replies = replies

    def run(
        self, steps: Sequence[Mapping[str, Any]], watch: Sequence[str] = (), devices: int = 1
    ) -> Sequence[Mapping[str, Any]]:
        assert (list(watch), devices) == ([], 1)
        self.asked = list(steps)
        return self._replies


def answers(monkeypatch: pytest.MonkeyPatch, kernel: object, text: str) -> list[str]:
    monkeypatch.setattr(target_module, "Guest", lambda _: nullcontext(kernel))
    case = parse_case(CASE + text, {"device": TARGET})
    return [answer.text for answer in execute(TARGET, case).answers]


OK = {"ok": 3}
BOOTED = (OK, OK)


def test_a_device_is_set_up_and_each_operation_is_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Scripted(*BOOTED, {"errno": "EBUSY"}, {"ok": ""}, {"ok": "0 1\n"}, {"ok": None})
    text = "task A\n  reset\n  read block=9\n  show file=io_stat\n  discard block=1 count=2\n"
    assert answers(monkeypatch, kernel, text) == ["EBUSY", "00000000", "0,1", "ok"]
    assert kernel.asked == [
        {"op": "store", "file": "comp_algorithm", "text": "lz4"},
        {"op": "store", "file": "disksize", "text": "32768"},
        {"op": "store", "device": 0, "file": "reset", "text": "1"},
        {"op": "read", "device": 0, "block": 9, "bytes": True},
        {"op": "show", "device": 0, "file": "io_stat"},
        {"op": "discard", "device": 0, "block": 1, "count": 2},
    ]


@pytest.mark.parametrize(
    ("operation", "reply", "answer"),
    [
        ("write block=0 with=zeros", {"ok": 4096}, "ok"),
        ("write block=0 with=zeros", {"ok": 512}, "took-512"),
        ("write block=0 with=zeros", {"errno": "EIO"}, "EIO"),
        ("mem_limit pages=0", {"ok": 1}, "ok"),
        ("mem_limit pages=0", {"ok": 0}, "took-0"),
    ],
)
def test_what_is_taken_in_part_is_no_success(
    monkeypatch: pytest.MonkeyPatch, operation: str, reply: Mapping[str, Any], answer: str
) -> None:
    kernel = Scripted(*BOOTED, reply)
    assert answers(monkeypatch, kernel, f"task A\n  {operation}\n") == [answer]


@pytest.mark.parametrize(
    ("kernel", "text", "sentence"),
    [
        (Scripted(), "task A\n  reset\ntask B\n  reset\n", "expected one task, not A, B"),
        (Scripted({"errno": "EINVAL"}, OK), "task A\n  reset\n", "refuses 'lz4' in comp_algorithm"),
    ],
)
def test_what_cannot_run_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, kernel: Scripted, text: str, sentence: str
) -> None:
    with pytest.raises(CannotRun, match=sentence):
        answers(monkeypatch, kernel, text)


def test_a_kernel_that_is_not_there_is_one_line_for_its_case(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: object
) -> None:
    def missing(_: object) -> object:
        raise CannotStart("running: making zram devices takes root; run this as root")

    monkeypatch.setattr(target_module, "Guest", missing)
    path = f"{tmp_path}/a.case"
    with open(path, "w") as file:
        file.write(CASE + "task A\n  reset\n")
    assert main(["run", path]) == Status.MISUSED
    said = capsys.readouterr().err
    assert said == (
        f"swapstorm: {path}: running: making zram devices takes root; run this as root\n"
    )


def test_it_is_not_searched(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fuzz", "--target", "device"]) == Status.MISUSED
    assert "swapstorm conform" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() != 0, reason="making zram devices takes root")
def test_the_running_kernel_keeps_what_is_written() -> None:
    text = "task A\n  write block=1 with=text:1\n  read block=1\n  read block=2\n  reset\n"
    case = parse_case(CASE + text, {"device": TARGET})
    try:
        outcome = execute(TARGET, case)
    except CannotRun as missing:
        pytest.skip(str(missing))
    assert [answer.text for answer in outcome.answers] == ["ok", "128fbf24", "c71c0011", "ok"]
