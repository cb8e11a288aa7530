"""The files of a device in sysfs, by name: what reads and writes reach [4.9 zram_drv.c].

A file that a kernel has not refuses with ENOENT, whatever is done with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from targets.linux.machine.errno import EACCES, ENODEV, ENOENT, Refusal
from targets.linux.zram import algorithm_files, attributes, block_state, stat_files
from targets.linux.zram.backing import backing_dev_show, backing_dev_store, writeback_built
from targets.linux.zram.disksize import disksize_store
from targets.linux.zram.idle import has_idle, idle_store
from targets.linux.zram.recompress import has_recompression, recompress_store
from targets.linux.zram.reset import reset_store
from targets.linux.zram.writeback import writeback_store
from targets.linux.zram.writeback_batch import (
    writeback_batch_size_show,
    writeback_batch_size_store,
)
from targets.linux.zram.writeback_limit import (
    bd_stat_show,
    has_batches,
    has_writeback,
    writeback_limit_enable_show,
    writeback_limit_enable_store,
    writeback_limit_show,
    writeback_limit_store,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from targets.linux.kernel.kernel import Kernel
    from targets.linux.zram.device import Zram


FILES_USE: Final = Point("zram.files.use", "use a file of a device", Access.READ, "zram files")


@dataclass(frozen=True, slots=True)
class DeviceAttribute:
    """A file (struct device_attribute): None for what may not be done with it."""

    show: Callable[[Zram], str] | None = None
    store: Callable[[Zram, str], None] | None = None
    exists: Callable[[Kernel], bool] | None = None
    """Which kernels have the file; all of them, if it does not say."""


COUNTERS: Final = (
    ("num_reads", "num_reads"),
    ("num_writes", "num_writes"),
    ("failed_reads", "failed_reads"),
    ("failed_writes", "failed_writes"),
    ("invalid_io", "invalid_io"),
    ("notify_free", "notify_free"),
    ("zero_pages", "same_pages"),
    ("compr_data_size", "compr_data_size"),
)
"""Files that show one counter, up to 4.10, and the counters."""


def _single_value(show: Callable[[Zram], str]) -> DeviceAttribute:
    return DeviceAttribute(show, exists=stat_files.has_single_value_files)


def _writeback_store(zram: Zram, text: str) -> None:
    """Write pages back; a kernel that takes none of the text is as good as one that refuses."""
    taken = writeback_store(zram, text)
    if taken != len(text):
        raise Refusal(f"took-{taken}")


ZRAM_DISK_ATTRS: Final = MappingProxyType(
    {
        "disksize": DeviceAttribute(attributes.disksize_show, disksize_store),
        "initstate": DeviceAttribute(attributes.initstate_show),
        "reset": DeviceAttribute(store=reset_store),
        "compact": DeviceAttribute(store=attributes.compact_store),
        "mem_limit": DeviceAttribute(stat_files.mem_limit_show, attributes.mem_limit_store),
        "mem_used_max": DeviceAttribute(
            stat_files.mem_used_max_show, attributes.mem_used_max_store
        ),
        "max_comp_streams": DeviceAttribute(
            algorithm_files.max_comp_streams_show,
            algorithm_files.max_comp_streams_store,
            algorithm_files.has_max_comp_streams,
        ),
        "comp_algorithm": DeviceAttribute(
            algorithm_files.comp_algorithm_show, algorithm_files.comp_algorithm_store
        ),
        "recomp_algorithm": DeviceAttribute(
            algorithm_files.recomp_algorithm_show,
            algorithm_files.recomp_algorithm_store,
            has_recompression,
        ),
        "algorithm_params": DeviceAttribute(
            store=algorithm_files.algorithm_params_store,
            exists=algorithm_files.has_algorithm_params,
        ),
        "recompress": DeviceAttribute(store=recompress_store, exists=has_recompression),
        "backing_dev": DeviceAttribute(backing_dev_show, backing_dev_store, writeback_built),
        "idle": DeviceAttribute(store=idle_store, exists=has_idle),
        "writeback": DeviceAttribute(store=_writeback_store, exists=has_writeback),
        "writeback_limit": DeviceAttribute(
            writeback_limit_show, writeback_limit_store, has_writeback
        ),
        "writeback_limit_enable": DeviceAttribute(
            writeback_limit_enable_show, writeback_limit_enable_store, has_writeback
        ),
        "writeback_batch_size": DeviceAttribute(
            writeback_batch_size_show, writeback_batch_size_store, has_batches
        ),
        "bd_stat": DeviceAttribute(bd_stat_show, exists=has_writeback),
        "io_stat": DeviceAttribute(stat_files.io_stat_show),
        "mm_stat": DeviceAttribute(stat_files.mm_stat_show),
        "debug_stat": DeviceAttribute(stat_files.debug_stat_show, exists=stat_files.has_debug_stat),
        "block_state": DeviceAttribute(
            block_state.block_state_show, exists=block_state.has_block_state
        ),
        **{name: _single_value(stat_files.stat_show(field)) for name, field in COUNTERS},
        "orig_data_size": _single_value(stat_files.orig_data_size_show),
        "mem_used_total": _single_value(stat_files.mem_used_total_show),
    }
)
"""The files of all kernels."""


def has_file(zram: Zram, name: str) -> bool:
    """Whether the folder of a device has a file, as `ls` says: for judges, it announces nothing."""
    attribute = ZRAM_DISK_ATTRS.get(name)
    if attribute is None:
        return False
    return attribute.exists is None or attribute.exists(zram.machine.kernel)


def show_file(zram: Zram, name: str) -> str:
    """Read a file; ENOENT when this kernel has none, EACCES when it may only be written."""
    attribute = _attribute(zram, name)
    if attribute.show is None:
        raise Refusal(EACCES)
    _use_files(zram)
    try:
        return attribute.show(zram)
    finally:
        _leave_files(zram)


def store_file(zram: Zram, name: str, text: str) -> None:
    """Write a file; ENOENT when this kernel has none, EACCES when it may only be read.

    A write of nothing never reaches the driver (sysfs_kf_write).
    """
    attribute = _attribute(zram, name)
    if attribute.store is None:
        raise Refusal(EACCES)
    if text:
        _use_files(zram)
        try:
            attribute.store(zram, text)
        finally:
            _leave_files(zram)


def _use_files(zram: Zram) -> None:
    """Keep the files of a device from being removed; ENODEV when they are (kernfs_get_active)."""
    zram.machine.world.reach(FILES_USE, zram.number)
    files = zram.files
    if files.removed:
        raise Refusal(ENODEV)
    files.users += 1


def _leave_files(zram: Zram) -> None:
    """Undo `_use_files` (kernfs_put_active)."""
    files = zram.files
    files.users -= 1
    if not files.users:
        files.idle.wake_all()


def _attribute(zram: Zram, name: str) -> DeviceAttribute:
    attribute = ZRAM_DISK_ATTRS.get(name)
    if attribute is None:
        raise Refusal(ENOENT)
    if attribute.exists is not None and not attribute.exists(zram.machine.kernel):
        raise Refusal(ENOENT)
    return attribute
