"""Real kernels that never boot, panic, stop answering or are killed: told in one line, and gone."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from targets.device.guests.errors import CannotStart, GuestLost
from targets.device.guests.guest import Guest, Json
from targets.device.guests.kind import Kind
from targets.device.guests.named import kind_named
from targets.device.guests.qemu import Qemu
from tests.rules.source import ROOT
from tests.targets.device.guests.fake import Without
from tests.targets.device.left_behind import guest_processes, left_since, things

WRITE: dict[str, Json] = {"op": "write", "block": 0, "data": "YQ=="}
SETUP: dict[str, Json] = {"op": "store", "file": "disksize", "text": "65536"}
LONG: dict[str, Json] = {"do": "run", "devices": 2, "steps": [SETUP, *[WRITE] * 100_000]}

ASKER = """
import sys, time
from targets.device.guests.guest import Guest
from targets.device.guests.named import kind_named
from tests.targets.device.guests.test_lost import LONG
with Guest(kind_named(sys.argv[1])) as guest:
    guest._send(LONG, 100, "late")
    print("asked", flush=True)
    time.sleep(1000)
"""


@contextmanager
def started(kind: Kind) -> Iterator[Guest]:
    """Start a kernel, or skip with what this machine lacks."""
    try:
        with Guest(kind) as guest:
            yield guest
    except CannotStart as error:
        pytest.skip(str(error))


def skip_if_missing(kind: Kind, folder: Path) -> None:
    try:
        kind.command(folder, 0)
    except CannotStart as error:
        pytest.skip(str(error))


def test_a_kernel_that_panics_is_told_by_its_panic() -> None:
    before = things()
    with pytest.raises(GuestLost) as caught, started(Without(kind_named("uml"), "initrd=")):
        pass
    assert str(caught.value).startswith("uml: Kernel panic - not syncing: VFS: Unable to mount")
    assert len(caught.value.console) == 15
    assert left_since(before) == []


def test_an_image_that_only_begins_like_a_kernel_never_boots(tmp_path: Path) -> None:
    image = tmp_path / "image"
    image.write_bytes(b"\xeb\xfe" * 0x101 + b"HdrS\x0c\x02" + bytes(1 << 16))
    before = things()
    kind = replace(Qemu(str(image)), boot_seconds_max=2.0)
    with pytest.raises(GuestLost) as caught, started(kind):
        pass
    assert str(caught.value) in {
        f"qemu:{image}: did not boot within 2 seconds", f"qemu:{image}: is gone",
    }  # fmt: skip
    assert left_since(before) == []


@pytest.mark.parametrize("name", ["running", "uml"])
def test_a_kernel_that_answers_too_late_is_ended(name: str) -> None:
    before = things()
    with started(kind_named(name)) as guest:
        with pytest.raises(GuestLost, match=rf"^{name}: did not answer within 0.2 seconds$"):
            guest.request(LONG, seconds=0.2)
        assert left_since(before) == []


@pytest.mark.parametrize("name", ["uml", pytest.param("qemu:6.1", marks=pytest.mark.slow)])
def test_a_guest_whose_process_is_killed_is_gone(name: str) -> None:
    before = things()
    with started(kind_named(name)) as guest:
        [process] = guest_processes()
        process.kill()
        with pytest.raises(GuestLost, match=rf"^{name}: is gone$"):
            guest.request(LONG)
    assert left_since(before) == []


@pytest.mark.parametrize(
    "name", ["running", "uml", pytest.param("qemu:6.12", marks=pytest.mark.slow)]
)
def test_nothing_runs_on_when_the_process_that_asked_is_killed(name: str, tmp_path: Path) -> None:
    skip_if_missing(kind_named(name), tmp_path)
    before = things()
    asker = subprocess.Popen(
        [sys.executable, "-c", ASKER, name],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
    )
    assert asker.stdout is not None
    assert asker.stdout.readline() == b"asked\n"
    asker.send_signal(signal.SIGKILL)
    asker.wait()
    asker.stdout.close()
    deadline = time.monotonic() + 20
    while left := [each.pid for each in psutil.process_iter() if mentions(each, tmp_path)]:
        assert time.monotonic() < deadline, f"processes run on: {left}"
        time.sleep(0.05)
    for folder in tmp_path.glob("swapstorm-guest-*"):
        shutil.rmtree(folder)
    assert left_since(before) == []


def mentions(process: psutil.Process, folder: Path) -> bool:
    try:
        return any(str(folder) in word for word in process.cmdline())
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_swap_area_goes_with_the_agent_that_made_it(number: signal.Signals) -> None:
    before = things()
    store: dict[str, Json] = {"op": "store", "count": 64, "data": "YQ=="}
    steps: list[Json] = [store, {"op": "push_out", "count": 64}] * 10_000
    with started(kind_named("running")) as guest:
        [janitor] = guest_processes()
        guest._send({"do": "swap", "disk_pages": 128, "pages": 64, "steps": steps}, 5, "late")
        while not [thing for thing in things() if thing.startswith("swap /dev/zram")]:
            time.sleep(0.01)
        [worker] = janitor.children()
        worker.send_signal(number)
        with pytest.raises(GuestLost, match=r"^running: is gone$"):
            guest._hear(10, "late")
    assert left_since(before) == []
