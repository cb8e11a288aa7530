"""A machine with processes and one swap device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from targets.linux.block.crc_disk import CrcDisk
from targets.linux.block.platter import Block
from targets.linux.content.recipe import Recipe
from targets.linux.machine.counts import counts_of
from targets.linux.machine.machine import Machine
from targets.linux.machine.memory import Memory
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.mm.kswapd import reclaim_when_memory_is_short
from targets.linux.mm.mmlist import mm_alloc
from targets.linux.swap.area import swp_type
from targets.linux.swap.core import MAXIMUM_SIZE, SwapCore
from targets.linux.swap.extents import make_swap_file
from targets.linux.swap.swapon import mkswap, swapon
from targets.linux.zram.inspection import hotplug_instances
from targets.linux.zram.operations import zram_add
from targets.linux.zswap.hooks import zswap_init
from targets.shared.backing_disk import plug_backing_disk
from targets.shared.boot import boot_zram
from targets.shared.circumstances import Refused
from targets.shared.direct_io import Buffers
from targets.shared.machine_judges import judge_hotplug, judge_openers
from targets.shared.refusals import judge_refusal, judge_success
from targets.shared.settings import DISK_PAGES
from targets.shared.states import State, swap_states, zram_states
from targets.shared.zswap_operations import ZSWAP, ZSWAP_POOL_PAGES, ZSWAP_SHRINKER
from targets.swap.epilogue import epilogue
from targets.swap.judges import (
    judge_memory,
)
from targets.swap.notice_judges import notices_of
from targets.swap.picture import picture_of
from targets.swap.refusals import SWAP_REFUSALS, judge_due_refusal
from targets.swap.seat import Seat
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
    SLOTS_MAX,
    SWAP_FILE_AT,
    SWAPPING,
    UNLIMITED,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fuzz.program.answered import Answered
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


FILE_SYSTEM_SEED: Final = 1000
"""Seeds of what a file system has in its blocks: no case gives that to a process."""


def _slots_max(setting: str) -> int:
    """Return how many slots a swap entry can name."""
    return MAXIMUM_SIZE if setting == UNLIMITED else int(setting)


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
        self.core.maximum_size = _slots_max(settings[SLOTS_MAX.name])
        self._settings = settings
        self.zswap: Zswap | None = None
        self.zram: Zram | None = None
        self.crc_disk: CrcDisk | None = None
        plug_backing_disk(self.machine, settings)
        self.disk = self._make_disk(settings[DISK.name], settings[DISK_PAGES.name])
        self.notices = notices_of(self.core, self.disk)
        """What the device is told of slots that are freed, if it wants to know."""
        self.second = self._make_second(settings[SECOND.name], settings[DISK_PAGES.name])
        """The disk of the second swap area."""
        self.file_system: dict[int, bytes] = {}
        """What the file system has in its blocks, on a disk with a swap file."""
        self.first = mm_alloc(self.core)
        self.children: dict[str, MmStruct] = {}
        self.raced: dict[int, None] = {}
        """Blocks whose writers changed the pages that they had sent: anything may be there."""
        self.changed: dict[Entry, str] = {}
        """Slots whose pages changed while they were written, with who let that happen."""
        self.buffers = Buffers(self.machine.memory)
        self.stored: dict[bytes, None] = {bytes(PAGE_SIZE): None}
        """Every state that a page of some process was ever in: what images may show."""

    def _make_disk(self, kind: str, pages: int) -> Disk:
        if kind == CRC:
            self.crc_disk = CrcDisk(self.machine, "sda", 0, pages)
            return self.crc_disk.disk
        self.zram = zram_add(self.machine, 0, asynchronous=kind == ASYNCHRONOUS_ZRAM)
        return self.zram.disk

    def _make_second(self, priority: str, pages: int) -> CrcDisk | None:
        if priority == NO_SECOND:
            return None
        second = CrcDisk(self.machine, "sdb", 1, pages)
        second.disk.nonrot = True
        return second

    def boot(self) -> None:
        """Set the device up and swap to it, as an administrator would."""
        zram, settings = self.zram, self._settings
        if zram is not None:
            boot_zram(zram, settings, sized=settings[SWAPPING.name] != "no-size")
        if settings[ZSWAP.name] == "on":
            self.zswap = zswap_init(self.core, settings[ZSWAP_POOL_PAGES.name], enabled=True)
            self.zswap.shrinker_enabled = settings[ZSWAP_SHRINKER.name] == "on"
        if self.crc_disk is not None and settings[SWAP_FILE_AT.name]:
            self._make_file_system(self.crc_disk, settings[SWAP_FILE_AT.name])
        if settings[SWAPPING.name] == "on":
            mkswap(self.core, self.disk)
            self._swapon()

    def _make_file_system(self, disk: CrcDisk, blocks: int) -> None:
        """Have a file system in the first blocks of a disk, and a swap file in the others."""
        for number in range(blocks):
            data = Recipe.parse(f"text:{FILE_SYSTEM_SEED + number}").page()
            self.file_system[number] = data
            disk.blocks[number] = Block(data, crc32(data))
        make_swap_file(self.core, disk.disk, blocks)

    def _swapon(self) -> None:
        """Swap to the device, and to the second one if there is one."""
        if self.second is None:
            swapon(self.core, self.disk)
            return
        mkswap(self.core, self.second.disk)
        swapon(self.core, self.disk, SECOND_PRIORITIES["equal"])
        swapon(self.core, self.second.disk, SECOND_PRIORITIES[self._settings[SECOND.name]])

    def states(self) -> Iterator[State]:
        """Name the states of swap entries, of pages in the swap cache, of slots and zspages."""
        yield from swap_states(self.core)
        if self.zram is not None:
            yield from zram_states(self.zram)

    def area_disk(self, entry: Entry) -> Disk:
        """Return the device that a swap entry is on; for judges."""
        return self.core.swap_info[swp_type(entry)].disk or self.disk

    def seat(self, task: str) -> Seat:
        """Let a task be a thread of its process."""
        return Seat(self, self.children.get(task, self.first))

    def answered(self, seat: Seat, answered: Answered) -> None:
        """Judge how an operation went."""
        told = Refused(
            answered,
            seat.disk,
            self.zram,
            memory_is_short=self.machine.memory.zone is not None,
            seat=seat,
            spoilt=bool(self.raced),
        )
        if answered.refused:
            judge_refusal(told, SWAP_REFUSALS)
        else:
            judge_success(told)
            judge_due_refusal(seat, answered)

    def judge(self) -> None:
        """Check what the machine promises, now that nothing runs."""
        judge_memory(self)
        of_zram = [] if self.zram is None else hotplug_instances(self.zram)
        of_zswap = [] if self.zswap is None else [self.zswap.contexts]
        judge_hotplug(self.machine, [*of_zram, *of_zswap])
        judge_openers(self.machine, self._opened())

    def _opened(self) -> list[Disk]:
        """Return the disks that are open: of swap areas, of mounts, and that behind the zram."""
        mounted = list(self.core.swap_files)
        areas = [area.disk for area in self.core.swap_info if area.disk not in mounted]
        backing = [] if self.zram is None else [self.zram.backing.dev]
        return [disk for disk in (*mounted, *areas, *backing) if disk is not None]

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
            **counts_of(self.machine.io),
            "writestalls": self.zram.stats.writestall if self.zram else 0,
        }
