"""What one task works with: its process, and the machine's device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.world.cell import Unseen
from targets.linux.machine.errno import EBADF, ENOENT, Refusal
from targets.linux.mm.gup import device_writes, get_user_page, pipe_reads, put_user_page
from targets.linux.mm.mm_struct import MappedPte
from targets.linux.mm.user import user_load, user_store
from targets.linux.zram.sysfs import store_file
from targets.shared import raw_io
from targets.shared.attribute_judges import store_judged
from targets.shared.backing_disk import to_case, to_kernel
from targets.shared.request_judges import request_judged
from targets.shared.shown_judges import file_shown
from targets.shared.writeback_judges import writeback_judged
from targets.swap.footprint_judges import footprint_judged
from targets.swap.judges import (
    judge_changed_page,
    judge_pinned_page,
    judge_writable_pages,
    judge_written_page,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from targets.linux.block.crc_disk import CrcDisk
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.mm.pins import Pin
    from targets.linux.swap.core import SwapCore
    from targets.linux.zram.device import Zram
    from targets.linux.zswap.zswap import Zswap
    from targets.swap.system import SwapSystem

ESRCH: Final = "ESRCH"


class Seat:
    """What one task works with: its process, and the machine's device."""

    def __init__(self, system: SwapSystem, mm: MmStruct) -> None:
        """Seat a task in a process."""
        self._system = system
        self.mm = mm
        self.core = system.core
        self.disk = system.disk
        self._pin: Pin | None = None

    @property
    def system(self) -> SwapSystem:
        """The whole machine, for judges."""
        return self._system

    @property
    def zram(self) -> Zram:
        """The zram that is swapped to; another device has no such files."""
        if self._system.zram is None:
            raise Refusal(ENOENT)
        return self._system.zram

    @property
    def zswap(self) -> Zswap:
        """The cache in front of swap, if there is one."""
        if self._system.zswap is None:
            raise Refusal(ENOENT)
        return self._system.zswap

    @property
    def crc_disk(self) -> CrcDisk:
        """The disk that is swapped to, if it is one that can check CRCs."""
        if self._system.crc_disk is None:
            raise Refusal(ENOENT)
        return self._system.crc_disk

    def load(self, index: int) -> bytes:
        """Read a page and check, in the same step, that it is what the process last wrote."""
        data = user_load(self.core, self.mm, index)
        with Unseen(self.core.world):
            judge_written_page(self._system, self.mm, index, data)
            judge_writable_pages(self._system)
        return data

    def store(self, index: int, data: bytes) -> None:
        """Write a page, and check what a store promises."""
        self._system.stored[data] = None
        with footprint_judged(self.core):
            user_store(self.core, self.mm, index, data)
        self._judge_store(index)

    def _judge_store(self, index: int) -> None:
        """Check, in the step of a store, that no device minds that its page has changed."""
        with Unseen(self.core.world):
            pte = self.mm.page_table.get(index)
            if isinstance(pte, MappedPte):
                judge_changed_page(self._system, pte.page)
            judge_writable_pages(self._system)

    def pin(self, index: int, *, write: bool) -> None:
        """Have a page held for the process, and let go of what was held before."""
        pin = get_user_page(self.core, self.mm, index, write=write)
        if self._pin is not None:
            self.unpin()
        self._pin = pin

    def unpin(self) -> None:
        """Let go of the page that is held."""
        pin, self._pin = self._held(), None
        put_user_page(self.core, pin)

    def dma(self, data: bytes) -> None:
        """Let a device write to the page that is held, while that is the process's own."""
        pin = self._held()
        if not pin.write or not pin.promised:
            raise Refusal(EBADF)
        self._system.stored[data] = None
        device_writes(self.core, pin, data)
        with Unseen(self.core.world):
            judge_changed_page(self._system, pin.page, get_user_page.__name__)

    def peek(self) -> bytes:
        """Look at the page that is held, and check that no other process has written to it."""
        pin = self._held()
        data = pipe_reads(self.core, pin)
        with Unseen(self.core.world):
            judge_pinned_page(self._system, pin, data)
        return data

    def _held(self) -> Pin:
        """Return what is held for this task; EBADF when nothing is."""
        if self._pin is None:
            raise Refusal(EBADF)
        return self._pin

    def fork(self, task: str, fork: Callable[[SwapCore, MmStruct], MmStruct]) -> str:
        """Fork the process and launch the child's task."""
        system = self._system
        if task not in system.dormant or task in system.children:
            raise Refusal(ESRCH)
        system.children[task] = self.mm
        try:
            system.children[task] = fork(self.core, self.mm)
        except Refusal:
            del system.children[task]
            raise
        assert system.launch(task), "a dormant task is launched once"
        return "ok"

    def read_block(self, block: int) -> bytes:
        """Read the device itself."""
        return raw_io.read_block(self.disk, block)

    def write_block(self, block: int, data: bytes) -> None:
        """Write the device itself; EBUSY while it is swapped to.

        What a slot held before it was one may stay there while its first write fails.
        """
        self._system.stored[data] = None
        with request_judged(self.core.world, self._system.zram, block, num_writes=1):
            raw_io.write_block(self.disk, block, data)

    def scribble(self, number: int, data: bytes) -> None:
        """Write to a buffer that may be on its way to the device."""
        self._system.stored[data] = None
        self._system.buffers.scribble(number, data)

    def direct_write(self, block: int, number: int) -> None:
        """Write from a buffer that others may change; EBUSY while the device is swapped to."""
        system = self._system
        system.buffers.write(self.disk, block, number, lambda: system.raced.update({block: None}))

    def discard_blocks(self, first: int, count: int) -> None:
        """Discard blocks of the device itself; EBUSY while it is swapped to."""
        raw_io.discard_blocks(self.disk, first, count)

    def set_cpu(self, number: int, *, online: bool) -> None:
        """Take a CPU down, or bring it back."""
        self.disk.machine.hotplug.set_online(number, online=online)

    def read_file(self, name: str) -> str:
        """Read a file of the zram that is swapped to."""
        return to_case(self._system.machine, file_shown(self.core.world, self.zram, name))

    def write_file(self, name: str, text: str) -> None:
        """Write a file of the zram that is swapped to."""
        zram, written = self.zram, to_kernel(self._system.machine, text)
        judged = writeback_judged(self.core.world, zram, name, written)
        with store_judged(self.core.world, zram, name, written), judged:
            store_file(zram, name, written)
