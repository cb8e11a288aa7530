"""What a zram device knows of its backing device [zram_drv.h, under CONFIG_ZRAM_WRITEBACK]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.world.cell import Cell, CellClass
from fuzz.world.shared import Fields, Watch, share, shared
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.spinlock import SpinLock

if TYPE_CHECKING:
    from fuzz.world.world import World
    from targets.linux.block.disk import Disk

BITMAP_LOCK: Final = LockClass("zram.bitmap", "the bitmap of backing blocks")
WB_LIMIT_LOCK: Final = LockClass("zram.wb_limit", "the budget of writeback")

BATCH_SIZE: Final = 32
"""Requests that writeback keeps under way unless it is told otherwise [6.19]."""


DEV: Final = CellClass("zram backing_dev", "init_lock, held for writing")
"""Who reads and writes slots looks at it without the lock: a device in use keeps its own."""
PATH: Final = CellClass("path of the backing device", "init_lock, held for writing")
BUDGET_GUARD: Final = "wb_limit_lock, from 6.19 on init_lock"
BUDGET: Final = CellClass("zram bd_wb_limit", BUDGET_GUARD, locks=(WB_LIMIT_LOCK,))
BUDGET_COUNTS: Final = CellClass("zram wb_limit_enable", BUDGET_GUARD, locks=(WB_LIMIT_LOCK,))
BATCH: Final = CellClass("zram wb_batch_size", "init_lock")
BLOCKS: Final = CellClass(
    "zram backing bitmap", "bitmap_lock; from 5.0 on its bits are atomics", locks=(BITMAP_LOCK,)
)


@shared(
    Fields(DEV, "dev", "bitmap", watch=Watch.WRITES),
    Fields(BUDGET, "bd_wb_limit"),
    Fields(BUDGET_COUNTS, "wb_limit_enable"),
    Fields(BATCH, "wb_batch_size"),
)
class BackingState:
    """The backing device, its free blocks, the budget of writeback, and who is at work."""

    def __init__(self, world: World, number: int) -> None:
        """Start without a backing device, a limit, or anybody at work, on device `number`."""
        self.dev: Disk | None = None
        """The backing device; set and cleared with init_lock held for writing, or in a reset."""
        self.bitmap = bytearray()
        """A byte for each page of the backing device: whether its block is taken."""
        self.bitmap_lock = SpinLock(world, BITMAP_LOCK, number)
        """Guards `bitmap` [4.14 to 4.20]."""
        self.wb_limit_enable = False
        self.bd_wb_limit = 0
        """The budget: how many blocks of 4096 bytes may still be written back."""
        self.wb_limit_lock = SpinLock(world, WB_LIMIT_LOCK, number)
        """Guards the two [5.0 to 6.18]."""
        self.wb_batch_size = BATCH_SIZE
        self.pp_in_progress = False
        """Whether somebody writes back or recompresses (an atomic) [6.13]."""
        self.path = Cell(world, PATH, number)
        """The file that is named when somebody asks, which goes with the device."""
        self.blocks = Cell(world, BLOCKS, number)
        """What is in `bitmap`."""
        share(world, self, number)

    @property
    def nr_pages(self) -> int:
        """The blocks of the backing device, those included that are never used."""
        return len(self.bitmap)
