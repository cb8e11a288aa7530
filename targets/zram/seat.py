"""What a task works with: one device at a time, and the histories that it adds to."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from fuzz.world.cell import Unseen
from targets.linux.block.disk import blkdev_get, blkdev_put
from targets.linux.machine.errno import EBADF, EINVAL, ENOENT, ENOMEM, Refusal
from targets.linux.machine.page import PAGE_SIZE, SECTORS_PER_PAGE
from targets.linux.zram.block_state import read_block_state
from targets.linux.zram.loading import delete_module, init_module
from targets.linux.zram.sysfs import store_file
from targets.shared import raw_io, raw_parts
from targets.shared.attribute_judges import judge_lines, store_judged
from targets.shared.backing_disk import to_case, to_kernel
from targets.shared.request_judges import NOWHERE, request_judged
from targets.shared.shown_judges import file_shown
from targets.shared.writeback_judges import writeback_judged
from targets.zram.history import EMPTY

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.world.world import World
    from targets.linux.block.disk import Disk
    from targets.linux.zram.control import ZramControl
    from targets.linux.zram.device import Zram
    from targets.shared.direct_io import Buffers
    from targets.zram.history import History


class ZramSeat:
    """What one task works with: each call on the device becomes part of its history."""

    def __init__(
        self, control: ZramControl, history_of: Callable[[Zram], History], buffers: Buffers
    ) -> None:
        """Seat a task at the first device."""
        self._buffers = buffers
        self.control = control
        self._history_of = history_of
        self.number = 0
        """The number of the device that the task uses."""
        self.opened: list[Disk] = []
        """What the task has open, each time."""

    @property
    def zram(self) -> Zram:
        """The device that the task uses; ENOENT when there is none of that number."""
        zram = self.control.devices.get(self.number)
        if zram is None:
            raise Refusal(ENOENT)
        return zram

    @property
    def disk(self) -> Disk:
        """The block device of the zram."""
        return self.zram.disk

    @property
    def _world(self) -> World:
        return self.control.machine.world

    @property
    def _history(self) -> History:
        return self._history_of(self.zram)

    def hot_add(self) -> str:
        """Make another device, and return its number."""
        return self.control.hot_add_show()

    def hot_remove(self, number: int) -> None:
        """Take a device away."""
        self.control.hot_remove_store(str(number))

    def use(self, number: int) -> None:
        """Use another device from now on; ENOENT when there is none."""
        if number not in self.control.devices:
            raise Refusal(ENOENT)
        self.number = number

    def delete_module(self) -> None:
        """Unload the module, with its devices."""
        delete_module(self.control)

    def init_module(self) -> None:
        """Load the module, with its first device, unless it is loaded."""
        init_module(self.control)

    def read_block_state(self, count: int) -> str:
        """Read lines of block_state, which are whole."""
        zram = self.zram
        text = read_block_state(zram, count)
        judge_lines(zram, text)
        return text

    def open(self) -> None:
        """Keep the device open until `close`; EBUSY while it is reset, ENXIO when it is gone."""
        disk = self.zram.disk
        blkdev_get(disk, raw_io.RAW)
        self.opened.append(disk)

    def close(self) -> None:
        """Close what was opened last; EBADF when nothing is open."""
        if not self.opened:
            raise Refusal(EBADF)
        blkdev_put(self.opened.pop())

    def read_block(self, block: int) -> bytes:
        """Read, and note what came: nothing beyond the end of the device."""
        history, called = self._history, self._history.now
        outside, began = self._outside(block), len(self._world.injected)
        try:
            with request_judged(self._world, self.zram, block, num_reads=int(not outside)):
                data = raw_io.read_block(self.zram.disk, block)
        except Refusal as refusal:
            expected = (
                outside
                or self._outside(block)
                or history.emptied_since(called)
                or history.excuses(block)
                or ENOMEM in (fault.outcome for fault in self._world.injected[began:])
            )
            history.read_failed(block, refusal.name, expected=expected)
            raise
        if data:
            history.read(block, data, called)
        return data

    def write_block(self, block: int, data: bytes) -> None:
        """Write, and note it unless it was refused."""
        history, called = self._history, self._history.now
        history.intends(block, data)
        zram = self.zram
        with request_judged(self._world, zram, block, num_writes=1):
            raw_io.write_block(zram.disk, block, data)
        history.wrote(block, data, called)

    def write_across(self, block: int, data: bytes, offset: int) -> None:
        """Write from a buffer that lies in two pages, and note it unless it was refused."""
        history, called = self._history, self._history.now
        history.intends(block, data)
        try:
            raw_io.write_across(self.zram.disk, block, data, offset)
        except Refusal:
            self._one_half_may_be_written(block, data, offset, called)
            raise
        history.wrote(block, data, called)

    def _one_half_may_be_written(self, block: int, data: bytes, offset: int, called: int) -> None:
        """Note a request of two pieces that was refused: the first one may be there."""
        if offset % self._history.block_size:
            self._history.raced(block)
        else:
            self._history.may_write(block, data, called)

    def scribble(self, number: int, data: bytes) -> None:
        """Write to a buffer that may be on its way to the device."""
        self._buffers.scribble(number, data)

    def direct_write(self, block: int, number: int) -> None:
        """Write from a buffer, and note what it held, unless somebody changes it meanwhile."""
        zram, history, called = self.zram, self._history, self._history.now
        disk = zram.disk
        data = bytes(self._buffers.page(number).bytes)
        history.intends(block, data)
        with request_judged(self._world, zram, block, num_writes=1):
            self._buffers.write(disk, block, number, lambda: history.raced(block))
        history.wrote(block, data, called)

    def discard_blocks(self, first: int, count: int) -> None:
        """Discard, and note that the blocks are zeros from then on; refused, some may be."""
        history, called = self._history, self._history.now
        zram = self.zram
        judged = request_judged(self._world, zram, NOWHERE, notify_free=count)
        with history.unless_refused(first, [EMPTY] * count, called), judged:
            raw_io.discard_blocks(zram.disk, first, count)
        for block in range(first, first + count):
            history.wrote(block, EMPTY, called)

    def write_many(self, first: int, contents: list[bytes]) -> None:
        """Write consecutive blocks in one request; when it is refused, some may be written."""
        zram, history, called = self.zram, self._history, self._history.now
        disk = zram.disk
        for number, data in enumerate(contents):
            history.intends(first + number, data)
        within = contents[: raw_io.blocks_left(disk, first)]
        judged = request_judged(self._world, zram, NOWHERE, num_writes=len(within))
        with history.unless_refused(first, contents, called), judged:
            written = raw_io.write_blocks(disk, first, contents)
        for number, data in enumerate(contents[:written]):
            history.wrote(first + number, data, called)

    def write_zeroes(self, first: int, count: int) -> None:
        """Have blocks filled with zeros; when it is refused, some may be."""
        history, called = self._history, self._history.now
        with history.unless_refused(first, [EMPTY] * count, called):
            raw_io.write_zeroes(self.zram.disk, first, count)
        for block in range(first, first + count):
            history.wrote(block, EMPTY, called)

    def read_part(self, page: int, part: int, parts: int) -> bytes:
        """Read some blocks, and note what came."""
        history, called, zram = self._history, self._history.now, self.zram
        start, length = self._part(history, page, part, parts)
        with request_judged(self._world, zram, NOWHERE):
            data = raw_parts.read_bytes(zram.disk, start, length)
        history.read(page, data, called, part)
        return data

    def write_part(self, page: int, part: int, parts: int, data: bytes) -> None:
        """Write some blocks, and note them; when that is refused, some may be written."""
        history, called, zram = self._history, self._history.now, self.zram
        start, length = self._part(history, page, part, parts)
        data = (data * -(-length // PAGE_SIZE))[:length]
        history.intends(page, data, part)
        try:
            with request_judged(self._world, zram, NOWHERE):
                length = raw_parts.write_bytes(zram.disk, start, data)
        except Refusal:
            history.may_write(page, data, called, part)
            raise
        history.wrote(page, data[:length], called, part)

    def discard_part(self, page: int, part: int, parts: int) -> None:
        """Discard some blocks: each of them may be zeros from then on, and nothing else changes."""
        history, called, zram = self._history, self._history.now, self.zram
        start, length = self._part(history, page, part, parts)
        history.may_write(page, bytes(length), called, part)
        raw_parts.discard_bytes(zram.disk, start, length)

    def _part(self, history: History, page: int, part: int, parts: int) -> tuple[int, int]:
        """Return where some blocks begin on the device, and how long they are, in bytes."""
        if part >= history.blocks:
            raise Refusal(EINVAL)
        return (page * history.blocks + part) * history.block_size, parts * history.block_size

    def set_cpu(self, number: int, *, online: bool) -> None:
        """Take a CPU down, or bring it back."""
        self.control.machine.hotplug.set_online(number, online=online)

    def read_file(self, name: str) -> str:
        """Read a file of the device."""
        return to_case(self.control.machine, file_shown(self._world, self.zram, name))

    def write_file(self, name: str, text: str) -> None:
        """Write a file of the device; a reset that is not refused makes all blocks zeros."""
        resets = name == "reset" and text  # a write of nothing never reaches the driver
        with self._history.emptying() if resets else nullcontext():
            zram, written = self.zram, to_kernel(self.control.machine, text)
            judged = writeback_judged(self._world, zram, name, written)
            with store_judged(self._world, zram, name, written), judged:
                store_file(zram, name, written)
        if name == "backing_dev":
            self._note_who_else_writes(zram)

    def _note_who_else_writes(self, zram: Zram) -> None:
        """Note that a device that backs another one is written to by that, too."""
        with Unseen(self._world):
            backing = zram.backing.dev
        for other in self.control.every:
            if other.disk is backing:
                self._history_of(other).share()

    def _outside(self, block: int) -> bool:
        """Whether the device does not reach that far, now."""
        return (block + 1) * SECTORS_PER_PAGE > self.zram.disk.capacity
