"""What all swap areas of a machine share: the tables, the locks, the counters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from fuzz.world.cell import CellClass
from fuzz.world.shared import Fields, Watch, share, shared
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from fuzz.world.sync.spinlock import SpinLock
from targets.linux.swap.area import SwapArea, swp_type
from targets.linux.swap.designs import flag_layout
from targets.linux.swap.slot_cache import SlotCaches

if TYPE_CHECKING:
    from fuzz.world.world import World
    from targets.linux.block.disk import Disk
    from targets.linux.machine.machine import Machine
    from targets.linux.machine.memory import Memory
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.mm.pins import Pin
    from targets.linux.swap.area import Entry
    from targets.linux.swap.extents import Extent
    from targets.linux.swap.frontswap import Frontswap
    from targets.linux.swap.space import SwapperSpace

SWAP_LOCK: Final = LockClass("swap_lock", "the list of swap areas")
SWAP_AVAIL_LOCK: Final = LockClass("swap_avail_lock", "the list of swap areas with free slots")
SWAPON_MUTEX: Final = LockClass("swapon_mutex", "the enabling and disabling of swap areas")
MMLIST_LOCK: Final = LockClass("mmlist_lock", "the list of processes with swapped pages")
MAXIMUM_SIZE: Final = 1 << 50
"""What x86 can name, unless a processor with the L1TF bug may name less."""

AVAIL: Final = CellClass(
    "list of areas with free slots", "swap_avail_lock", locks=(SWAP_AVAIL_LOCK,)
)
MMLIST: Final = CellClass("mmlist", "mmlist_lock", locks=(MMLIST_LOCK,))
TOTALS: Final = CellClass("total_swap_pages", "swap_lock", locks=(SWAP_LOCK,))
"""Read without the lock as a hint (vm_swap_full); nr_swap_pages is an atomic."""


@dataclass(slots=True)
class SwapCounters:
    """What has happened since boot (/proc/vmstat, and some of our own)."""

    pswpin: int = 0
    pswpout: int = 0
    swpin_zero: int = 0
    swpout_zero: int = 0
    """Pages of zeros, which did no I/O."""
    wp_copies: int = 0
    """Pages copied because a write met a page that must not be changed in place."""
    stable_copies: int = 0
    """Those among them that were not shared: only the device still looked at the page."""
    swap_info_lookups: int = 0
    """How often the area of an entry was looked up, to take its lock (swap_info_get)."""
    reuse_decisions: int = 0
    """How often reuse_swap_page had to look at the slot of a page."""
    reuse_lookups: int = 0
    """Look-ups for those decisions alone; one each is what they could do with."""
    taken: dict[tuple[str, int], int] = field(default_factory=dict)
    """For each slot, by its device and offset, how often it was taken."""


@shared(
    Fields(AVAIL, "avail", watch=Watch.USE),
    Fields(MMLIST, "mmlist", watch=Watch.USE),
    Fields(TOTALS, "total_swap_pages", "least_priority", watch=Watch.WRITES),
)
class SwapCore:
    """Swap and anonymous memory of one machine."""

    maximum_size = MAXIMUM_SIZE
    """The most slots that a swap entry of this machine can name (swapfile_maximum_size)."""

    def __init__(self, machine: Machine) -> None:
        """Start without a swap area."""
        self.machine = machine
        self.layout = flag_layout(machine.kernel)
        self.swap_files: dict[Disk, Extent] = {}
        """Where the swap file of each disk lies whose file system has one."""
        self.swap_info: list[SwapArea] = []
        """Areas by type, those not in use included."""
        self.frontswap: Frontswap | None = None
        """The cache of compressed pages in front of all areas, if there is one."""
        self.slot_caches = SlotCaches(self.world, machine.kernel)
        self.page_cluster = 0
        """The logarithm of how many slots a fault reads (/proc/sys/vm/page-cluster)."""
        self.spaces: list[SwapperSpace] = []
        """Swapper address spaces by type; they are never freed."""
        self.avail: list[SwapArea] = []
        """Areas with free slots, highest priority first (swap_avail_head)."""
        self.mms: list[MmStruct] = []
        """Every process since boot."""
        self.mmlist: list[MmStruct] = []
        """Processes that may have swapped pages, in the order in which swapoff looks at them."""
        self.mm_rings: list[list[MmStruct]] = []
        """Processes that are linked with each other only: they were taken off the list."""
        self.pins: list[Pin] = []
        """Pages of processes that somebody outside holds: no part of the kernel, for judges."""
        self.rmap: dict[int, list[tuple[MmStruct, int]]] = {}
        """For each frame of anonymous memory, where it is mapped."""
        self.isolated: dict[int, Page] = {}
        """Frames that a reclaiming task has taken off the LRU list."""
        self.counters = SwapCounters()
        self.swap_lock = SpinLock(self.world, SWAP_LOCK)
        self.avail_lock = SpinLock(self.world, SWAP_AVAIL_LOCK)
        self.swapon_mutex = Mutex(self.world, SWAPON_MUTEX)
        self.mmlist_lock = SpinLock(self.world, MMLIST_LOCK)
        self.nr_swap_pages = 0
        """Free slots of all areas that allow writing."""
        self.total_swap_pages = 0
        self.least_priority = 0
        """The priority of the area last enabled without one; each gets one less."""
        share(self.world, self)

    @property
    def world(self) -> World:
        """The world that the machine lives in."""
        return self.machine.world

    @property
    def memory(self) -> Memory:
        """The machine's page frames."""
        return self.machine.memory

    def space(self, entry: Entry) -> SwapperSpace:
        """Return the address space of an entry (swap_address_space)."""
        return self.spaces[swp_type(entry)]


def vm_swap_full(core: SwapCore) -> bool:
    """Whether more than half of swap is used, so that slots are worth reclaiming [4.9 swap.h]."""
    return core.nr_swap_pages * 2 < core.total_swap_pages
