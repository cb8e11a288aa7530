"""What is looked at after each operation: files of a device, on the kernel and on the model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from targets.linux.machine.errno import ENOENT, Refusal
from targets.linux.zram.sysfs import show_file
from targets.shared.backing_disk import WRITTEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from targets.linux.zram.device import Zram

LOOP: Final = re.compile(r"/dev/loop[0-9]+")
SECTORS: Final = "size"
"""The block layer's own file: how many sectors the disk has."""

WATCHED: Final = (
    SECTORS,
    "initstate",
    "disksize",
    "comp_algorithm",
    "max_comp_streams",
    "mm_stat",
    "io_stat",
    "bd_stat",
    "debug_stat",
    "backing_dev",
    "recomp_algorithm",
    "writeback_limit",
    "writeback_limit_enable",
    "writeback_batch_size",
)
"""Every file of a device that may be read; which there are is compared as well."""


def model_file(zram: Zram, name: str) -> str | None:
    """Read a file of the model's device; None when it has none."""
    if name == SECTORS:
        return str(zram.disk.capacity)
    try:
        return show_file(zram, name)
    except Refusal as refusal:
        return None if refusal.name == ENOENT else refusal.name


def columns(text: str | None) -> tuple[str, ...] | None:
    """Take a file apart: how a kernel aligns its columns, or numbers its loops, is no statistic."""
    return None if text is None else tuple(LOOP.sub(WRITTEN, text).split())


def differing_files(
    zram: Zram, seen: Mapping[str, str | None]
) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield each file that is not the same: its name, what the kernel shows, what the model."""
    for name in seen:
        theirs, ours = columns(seen[name]), columns(model_file(zram, name))
        if theirs != ours:
            yield name, _line(theirs), _line(ours)


def _line(values: tuple[str, ...] | None) -> str | None:
    return None if values is None else " ".join(values)


def values_in(seen: Mapping[str, str | None]) -> int:
    """Count the values in files that are there."""
    return sum(len(columns(text) or ()) for text in seen.values())
