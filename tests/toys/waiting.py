"""Waiting for something that other processes do, without reading the clock, and not for ever."""

from collections.abc import Callable
from select import select
from typing import Final

import psutil

TURNS_MAX: Final = 1200
TURN_SECONDS: Final = 0.05
"""Together a minute at least; none of the tests takes long unless it fails."""


def wait_until(true: Callable[[], object], meanwhile: Callable[[], object] | None = None) -> None:
    """Wait for a condition, doing something else again and again meanwhile."""
    for _ in range(TURNS_MAX):
        if true():
            return
        if meanwhile is not None:
            meanwhile()
        select([], [], [], TURN_SECONDS)
    raise AssertionError("it never came true")


def has_ended(pid: int) -> bool:
    """Whether a process is no more, or waits only for its parent to take note."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
