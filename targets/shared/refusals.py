"""Refusals of a block device and a zram that are documented, and when [zram.rst, block layer].

A refusal must have a cause. The tables say, for each operation and each error, under which
circumstance there is one. They are no second model: what depends on the state of the machine is
asked only of operations that ran alone, and what depends on the kernel is allowed.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from targets.linux.machine.errno import (
    EACCES,
    EAGAIN,
    EBUSY,
    EINVAL,
    EIO,
    ENODEV,
    ENOENT,
    ENOMEM,
    ENOSPC,
    ENOTBLK,
    ENXIO,
    EPERM,
    ERANGE,
)
from targets.shared.circumstances import (
    anytime,
    begins_beyond_end,
    beyond_end,
    busy,
    gone,
    has_no_size,
    has_size,
    in_use,
    io_failed,
    no_memory,
    no_zram,
    write_failed,
)
from targets.shared.echo_refusals import ECHO
from targets.shared.file_circumstances import (
    blocks_are_used_up,
    further_priority,
    has_size_or_is_taken,
    no_backing,
    no_block_device,
    no_cpu,
    no_disksize,
    no_recompression,
    no_requests,
    no_stream,
    no_such_age,
    no_such_algorithm,
    no_such_file,
    no_such_page,
    no_such_path,
    nothing_to_recompress_with,
    others_at_work,
    transfer_failed_or_budget,
    unknown_words,
    write_only,
)
from targets.shared.promises import ERROR_SWALLOWED, REFUSAL_MISSING, REFUSED_WITHOUT_CAUSE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from targets.shared.circumstances import Circumstance, Documented, Refused

TOOK: Final = "took-"
"""How an answer begins that says how much of a text was taken."""


FILE: Final = MappingProxyType({ENOENT: no_zram, ENODEV: gone})
"""What writing any file may answer that every kernel has."""
NEWER_FILE: Final = MappingProxyType({ENOENT: no_such_file, ENODEV: gone})
"""What writing a file may answer that not every kernel has."""
OPENED: Final = MappingProxyType({EBUSY: busy, ENOENT: gone, ENXIO: gone})
"""What opening a device may answer."""
WRITTEN: Final = MappingProxyType(
    {**OPENED, ENOMEM: no_memory, EIO: write_failed, ENOSPC: begins_beyond_end}
)
"""What writing to a device may answer."""

DEVICE_REFUSALS: Final[Documented] = MappingProxyType(
    {
        "read": {**OPENED, ENOMEM: no_memory, EIO: io_failed},
        "write": WRITTEN,
        "discard": {**OPENED, EINVAL: beyond_end, EIO: io_failed},
        "disksize": {**FILE, EBUSY: has_size, EINVAL: no_disksize, ENOMEM: no_memory},
        "reset": {**FILE, EBUSY: in_use},
        "mem_limit": FILE,
        "max_comp_streams": {**NEWER_FILE, EINVAL: no_stream},
        "comp_algorithm": {**FILE, EBUSY: has_size, EINVAL: no_such_algorithm},
        "compact": {**FILE, EINVAL: has_no_size},
        "mem_used_max": FILE,
        "show": {**NEWER_FILE, EACCES: write_only},
        "echo": ECHO,
        "scribble": {ENOMEM: no_memory},
        "direct_write": WRITTEN,
        "stable_writes": {ENOENT: anytime},
        "cpu_offline": {ENOENT: no_cpu},
        "cpu_online": {ENOENT: no_cpu, ENOMEM: no_memory, EPERM: no_memory},
        "backing_dev": {
            **NEWER_FILE,
            ENOENT: no_such_path,
            EBUSY: has_size_or_is_taken,
            ENOTBLK: no_block_device,
            ENOMEM: no_memory,
        },
        "idle": {**NEWER_FILE, EINVAL: no_such_age},
        "writeback": {
            **NEWER_FILE,
            EINVAL: unknown_words,
            ENODEV: no_backing,
            EAGAIN: others_at_work,
            ENOMEM: no_memory,
            EIO: transfer_failed_or_budget,
            ENOSPC: blocks_are_used_up,
            ERANGE: no_such_page,
        },
        "writeback_limit": NEWER_FILE,
        "writeback_limit_enable": NEWER_FILE,
        "writeback_batch_size": {**NEWER_FILE, EINVAL: no_requests},
        "recomp_algorithm": {**NEWER_FILE, EBUSY: has_size, EINVAL: no_recompression},
        "algorithm_params": {**NEWER_FILE, EINVAL: further_priority, EBUSY: has_size},
        "recompress": {
            **NEWER_FILE,
            EINVAL: nothing_to_recompress_with,
            EAGAIN: others_at_work,
            ENOMEM: no_memory,
        },
    }
)
"""What operations on a device and its files may answer."""


DEVICE_IO: Final = frozenset(
    {"read", "write", "write_many", "write_zeroes", "discard", "direct_write"}
    | {"read_part", "write_part"}
)
"""Operations that are nothing but requests to a device, whose errors they answer with."""


REQUESTS_DUE: Final[Mapping[str, Circumstance]] = MappingProxyType(
    {
        **dict.fromkeys(("write", "direct_write", "write_many"), begins_beyond_end),
        **dict.fromkeys(("discard", "write_zeroes"), beyond_end),
    }
)
"""Requests that must be refused, and when."""


def judge_success(told: Refused) -> None:
    """An error of a device that an operation has met is its answer, and so is its end."""
    answered, due = told.answered, REQUESTS_DUE.get(told.answered.operation.word)
    if due is not None and told.disk is not None and answered.alone and due(told):
        answered.world.report(
            REFUSAL_MISSING,
            f"`{answered.operation}` is accepted, and {told.disk.name} does not reach that far",
            "whoever asked takes for done what was not",
            place=answered.operation.word,
        )
    if answered.operation.word in DEVICE_IO and EIO in answered.injected and answered.alone:
        answered.world.report(
            ERROR_SWALLOWED,
            f"`{answered.operation}` met an I/O error, and answers {answered.text}",
            "whoever asked takes for done what was not",
            place=answered.operation.word,
        )


def judge_refusal(refused: Refused, documented: Documented) -> None:
    """A refusal has a cause that is documented, and that was there.

    A machine of which something worse is known by then owes no explanation.
    """
    answered = refused.answered
    word, error = answered.operation.word, answered.text
    if error.startswith(TOOK) or answered.world.findings:
        return
    circumstance = documented.get(word, {}).get(error)
    if circumstance is not None and (not answered.alone or circumstance(refused)):
        return
    known = " ".join(sorted(documented.get(word, {}))) or "nothing"
    answered.world.report(
        REFUSED_WITHOUT_CAUSE,
        f"`{answered.operation}` is refused with {error}, for no reason",
        f"it may be refused with {known}; nothing that was injected, and nothing in the state of "
        "the machine, explains the answer",
        place=(word, error),
    )
