"""Refusals of whatever is written to a file of a zram: what depends on the text is allowed.

What depends on the state of the device must be so.
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from targets.linux.machine.errno import (
    E2BIG,
    EACCES,
    EAGAIN,
    EBUSY,
    EINVAL,
    EIO,
    EISDIR,
    ENODEV,
    ENOENT,
    ENOMEM,
    ENOSPC,
    ENOTBLK,
    ENXIO,
    ERANGE,
)
from targets.shared.circumstances import (
    anytime,
    gone,
    has_no_size,
    has_size,
    in_use,
    no_memory,
)
from targets.shared.file_circumstances import (
    blocks_are_used_up,
    has_size_or_is_taken,
    no_backing,
    no_such_file,
    others_at_work,
    read_only,
    transfer_failed_or_budget,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from targets.shared.circumstances import Circumstance, Refused

TEXT: Final = MappingProxyType({EINVAL: anytime, ERANGE: anytime})
"""What a text that is no number, word or pair may come to."""
WORKING: Final = MappingProxyType({**TEXT, EAGAIN: others_at_work, ENOMEM: no_memory})
"""What writeback and recompression may come to."""
BY_FILE: Final[Mapping[str, Mapping[str, Circumstance]]] = MappingProxyType(
    {
        "disksize": {**TEXT, EBUSY: has_size, ENOMEM: anytime},
        "reset": {**TEXT, EBUSY: in_use},
        "mem_limit": {EINVAL: anytime},
        "mem_used_max": {EINVAL: anytime},
        "compact": {EINVAL: has_no_size},
        "max_comp_streams": TEXT,
        "comp_algorithm": {EINVAL: anytime, EBUSY: has_size, E2BIG: anytime},
        "recomp_algorithm": {**TEXT, EBUSY: has_size, E2BIG: anytime},
        "algorithm_params": {**TEXT, EBUSY: has_size},
        "recompress": WORKING,
        "backing_dev": {
            **dict.fromkeys((ENOENT, EISDIR, ENOTBLK, EINVAL), anytime),
            EBUSY: has_size_or_is_taken,
            ENXIO: gone,
            ENOMEM: no_memory,
        },
        "idle": {EINVAL: anytime},
        "writeback": {
            **WORKING,
            ENODEV: no_backing,
            EIO: transfer_failed_or_budget,
            ENOSPC: blocks_are_used_up,
        },
        "writeback_limit": {EINVAL: anytime},
        "writeback_limit_enable": {EINVAL: anytime},
        "writeback_batch_size": {EINVAL: anytime},
    }
)
"""For each file the errors that writing it may come to, if it is there, and when."""
ANY_FILE: Final[Mapping[str, Circumstance]] = MappingProxyType(
    {EACCES: read_only, ENOENT: no_such_file, ENODEV: gone}
)


def _allowed(error: str, refused: Refused) -> bool:
    tables = ANY_FILE, BY_FILE.get(refused.argument("file"), {})
    return any(error in table and table[error](refused) for table in tables)


ECHO: Final[Mapping[str, Circumstance]] = MappingProxyType(
    {
        error: partial(_allowed, error)
        for error in sorted({*ANY_FILE, *(each for table in BY_FILE.values() for each in table)})
    }
)
"""What writing any text to any file may answer."""
