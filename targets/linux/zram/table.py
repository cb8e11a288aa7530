"""The slots of a device: where the object of each page is [4.9 zram_drv.h, struct zram_meta]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from targets.linux.kernel.history.zram import HugeFrom
from targets.linux.machine.errno import ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.machine.memory import fail_page_alloc_exempt
from targets.linux.machine.oops import paging_request
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.machine.slab import failslab_exempt
from targets.linux.zram.promises import VMALLOC_OUT_OF_BOUNDS, ZRAM_USE_AFTER_FREE
from targets.linux.zram.slot import Slot
from targets.linux.zsmalloc.pool import zs_create_pool, zs_destroy_pool, zs_free, zs_huge_class_size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from targets.linux.machine.machine import Machine
    from targets.linux.zsmalloc.structs import Pool

MAX_ZPAGE_SIZE: Final = PAGE_SIZE // 4 * 3
"""The longest result that was worth keeping, up to 4.15."""

ENTRY_BYTES: Final = 16
"""Of a slot in the kernel's table (struct zram_table_entry): two words."""

TABLE_BYTES_MAX: Final = 1 << 34
"""The largest table: more memory than most machines have (vzalloc looks at totalram_pages)."""

WALKED_MAX: Final = 4096
"""Pages of a device all of whose slots are locked in turn by who looks at each."""

TABLE: Final = fault_point(
    "zram.table", "vzalloc: memory for the table of slots", ENOMEM, capability="fail_page_alloc"
)
POOL: Final = fault_point(
    "zram.pool", "zs_create_pool: memory for the pool", ENOMEM, capability="failslab"
)


class Meta:
    """The slots and the pool of their objects; they live from disksize to reset."""

    def __init__(self, machine: Machine, pages: int, pool: Pool) -> None:
        """Make `pages` empty slots."""
        self.pages = pages
        self.pool = pool
        self.slots: dict[int, Slot] = {}
        """The slots that were ever touched: most of a device never is."""
        self.huge_class_size = _huge_class_size(machine, pool)
        """The shortest compressed page that is not worth keeping: it is stored as it is."""
        self.freed = False
        """Whether a reset has freed it: who comes later uses memory of others."""
        self._machine = machine

    def walked(self, pages: int) -> Iterable[int]:
        """Return the slots that a walk over `pages` comes to; on a huge device those ever touched.

        An empty slot is passed over in any case, and to lock millions of them takes no end here.
        """
        return (
            range(pages) if pages <= WALKED_MAX else [at for at in sorted(self.slots) if at < pages]
        )

    def slot(self, index: int) -> Slot:
        """Return the slot of a page of the device."""
        if self.freed:
            paging_request(self._machine.world, ZRAM_USE_AFTER_FREE, "a reset freed the table")
        assert index >= 0, "requests are checked against the size of the device"
        if index >= self.pages:
            paging_request(
                self._machine.world,
                VMALLOC_OUT_OF_BOUNDS,
                "a reset has made the table smaller since the request was checked",
            )
        slot = self.slots.get(index)
        if slot is None:
            self.slots[index] = slot = Slot(self._machine, index)
        return slot


def zram_meta_alloc(machine: Machine, pool_name: str, disksize: int) -> Meta:
    """Make the table and the pool of a device of `disksize` bytes, or refuse with ENOMEM."""
    pages = disksize // PAGE_SIZE
    world = machine.world
    machine.memory.fs_reclaim.might_alloc(GFP_KERNEL)
    if world.fault(TABLE, size=pages, exempt=fail_page_alloc_exempt(GFP_KERNEL)):
        raise Refusal(ENOMEM)
    if not 0 < pages * ENTRY_BYTES <= TABLE_BYTES_MAX:
        raise Refusal(ENOMEM)
    machine.memory.fs_reclaim.might_alloc(GFP_KERNEL)
    if world.fault(POOL, exempt=failslab_exempt(GFP_KERNEL)):
        raise Refusal(ENOMEM)
    return Meta(machine, pages, zs_create_pool(machine, pool_name))


def _huge_class_size(machine: Machine, pool: Pool) -> int:
    match machine.kernel.features.huge_from:
        case HugeFrom.THREE_QUARTERS:
            return MAX_ZPAGE_SIZE + 1
        case HugeFrom.HUGE_CLASS:
            return zs_huge_class_size(pool)


def zram_meta_free(meta: Meta) -> None:
    """Free what is left in the slots, and the pool."""
    for index in sorted(meta.slots):
        slot = meta.slots[index]
        if slot.handle and not slot.same:
            zs_free(meta.pool, slot.handle)
    meta.freed = True
    zs_destroy_pool(meta.pool)
