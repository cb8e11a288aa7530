"""Two folders exchange their names in one step: Linux can do it, and Python has no word for it."""

from __future__ import annotations

import ctypes
import os
from errno import EINVAL, ENOSYS, EOPNOTSUPP
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

AT_FDCWD: Final = -100
RENAME_EXCHANGE: Final = 2
"""Of `renameat2(2)`, Linux 3.15: whoever looks finds one or the other under a name, never none."""

UNKNOWN_HERE: Final = frozenset({EINVAL, ENOSYS, EOPNOTSUPP})
"""What file systems and C libraries say that cannot do it."""


def exchange(one: Path, other: Path) -> bool:
    """Give two existing things each other's name; False where that cannot be done in one step."""
    library = ctypes.CDLL(None, use_errno=True)
    try:
        call = library.renameat2
    except AttributeError:
        return False
    names = os.fsencode(one), os.fsencode(other)
    if not call(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE):
        return True
    number = ctypes.get_errno()
    if number in UNKNOWN_HERE:
        return False
    raise OSError(number, os.strerror(number))
