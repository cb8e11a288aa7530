"""The running kernel as a guest: its zram is driven, and nothing is left of it."""

import base64
import os
import signal
from pathlib import Path

import psutil
import pytest

from targets.device.guests.errors import CannotStart, GuestLost
from targets.device.guests.guest import Guest, Refused
from targets.device.guests.running import CONTROL, Running
from tests.targets.device.left_behind import left_since, things

can_run = pytest.mark.skipif(
    os.geteuid() != 0 or not CONTROL.exists(),
    reason="needs root and zram: run the tests as root, after `modprobe zram`",
)

SETUP = {"op": "store", "file": "disksize", "text": "65536"}


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_without_root_it_refuses_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with (
        pytest.raises(CannotStart, match=r"^running: making zram devices takes root"),
        Guest(Running()),
    ):
        pass


def test_without_zram_it_refuses_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(CannotStart, match=r"modprobe zram"), Guest(Running(control=tmp_path)):
        pass


@can_run
def test_a_program_is_answered_step_by_step_and_leaves_nothing() -> None:
    before = things()
    with Guest(Running()) as guest:
        answers = guest.run(
            [
                {"op": "write", "block": 0, "data": encoded(b"x")},
                SETUP,
                SETUP,
                {"op": "write", "block": 1, "data": encoded(b"abcdefgh")},
                {"op": "read", "block": 1},
                {"op": "read", "block": 16},
                {"op": "discard", "block": 1},
                {"op": "read", "block": 1, "bytes": True},
                {"op": "show", "file": "no_such_file"},
            ]
        )
    assert answers == [
        {"errno": "ENOSPC"},
        {"ok": 5},
        {"errno": "EBUSY"},
        {"ok": 4096},
        {"ok": ["0e72f69f"]},
        {"ok": []},
        {"ok": None},
        {"ok": encoded(bytes(4096))},
        {"errno": "ENOENT"},
    ]
    assert left_since(before) == []


@can_run
def test_watched_files_are_read_after_each_step_and_missing_ones_are_none() -> None:
    with Guest(Running()) as guest:
        answers = guest.run([SETUP], watch=["disksize", "initstate", "no_such_file"])
    seen = {"disksize": "65536\n", "initstate": "1\n", "no_such_file": None}
    assert answers == [{"ok": 5, "seen": [seen]}]


@can_run
def test_a_device_that_is_open_is_busy_and_a_removed_one_is_gone() -> None:
    with Guest(Running()) as guest:
        answers = guest.run(
            [
                SETUP,
                {"op": "open", "name": "held"},
                {"op": "hot_remove"},
                {"op": "store", "file": "reset", "text": "1"},
                {"op": "close", "name": "held"},
                {"op": "hot_add"},
                {"op": "hot_remove"},
                {"op": "read", "block": 0},
                {"op": "store", "device": 1, "file": "disksize", "text": "4096"},
            ],
            watch=["disksize"],
        )
    assert [answer.get("errno") for answer in answers] == [
        None, None, "EBUSY", "EBUSY", None, None, None, "ENODEV", None,
    ]  # fmt: skip
    assert answers[-1]["seen"] == [None, {"disksize": "4096\n"}]


@can_run
def test_a_loop_device_is_made_and_named_in_answers() -> None:
    before = things()
    with Guest(Running()) as guest:
        answers = guest.run(
            [
                {"op": "attach", "name": "disk", "pages": 64},
                {"op": "store", "file": "backing_dev", "text": "$disk"},
                {"op": "show", "file": "backing_dev"},
                {"op": "detach", "name": "disk"},
            ]
        )
        config = guest.hello["config"]
        assert isinstance(config, dict)
        if "CONFIG_ZRAM_WRITEBACK" in config:
            assert answers[2] == {"ok": "$disk\n"}
        else:
            assert [answer.get("errno") for answer in answers] == [None, "ENOENT", "ENOENT", None]
    assert left_since(before) == []


@can_run
def test_the_agent_never_takes_a_cpu_from_other_users() -> None:
    with Guest(Running()) as guest:
        assert guest.run([{"op": "cpu", "cpu": 1}]) == [{"errno": "EPERM"}]


@can_run
def test_a_request_that_makes_no_sense_is_refused_and_the_talk_goes_on() -> None:
    with Guest(Running()) as guest:
        with pytest.raises(Refused, match="step 0: no such operation: 'fly'"):
            guest.run([{"op": "fly"}])
        with pytest.raises(Refused, match="step 0: 'block' should be an integer, not None"):
            guest.run([{"op": "read"}])
        assert guest.run([]) == []


@can_run
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_an_agent_that_is_killed_leaves_nothing(number: signal.Signals) -> None:
    before = things()
    guest = Guest(Running())
    with guest:
        [janitor] = psutil.Process().children()
        [worker] = janitor.children()
        steps = [SETUP] + [{"op": "write", "block": 0, "data": encoded(b"a")}] * 100_000
        guest._send({"do": "run", "devices": 3, "steps": steps}, 5, "late")
        while not [thing for thing in things() if thing not in before and "zram" in thing]:
            pass
        worker.send_signal(number)
        with pytest.raises(GuestLost, match=r"^running: is gone$"):
            guest._hear(10, "late")
    assert left_since(before) == []
