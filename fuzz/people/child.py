"""What a process that a command starts does first: it dies with its parent, and prints apart."""

from __future__ import annotations

import ctypes
import os
from signal import SIGKILL
from typing import IO, Final

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
