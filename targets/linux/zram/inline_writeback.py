"""Storing a page that does not compress on the backing device, in its write [4.14, 4.20]."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from targets.linux.machine.errno import Refusal
from targets.linux.zram.backing_io import write_to_bdev
from targets.linux.zram.discard import zram_free_page
from targets.linux.zram.write_steps import filled

if TYPE_CHECKING:
    from collections.abc import Callable

    from targets.linux.block.bio import Bio
    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram


def inline_writeback(
    zram: Zram, page: Page, index: int, parent: Bio | None
) -> Callable[[], bool] | None:
    """Return what stores a page on the backing device; None when the kernel or the device cannot.

    It says whether it did.
    """
    if zram.machine.kernel.features.inline_writeback and zram.backing.dev is not None:
        return partial(store_on_bdev, zram, page, index, parent)
    return None


def store_on_bdev(zram: Zram, page: Page, index: int, parent: Bio | None) -> bool:
    """Submit a page to a free block and give that to the slot at once, or do nothing.

    The block belongs to the slot before it has the page: the write may still fail.
    """
    try:
        block = write_to_bdev(zram, page, parent)
    except Refusal:
        return False
    slot = zram.meta.slot(index)
    with filled(zram, slot, partial(_count_block, zram)):
        zram_free_page(zram, slot)
        slot.huge = slot.wb = True
        slot.block = block
    return True


def _count_block(zram: Zram) -> None:
    zram.stats.huge_pages += 1
    zram.stats.pages_stored += 1
