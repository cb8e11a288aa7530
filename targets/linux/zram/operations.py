"""What a zram disk lets the block layer do (struct block_device_operations) [4.9 zram_drv.c]."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from targets.linux.block.disk import add_disk
from targets.linux.machine.errno import EBUSY, ENXIO, Refusal
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zram.comps import name_default
from targets.linux.zram.device import Zram
from targets.linux.zram.discard import zram_slot_free_notify
from targets.linux.zram.io import zram_make_request, zram_rw_page
from targets.linux.zram.revalidate import zram_disk_capabilities

if TYPE_CHECKING:
    from targets.linux.block.bio import Bio
    from targets.linux.machine.machine import Machine
    from targets.linux.machine.page import Page


class ZramOperations:
    """The operations of one device; an asynchronous one has no rw_page."""

    has_slot_free_notify = True

    def __init__(self, zram: Zram, *, asynchronous: bool) -> None:
        """Make the operations of `zram`."""
        self.has_rw_page = not asynchronous
        self._zram = zram

    def open(self) -> None:
        """Refuse with ENXIO once the module goes, and with EBUSY while a reset has the device.

        bd_mutex is held.
        """
        if not self._zram.module.is_live:  # try_module_get
            raise Refusal(ENXIO)
        if self._zram.claim:
            raise Refusal(EBUSY)

    def make_request(self, bio: Bio) -> None:
        """Serve a bio."""
        zram_make_request(self._zram, bio)

    def rw_page(self, sector: int, page: Page, *, write: bool) -> None:
        """Read or write one page synchronously."""
        zram_rw_page(self._zram, sector, page, write=write)

    def swap_slot_free_notify(self, index: int) -> None:
        """Empty the slot of a swap entry."""
        zram_slot_free_notify(self._zram, index)


def zram_add(machine: Machine, number: int, *, asynchronous: bool = False) -> Zram:
    """Make device `number`, without a size, before any task runs."""
    zram = zram_alloc(machine, number, asynchronous=asynchronous)
    zram_publish(zram, seen=False)
    return zram


def zram_alloc(machine: Machine, number: int, *, asynchronous: bool = False) -> Zram:
    """Make device `number`, which nobody else sees yet.

    `asynchronous` is the development kernel of the thread: a worker serves the bios later.
    """
    operations = partial(ZramOperations, asynchronous=asynchronous)
    zram = Zram(machine, number, operations, asynchronous=asynchronous)
    zram.disk.logical_block_size = PAGE_SIZE // machine.kernel.build.page_blocks
    zram.disk.write_zeroes = machine.kernel.features.write_zeroes
    zram_disk_capabilities(zram)
    zram.disk.nonrot = True
    machine.memory.slab.born(zram, f"struct zram of zram{number}")
    return zram


def zram_publish(zram: Zram, *, seen: bool) -> None:
    """Let others see a device, and do what is only done then; `seen` if there are others."""
    add_disk(zram.disk)
    name_default(zram, seen=seen)
