"""A machine with one zram device that its tasks use directly."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final

from fuzz.program.domain import Word
from fuzz.program.target import Setting
from fuzz.values.finding import Harm
from targets.linux.crypto.algorithms import LIBRARIES
from targets.linux.machine.errno import Refusal
from targets.linux.machine.machine import Machine
from targets.linux.machine.memory import Memory
from targets.linux.machine.page import SECTORS_PER_PAGE
from targets.linux.zram.device import init_done
from targets.linux.zram.inspection import Unreadable, slot_image
from targets.linux.zram.operations import zram_add
from targets.linux.zram.sysfs import show_file, store_file
from targets.shared import raw_io
from targets.shared.boot import boot_zram
from targets.shared.device_promises import judge_device
from targets.zram.history import EMPTY, History

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.world.world import World
    from targets.linux.crypto.codec import Codec
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.zram.device import Zram

ASYNCHRONOUS: Final = Setting(
    "asynchronous",
    Word(("no", "yes")),
    "no",
    "whether zram completes requests later, as the development kernel of the thread did",
)


class ZramSystem:
    """The device and what it must have come to."""

    dormant = frozenset[str]()

    def __init__(
        self,
        world: World,
        kernel: Kernel,
        settings: Mapping[str, Any],
        codec: Codec = LIBRARIES,
    ) -> None:
        """Make the device; `boot` gives it a size. `codec` stands in for the compressors."""
        self._settings = settings
        self._machine = Machine(world, kernel, Memory(world), codec)
        asynchronous = settings[ASYNCHRONOUS.name] == "yes"
        self.zram = zram_add(self._machine, 0, asynchronous=asynchronous)
        self._history = History(world)

    def boot(self) -> None:
        """Set the device up as an administrator would."""
        boot_zram(self.zram, self._settings)

    def seat(self, task: str) -> ZramSeat:
        """Let a task use the device."""
        del task
        return ZramSeat(self.zram, self._history)

    def judge(self) -> None:
        """Check reads against all linearizations, and the device against its promises."""
        self._history.judge()
        judge_device(self.zram)
        self._images_are_snapshots()
        self._memory_is_accounted_for()

    def counters(self) -> dict[str, int]:
        """Count what the run cost."""
        stats = self.zram.stats
        return {
            "pages_peak": self._machine.memory.peak,
            "pages_stored": stats.pages_stored,
            "writestalls": stats.writestall,
            "failed_writes": stats.failed_writes,
        }

    def _images_are_snapshots(self) -> None:
        """Every stored image is what somebody wrote, whole."""
        slots = self.zram.meta.slots if init_done(self.zram) else {}
        for index in sorted(slots):
            image = slot_image(self.zram, index)
            if isinstance(image, Unreadable):
                self._report_torn(index, image.reason)
            elif image is not None and not self._history.held(index, image):
                self._report_torn(index, "it is a mix of what was written")

    def _report_torn(self, index: int, why: str) -> None:
        self._machine.world.report(
            "zram-torn-image",
            Harm.CORRUPTION_READ_BACK,
            f"{self.zram.disk.name}: slot {index} holds what nobody wrote",
            f"{why}; any reader of the block gets it",
            place="zram_bvec_write",
        )

    def _memory_is_accounted_for(self) -> None:
        """Every page frame in use belongs to the pool, or was lost with one, which is reported."""
        pool_pages = self.zram.meta.pool.pages_allocated if init_done(self.zram) else 0
        in_use = self._machine.memory.in_use - self._machine.memory.lost
        if in_use != pool_pages:
            self._machine.world.report(
                "page-leak",
                Harm.LEAK,
                f"{in_use - pool_pages} page frames are lost",
                f"{in_use} are in use, the pool has {pool_pages}",
                place="alloc_page",
            )


class ZramSeat:
    """What one task works with: each call on the device becomes part of its history."""

    def __init__(self, zram: Zram, history: History) -> None:
        """Seat a task."""
        self.zram = zram
        self._history = history

    def read_block(self, block: int) -> bytes:
        """Read, and note what came: nothing beyond the end of the device."""
        history, called = self._history, self._history.now
        outside = self._outside(block)
        try:
            data = raw_io.read_block(self.zram.disk, block)
        except Refusal as refusal:
            expected = outside or self._outside(block) or history.emptied_since(called)
            history.read_failed(block, refusal.name, expected=expected)
            raise
        if data:
            history.read(block, data, called)
        return data

    def write_block(self, block: int, data: bytes) -> None:
        """Write, and note it unless it was refused."""
        history, called = self._history, self._history.now
        history.intends(block, data)
        raw_io.write_block(self.zram.disk, block, data)
        history.wrote(block, data, called)

    def discard_blocks(self, first: int, count: int) -> None:
        """Discard, and note that the blocks are zeros from then on."""
        history, called = self._history, self._history.now
        raw_io.discard_blocks(self.zram.disk, first, count)
        for block in range(first, first + count):
            history.wrote(block, EMPTY, called)

    def set_cpu(self, number: int, *, online: bool) -> None:
        """Take a CPU down, or bring it back."""
        self.zram.machine.hotplug.set_online(number, online=online)

    def read_file(self, name: str) -> str:
        """Read a file of the device."""
        return show_file(self.zram, name)

    def write_file(self, name: str, text: str) -> None:
        """Write a file of the device; a reset that is not refused makes all blocks zeros."""
        with self._history.emptying() if name == "reset" else nullcontext():
            store_file(self.zram, name, text)

    def _outside(self, block: int) -> bool:
        """Whether the device does not reach that far, now."""
        return (block + 1) * SECTORS_PER_PAGE > self.zram.disk.capacity
