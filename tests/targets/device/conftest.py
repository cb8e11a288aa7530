"""Real kernels for tests: one boots once a module; devices of this machine are used in turn."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from targets.device.guests.errors import CannotStart
from targets.device.guests.guest import Guest
from targets.device.guests.named import INSTALLED, kind_named

KERNELS: Final = [
    pytest.param(name, marks=[pytest.mark.slow] if name.startswith("qemu") else [])
    for name in INSTALLED
]
"""Those that boot in QEMU take seconds, and more where it emulates."""

LOCK_FOLDER: Final = Path(tempfile.gettempdir())


@contextmanager
def devices_to_oneself() -> Iterator[None]:
    """Wait until no other process tests with the devices of this machine: tests count them."""
    lock_file = LOCK_FOLDER / f"swapstorm-devices-{os.geteuid()}.lock"
    with lock_file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(autouse=True)
def alone_with_the_devices(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Let each test have the devices of this machine, and a folder for guests, to itself."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with devices_to_oneself():
        yield


@pytest.fixture(scope="module", params=KERNELS)
def kernel(request: pytest.FixtureRequest) -> Iterator[Guest]:
    """Each kernel in turn; one that this machine lacks is skipped, with what to do about it.

    It ends with its module: other tests count the guests that live.
    """
    guest = Guest(kind_named(str(request.param)))
    try:
        with devices_to_oneself():  # it is booted before the fixture of the test comes to that
            guest.__enter__()
    except CannotStart as error:
        pytest.skip(str(error))
    yield guest
    with devices_to_oneself():
        guest.__exit__(None, None, None)
