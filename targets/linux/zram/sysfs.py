"""The files of a device in sysfs, by name: what reads and writes reach [4.9 zram_drv.c].

The functions themselves know on which kernels they exist, and refuse with ENOENT on the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from targets.linux.machine.errno import EACCES, ENOENT, Refusal
from targets.linux.zram import algorithm_files, attributes
from targets.linux.zram.disksize import disksize_store
from targets.linux.zram.reset import reset_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from targets.linux.zram.device import Zram


@dataclass(frozen=True, slots=True)
class DeviceAttribute:
    """A file (struct device_attribute): None for what may not be done with it."""

    show: Callable[[Zram], str] | None = None
    store: Callable[[Zram, str], None] | None = None


ZRAM_DISK_ATTRS: Final = MappingProxyType(
    {
        "disksize": DeviceAttribute(attributes.disksize_show, disksize_store),
        "initstate": DeviceAttribute(attributes.initstate_show),
        "reset": DeviceAttribute(store=reset_store),
        "compact": DeviceAttribute(store=attributes.compact_store),
        "mem_limit": DeviceAttribute(store=attributes.mem_limit_store),
        "mem_used_max": DeviceAttribute(store=attributes.mem_used_max_store),
        "max_comp_streams": DeviceAttribute(
            algorithm_files.max_comp_streams_show, algorithm_files.max_comp_streams_store
        ),
        "comp_algorithm": DeviceAttribute(
            algorithm_files.comp_algorithm_show, algorithm_files.comp_algorithm_store
        ),
        "recomp_algorithm": DeviceAttribute(
            algorithm_files.recomp_algorithm_show, algorithm_files.recomp_algorithm_store
        ),
        "algorithm_params": DeviceAttribute(store=algorithm_files.algorithm_params_store),
        "io_stat": DeviceAttribute(attributes.io_stat_show),
        "mm_stat": DeviceAttribute(attributes.mm_stat_show),
        "debug_stat": DeviceAttribute(attributes.debug_stat_show),
    }
)
"""The files of all kernels."""


def show_file(zram: Zram, name: str) -> str:
    """Read a file; ENOENT when this kernel has none, EACCES when it may only be written."""
    attribute = _attribute(name)
    if attribute.show is None:
        raise Refusal(EACCES)
    return attribute.show(zram)


def store_file(zram: Zram, name: str, text: str) -> None:
    """Write a file; ENOENT when this kernel has none, EACCES when it may only be read."""
    attribute = _attribute(name)
    if attribute.store is None:
        raise Refusal(EACCES)
    attribute.store(zram, text)


def _attribute(name: str) -> DeviceAttribute:
    if name not in ZRAM_DISK_ATTRS:
        raise Refusal(ENOENT)
    return ZRAM_DISK_ATTRS[name]
