"""How an administrator sets a zram up: which files he writes, and what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from targets.linux.machine.errno import ENOENT, Refusal
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zram.sysfs import store_file
from targets.shared.backing_disk import WRITTEN, has_backing, to_kernel
from targets.shared.settings import ALGORITHM, DISK_PAGES, STREAMS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from targets.linux.zram.device import Zram


def boot_files(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each file of a fresh device that the settings make one write, with its text."""
    yield "comp_algorithm", settings[ALGORITHM.name]
    if settings[STREAMS.name] > 1:
        yield "max_comp_streams", str(settings[STREAMS.name])
    if has_backing(settings):
        yield "backing_dev", WRITTEN
    yield "disksize", str(settings[DISK_PAGES.name] * PAGE_SIZE)


def boot_zram(zram: Zram, settings: Mapping[str, Any], *, sized: bool = True) -> None:
    """Set a zram up, with its size or all but that; a file that its kernel lacks is passed over."""
    for name, text in boot_files(settings):
        if name == "disksize" and not sized:
            continue
        try:
            store_file(zram, name, to_kernel(zram.machine, text))
        except Refusal as refusal:
            if refusal.name != ENOENT:
                raise
