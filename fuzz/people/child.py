"""What a process that a command starts does first: it dies with its parent, and prints apart."""

from __future__ import annotations

import ctypes
import os
from signal import SIGKILL
from typing import IO, TYPE_CHECKING, Final

from fuzz.people.address import package_at, target_at
from fuzz.search.job import EDGES

if TYPE_CHECKING:
    from collections.abc import Collection

    from fuzz.program.target import Target

PR_SET_PDEATHSIG: Final = 1
"""Of `prctl(2)`: which signal a process gets when its parent dies."""


def die_with_parent() -> None:
    """Have this process killed when the one that started it dies, however that happens.

    Should it be dead already, the first message fails.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(SIGKILL), 0, 0, 0)


def open_channel() -> IO[bytes]:
    """Take standard output for messages alone; whatever else is printed goes to standard error."""
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return channel


def target_for(where: str, signals: Collection[str]) -> Target:
    """Load a target; with its edges counted when those are among the signals."""
    if EDGES not in signals:
        return target_at(where)
    from fuzz.search.engines.atheris_engine import instrumented  # noqa: PLC0415 - not on all machines

    with instrumented(package_at(where)):
        return target_at(where)
