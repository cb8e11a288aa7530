"""A machine with processes and one swap device."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from fuzz.world.cell import Unseen
from targets.linux.block.crc_disk import CrcDisk
from targets.linux.machine.errno import ENOENT, Refusal
from targets.linux.machine.machine import Machine
from targets.linux.machine.memory import Memory
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.mm.kswapd import reclaim_when_memory_is_short
from targets.linux.mm.mm_struct import MappedPte
from targets.linux.mm.mmlist import mm_alloc
from targets.linux.mm.user import user_load, user_store
from targets.linux.swap.area import swp_type
from targets.linux.swap.core import SwapCore
from targets.linux.swap.swapon import mkswap, swapon
from targets.linux.zram.operations import zram_add
from targets.linux.zram.sysfs import show_file, store_file
from targets.linux.zswap.hooks import zswap_init
from targets.shared import raw_io
from targets.shared.backing_disk import plug_backing_disk, to_case, to_kernel
from targets.shared.boot import boot_zram
from targets.shared.direct_io import Buffers
from targets.shared.settings import DISK_PAGES
from targets.shared.zswap_operations import ZSWAP, ZSWAP_POOL_PAGES
from targets.swap.epilogue import epilogue
from targets.swap.judges import (
    judge_changed_page,
    judge_memory,
    judge_writable_pages,
    judge_written_page,
)
from targets.swap.picture import picture_of
from targets.swap.settings import (
    ASYNCHRONOUS_ZRAM,
    CRC,
    DISK,
    MEMORY_PAGES,
    NO_SECOND,
    PAGE_CLUSTER,
    SECOND,
    SECOND_PRIORITIES,
    SLOT_BATCH,
    SWAPPING,
    UNLIMITED,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.program.epilogue import Step
    from fuzz.values.finding import Finding
    from fuzz.values.picture import Picture
    from fuzz.world.world import World
    from targets.linux.block.disk import Disk
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.area import Entry
    from targets.linux.zram.device import Zram
    from targets.linux.zswap.zswap import Zswap

ESRCH: Final = "ESRCH"


class SwapSystem:
    """Everything that the tasks of a case share."""

    def __init__(
        self,
        world: World,
        kernel: Kernel,
        settings: Mapping[str, Any],
        dormant: frozenset[str],
        launch: Callable[[str], bool],
    ) -> None:
        """Make the machine, its device and its first process."""
        self.dormant = dormant
        self.launch = launch
        frames = settings[MEMORY_PAGES.name]
        memory = Memory(world, 0 if frames == UNLIMITED else int(frames))
        self.machine = Machine(world, kernel, memory)
        self.core = SwapCore(self.machine)
        reclaim_when_memory_is_short(self.core)
        self.core.page_cluster = settings[PAGE_CLUSTER.name]
        self.core.slot_caches.batch = settings[SLOT_BATCH.name]
        self._settings = settings
        self.zswap: Zswap | None = None
        self.zram: Zram | None = None
        self.crc_disk: CrcDisk | None = None
        plug_backing_disk(self.machine, settings)
        self.disk = self._make_disk(settings[DISK.name], settings[DISK_PAGES.name])
        self.second: CrcDisk | None = None
        """The disk of the second swap area."""
        if settings[SECOND.name] != NO_SECOND:
            self.second = CrcDisk(self.machine, "sdb", 1, settings[DISK_PAGES.name])
        self.first = mm_alloc(self.core)
        self.children: dict[str, MmStruct] = {}
        self.raced: dict[int, None] = {}
        """Blocks whose writers changed the pages that they had sent: anything may be there."""
        self.buffers = Buffers(self.machine.memory)
        self.stored: dict[bytes, None] = {bytes(PAGE_SIZE): None}
        """Every state that a page of some process was ever in: what images may show."""

    def _make_disk(self, kind: str, pages: int) -> Disk:
        if kind == CRC:
            self.crc_disk = CrcDisk(self.machine, "sda", 0, pages)
            return self.crc_disk.disk
        self.zram = zram_add(self.machine, 0, asynchronous=kind == ASYNCHRONOUS_ZRAM)
        return self.zram.disk

    def boot(self) -> None:
        """Set the device up and swap to it, as an administrator would."""
        zram, settings = self.zram, self._settings
        if zram is not None:
            boot_zram(zram, settings, sized=settings[SWAPPING.name] != "no-size")
        if settings[ZSWAP.name] == "on":
            self.zswap = zswap_init(self.core, settings[ZSWAP_POOL_PAGES.name], enabled=True)
        if settings[SWAPPING.name] == "on":
            mkswap(self.core, self.disk)
            self._swapon()

    def _swapon(self) -> None:
        """Swap to the device, and to the second one if there is one."""
        if self.second is None:
            swapon(self.core, self.disk)
            return
        mkswap(self.core, self.second.disk)
        swapon(self.core, self.disk, SECOND_PRIORITIES["equal"])
        swapon(self.core, self.second.disk, SECOND_PRIORITIES[self._settings[SECOND.name]])

    def area_disk(self, entry: Entry) -> Disk:
        """Return the device that a swap entry is on; for judges."""
        return self.core.swap_info[swp_type(entry)].disk or self.disk

    def seat(self, task: str) -> Seat:
        """Let a task be a thread of its process."""
        return Seat(self, self.children.get(task, self.first))

    def judge(self) -> None:
        """Check what the machine promises, now that nothing runs."""
        judge_memory(self)

    def picture(self, finding: Finding) -> Picture | None:
        """Show memory, swap slots and the device as they are."""
        del finding
        return picture_of(self)

    def epilogue(self, finding: Finding) -> list[Step]:
        """Offer what processes and root may do next with what a finding has damaged."""
        return epilogue(self, finding)

    def counters(self) -> dict[str, int]:
        """Count what the run cost."""
        counters, memory = self.core.counters, self.machine.memory
        return {
            "pages_peak": memory.peak,
            "pages_in_use": memory.in_use,
            "pswpin": counters.pswpin,
            "pswpout": counters.pswpout,
            "wp_copies": counters.wp_copies,
            "stable_copies": counters.stable_copies,
            "swap_info_lookups": counters.swap_info_lookups,
            "reuse_decisions": counters.reuse_decisions,
            "reuse_lookups": counters.reuse_lookups,
            **asdict(self.machine.io),
            "writestalls": self.zram.stats.writestall if self.zram else 0,
        }


class Seat:
    """What one task works with: its process, and the machine's device."""

    def __init__(self, system: SwapSystem, mm: MmStruct) -> None:
        """Seat a task in a process."""
        self._system = system
        self.mm = mm
        self.core = system.core
        self.disk = system.disk

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
        user_store(self.core, self.mm, index, data)
        self._judge_store(index)

    def _judge_store(self, index: int) -> None:
        """Check, in the step of a store, that no device minds that its page has changed."""
        with Unseen(self.core.world):
            pte = self.mm.page_table.get(index)
            if isinstance(pte, MappedPte):
                judge_changed_page(self._system, pte.page)
            judge_writable_pages(self._system)

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
        return to_case(self._system.machine, show_file(self.zram, name))

    def write_file(self, name: str, text: str) -> None:
        """Write a file of the zram that is swapped to."""
        store_file(self.zram, name, to_kernel(self._system.machine, text))
