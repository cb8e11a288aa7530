"""Tests that use the zram of this machine look for what is left of it, so they take turns."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def alone_with_the_devices() -> Iterator[None]:
    """Wait until no other process tests with the devices of this machine."""
    lock_file = Path(tempfile.gettempdir()) / f"swapstorm-devices-{os.geteuid()}.lock"
    with lock_file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
