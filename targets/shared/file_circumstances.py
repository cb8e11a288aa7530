"""Circumstances under which files of a zram refuse what is written to them [zram.rst]."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from targets.linux.block.ram_disk import TORN
from targets.linux.machine.errno import EBUSY, EINVAL, EIO
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zram.inspection import offers_algorithm
from targets.linux.zram.sysfs import has_file
from targets.shared.backing_disk import DISK_NAME
from targets.shared.circumstances import (
    blocks,
    busy,
    gone,
    has_no_size,
    has_size,
    write_failed,
)

if TYPE_CHECKING:
    from targets.linux.zram.device import Zram
    from targets.shared.circumstances import Refused

READ_ONLY: Final = frozenset({"mm_stat", "io_stat", "debug_stat", "bd_stat", "initstate"})
"""Files that are only read."""
WRITE_ONLY: Final = frozenset(
    {
        *("compact", "reset", "idle", "writeback", "recompress", "algorithm_params"),
        *("mem_limit", "mem_used_max"),
    }
)
"""Files that are only written; older kernels show some of them."""


def no_such_file(refused: Refused) -> bool:
    """The kernel has no such file, or there is no zram whose file it would be."""
    operation = refused.answered.operation
    name = refused.argument("file") if operation.word in {"show", "echo"} else operation.word
    return refused.zram is None or not has_file(refused.zram, name)


def read_only(refused: Refused) -> bool:
    """The file is never written."""
    return refused.argument("file") in READ_ONLY


def write_only(refused: Refused) -> bool:
    """The file need not be shown."""
    return refused.argument("file") in WRITE_ONLY


def no_disksize(refused: Refused) -> bool:
    """Nought is no size, a compressor may mind its parameters, or there is none of that name.

    A new device has an algorithm chosen, which a machine that was built without it has not.
    """
    zram = refused.zram
    if zram is None or not refused.argument("pages"):
        return True
    name = zram.comps.algs[0]
    missing = name is not None and not offers_algorithm(zram, name)
    return missing or any(each != type(each)() for each in zram.comps.params)


def no_such_algorithm(refused: Refused) -> bool:
    """The device does not offer it."""
    zram = refused.zram
    return zram is None or not offers_algorithm(zram, refused.argument("name"))


def no_recompression(refused: Refused) -> bool:
    """The device does not offer it, or not with that priority."""
    last = 0 if refused.zram is None else len(refused.zram.comps.algs) - 1
    return not 1 <= refused.argument("priority") <= last or no_such_algorithm(refused)


def further_priority(refused: Refused) -> bool:
    """A priority that a kernel need not know."""
    return refused.argument("priority") > 0


def no_stream(refused: Refused) -> bool:
    """Without a stream nothing is compressed; how many there are may be fixed by now."""
    return refused.argument("count") < 1 or has_size(refused)


def has_size_or_is_taken(refused: Refused) -> bool:
    """It is too late for a backing device, or somebody has it, or that was injected."""
    return EBUSY in refused.answered.injected or has_size(refused) or _is_taken(refused)


def _is_taken(refused: Refused) -> bool:
    """Somebody has it for himself alone; a reset has the zram itself, or another one."""
    disk = refused.disk
    return (
        disk is None
        or busy(refused)
        or any(each.claim for each in refused.zrams if not each.disk.removed)
        or any(each.holder is not None for each in disk.machine.disks.values())
    )


def no_block_device(refused: Refused) -> bool:
    """It is no block device that is written."""
    return refused.argument("file") != "disk"


def no_such_path(refused: Refused) -> bool:
    """There is no such file in sysfs, or none of the name that is written."""
    disk = refused.disk
    unplugged = disk is None or DISK_NAME not in disk.machine.disks
    missing = refused.argument("file") == "missing"
    return no_such_file(refused) or missing or unplugged


def no_such_age(refused: Refused) -> bool:
    """Not every kernel counts seconds, and without a size no page has any."""
    return refused.argument("age") != "all" or has_no_size(refused)


def unknown_words(refused: Refused) -> bool:
    """Not every kernel knows all modes and forms."""
    plain = refused.argument("form") == "plain"
    known = plain and refused.argument("mode") in {"idle", "huge"}
    return not known or has_no_size(refused)


def no_backing(refused: Refused) -> bool:
    """There is no backing device, or its zram goes."""
    return refused.zram is None or refused.zram.backing.dev is None or gone(refused)


def others_at_work(refused: Refused) -> bool:
    """Somebody post-processes."""
    return refused.zram is None or refused.zram.backing.pp_in_progress


def transfer_failed_or_budget(refused: Refused) -> bool:
    """The backing device was made to fail, or the budget is spent."""
    zram = refused.zram
    if zram is None or {EIO, TORN} & set(refused.answered.injected):
        return True
    spent = zram.backing.wb_limit_enable and not zram.backing.bd_wb_limit
    return spent or _zram_behind_failed(refused, zram)


def _zram_behind_failed(refused: Refused, zram: Zram) -> bool:
    """The backing device is a zram itself, and a write to it may fail as on any other."""
    behind = next((each for each in refused.zrams if each.disk is zram.backing.dev), None)
    return behind is not None and write_failed(replace(refused, zram=behind))


def blocks_are_used_up(refused: Refused) -> bool:
    """All are taken; block 0 may be one that is never used."""
    return refused.zram is None or all(refused.zram.backing.bitmap[1:])


def no_such_page(refused: Refused) -> bool:
    """The device ends before the last page that is named."""
    last = refused.argument("page") + refused.argument("count")
    named = refused.argument("mode") == "named" or refused.argument("form") == "among"
    return named and (refused.disk is None or last > blocks(refused.disk))


def nothing_to_recompress_with(refused: Refused) -> bool:
    """The request is no good, or a compressor fails, whose own error that is."""
    zram = refused.zram
    if EINVAL in refused.answered.injected or zram is None or has_no_size(refused):
        return True
    comps, name, priority = zram.comps, refused.argument("name"), refused.argument("priority")
    if name != "any":  # It is looked for from the priority on, if the kernel knows that word.
        first = max(priority, 1)
        found = name in comps.algs[first:]
        priority = comps.algs.index(name, first) if found else len(comps.algs)
    most = min(zram.meta.huge_class_size, PAGE_SIZE)
    return (
        not any(comps.zcomps[1:])
        or refused.argument("threshold") >= most
        or priority >= comps.active
    )


def no_requests(refused: Refused) -> bool:
    """Nothing could be on its way."""
    return not refused.argument("requests")


def no_cpu(refused: Refused) -> bool:
    """The boot CPU has no such file, and there is none beyond the last."""
    disk, cpu = refused.disk, refused.argument("cpu")
    return cpu == 0 or disk is None or cpu >= len(disk.machine.world.cpus)
