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
    EBADF,
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
    blocks,
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
from targets.shared.promises import ERROR_SWALLOWED, REFUSED_WITHOUT_CAUSE

if TYPE_CHECKING:
    from fuzz.program.answered import Answered
    from targets.shared.circumstances import Documented, Refused

READ_ONLY: Final = frozenset({"mm_stat", "io_stat", "debug_stat", "bd_stat", "initstate"})
TOOK: Final = "took-"
"""How an answer begins that says how much of a text was taken."""


def _no_number(refused: Refused) -> bool:
    return not refused.argument("pages")


def _params_are_set(refused: Refused) -> bool:
    zram = refused.zram
    return zram is None or any(each != type(each)() for each in zram.comps.params)


def _no_disksize(refused: Refused) -> bool:
    return _no_number(refused) or _params_are_set(refused)


def _another_algorithm(refused: Refused) -> bool:
    zram = refused.zram
    return zram is None or refused.argument("name") not in zram.comps.algs


def _no_recompression(refused: Refused) -> bool:
    return not 1 <= refused.argument("priority") < len(_algs(refused)) or _another_algorithm(
        refused
    )


def _algs(refused: Refused) -> list[str | None]:
    return refused.zram.comps.algs if refused.zram is not None else []


def _further_priority(refused: Refused) -> bool:
    return refused.argument("priority") > 0


def _no_stream(refused: Refused) -> bool:
    return refused.argument("count") < 1 or has_size(refused)


def _has_size_or_is_taken(refused: Refused) -> bool:
    disks = refused.answered.injected, refused.zram
    return bool(disks[0]) or has_size(refused) or _backing_is_taken(refused)


def _backing_is_taken(refused: Refused) -> bool:
    disk = refused.disk
    return disk is None or any(each.holder is not None for each in disk.machine.disks.values())


def _no_block_device(refused: Refused) -> bool:
    disk = refused.disk
    plugged = disk is None or len(disk.machine.disks) > 1
    return refused.argument("file") != "disk" or not plugged


def _no_such_age(refused: Refused) -> bool:
    return refused.argument("age") != "all" or has_no_size(refused)


def _unknown_words(refused: Refused) -> bool:
    plain = refused.argument("form") == "plain"
    known = plain and refused.argument("mode") in {"idle", "huge"}
    return not known or has_no_size(refused)


def _no_backing(refused: Refused) -> bool:
    return refused.zram is None or refused.zram.backing.dev is None


def _others_at_work(refused: Refused) -> bool:
    return refused.zram is None or refused.zram.backing.pp_in_progress


def _io_failed_or_budget(refused: Refused) -> bool:
    zram = refused.zram
    return io_failed(refused) or zram is None or zram.backing.wb_limit_enable


def _blocks_are_used_up(refused: Refused) -> bool:
    """All are taken; block 0 may be one that is never used."""
    return refused.zram is None or all(refused.zram.backing.bitmap[1:])


def _no_such_page(refused: Refused) -> bool:
    last = refused.argument("page") + refused.argument("count")
    named = refused.argument("mode") == "named" or refused.argument("form") == "among"
    return named and (refused.disk is None or last > blocks(refused.disk))


def _nothing_to_recompress_with(refused: Refused) -> bool:
    """Whether the request is no good, or a compressor fails, whose own error that is."""
    if EINVAL in refused.answered.injected:
        return True
    arguments = ("threshold", "priority", "pages")
    asked = refused.argument("name") != "any" or any(map(refused.argument, arguments))
    zram = refused.zram
    return asked or has_no_size(refused) or zram is None or not any(zram.comps.zcomps[1:])


def _no_requests(refused: Refused) -> bool:
    return not refused.argument("requests")


def _read_only(refused: Refused) -> bool:
    return refused.argument("file") in READ_ONLY


def _no_cpu(refused: Refused) -> bool:
    disk, cpu = refused.disk, refused.argument("cpu")
    return cpu == 0 or disk is None or cpu >= len(disk.machine.world.cpus)


FILE: Final = MappingProxyType({ENOENT: no_zram, ENODEV: gone})
"""What writing any file may answer that every kernel has."""
NEWER_FILE: Final = MappingProxyType({ENOENT: anytime, ENODEV: gone})
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
        "disksize": {**FILE, EBUSY: has_size, EINVAL: _no_disksize, ENOMEM: no_memory},
        "reset": {**FILE, EBUSY: in_use},
        "mem_limit": FILE,
        "max_comp_streams": {**NEWER_FILE, EINVAL: _no_stream},
        "comp_algorithm": {**FILE, EBUSY: has_size, EINVAL: _another_algorithm},
        "compact": {**FILE, EINVAL: has_no_size},
        "mem_used_max": FILE,
        "show": {**NEWER_FILE, EACCES: anytime, EINVAL: has_no_size},
        "echo": {
            **dict.fromkeys((EBUSY, EINVAL, ENOENT, ENODEV, ERANGE, EAGAIN, ENOTBLK), anytime),
            **dict.fromkeys((ENOMEM, EIO, ENOSPC), anytime),
            EACCES: _read_only,
        },
        "scribble": {ENOMEM: no_memory},
        "direct_write": WRITTEN,
        "stable_writes": {ENOENT: anytime},
        "cpu_offline": {ENOENT: _no_cpu},
        "cpu_online": {ENOENT: _no_cpu, ENOMEM: no_memory, EPERM: no_memory},
        "backing_dev": {
            **NEWER_FILE,
            EBUSY: _has_size_or_is_taken,
            ENOTBLK: _no_block_device,
            ENOMEM: no_memory,
        },
        "idle": {**NEWER_FILE, EINVAL: _no_such_age},
        "writeback": {
            **NEWER_FILE,
            EINVAL: _unknown_words,
            ENODEV: _no_backing,
            EAGAIN: _others_at_work,
            ENOMEM: no_memory,
            EIO: _io_failed_or_budget,
            ENOSPC: _blocks_are_used_up,
            ERANGE: _no_such_page,
        },
        "writeback_limit": NEWER_FILE,
        "writeback_limit_enable": NEWER_FILE,
        "writeback_batch_size": {**NEWER_FILE, EINVAL: _no_requests},
        "recomp_algorithm": {**NEWER_FILE, EBUSY: has_size, EINVAL: _no_recompression},
        "algorithm_params": {**NEWER_FILE, EINVAL: _further_priority},
        "recompress": {
            **NEWER_FILE,
            EINVAL: _nothing_to_recompress_with,
            EAGAIN: _others_at_work,
            ENOMEM: no_memory,
        },
    }
)
"""What operations on a device and its files may answer."""


def _no_device(refused: Refused) -> bool:
    disk, number = refused.disk, refused.argument("device")
    return disk is None or f"zram{number}" not in disk.machine.disks


def _that_device_in_use(refused: Refused) -> bool:
    disk, number = refused.disk, refused.argument("device")
    other = None if disk is None else disk.machine.disks.get(f"zram{number}")
    return other is None or other.openers > 0 or other.holder is not None or busy(refused)


ZRAM_REFUSALS: Final[Documented] = MappingProxyType(
    {
        **DEVICE_REFUSALS,
        "use": {ENOENT: _no_device},
        "hot_add": {ENOMEM: no_memory},
        "hot_remove": {ENODEV: _no_device, EBUSY: _that_device_in_use},
        "open": OPENED,
        "close": {EBADF: anytime},
        "write_many": WRITTEN,
        "write_across": {**WRITTEN, EINVAL: anytime},
        "write_zeroes": {**OPENED, EINVAL: beyond_end, ENOMEM: no_memory, EIO: write_failed},
    }
)
"""What operations of the target `zram` may answer."""


DEVICE_IO: Final = frozenset(
    {"read", "write", "write_many", "write_zeroes", "discard", "direct_write"}
)
"""Operations that are nothing but requests to a device, whose errors they answer with."""


def judge_success(answered: Answered) -> None:
    """An error of a device that an operation has met is its answer."""
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
