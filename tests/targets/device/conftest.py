"""Real kernels for tests: each is booted once, and the devices of this machine are used in turn."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from targets.device.guests.errors import CannotStart
from targets.device.guests.guest import Guest
from targets.device.guests.named import INSTALLED, kind_named


@pytest.fixture(autouse=True)
def alone_with_the_devices() -> Iterator[None]:
    """Wait until no other process tests with the devices of this machine: tests count them."""
    lock_file = Path(tempfile.gettempdir()) / f"swapstorm-devices-{os.geteuid()}.lock"
    with lock_file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session", params=INSTALLED)
def kernel(request: pytest.FixtureRequest) -> Iterator[Guest]:
    """Each kernel in turn; one that this machine lacks is skipped, with what to do about it."""
    try:
        with Guest(kind_named(str(request.param))) as guest:
            yield guest
    except CannotStart as error:
        pytest.skip(str(error))
