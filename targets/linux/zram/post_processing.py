"""Slots that writeback or recompression has selected [6.14 and 6.18 zram_drv.c, zram_pp_ctl].

Whoever selects a slot marks it with ZRAM_PP_SLOT and drops its lock.
Whoever reads, writes or frees the slot afterwards takes the mark away: the selection is void then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.sanitize.memory.objects import Mortal, free_thing
from fuzz.values.point import Access, Point, fault_point
from targets.linux.kernel.history.writeback import SelectedSlots
from targets.linux.machine.errno import EAGAIN, ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_KERNEL, GFP_NOIO, Gfp
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.machine.slab import failslab_exempt
from targets.linux.zram.scanning import table_slot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot

PP_BUCKET_SIZE_RANGE: Final = 64
"""Bytes of difference that make one bucket."""

NUM_PP_BUCKETS: Final = PAGE_SIZE // PP_BUCKET_SIZE_RANGE + 1

PP_CTL: Final = fault_point(
    "zram.pp.ctl", "kmalloc: memory for the selection of slots", ENOMEM, capability="failslab"
)
PP_SLOT: Final = fault_point(
    "zram.pp.slot", "kmalloc: memory to note a selected slot", ENOMEM, capability="failslab"
)
PP_BEGIN: Final = Point(
    "zram.pp.begin", "be the only one who post-processes", Access.WRITE, "post-processing"
)
PP_END: Final = Point("zram.pp.end", "let others post-process", Access.WRITE, "post-processing")


class PpSlot(Mortal):
    """A selected slot, and the bucket that it is in."""

    __slots__ = ("bucket", "index")

    def __init__(self, index: int, bucket: list[PpSlot]) -> None:
        """Put a slot first into a bucket."""
        self.index = index
        self.bucket = bucket
        bucket.insert(0, self)

    def leave_bucket(self) -> None:
        """Be in no bucket any more (list_del_init)."""
        if self in self.bucket:
            self.bucket.remove(self)


class PpCtl:
    """Selected slots in buckets of their size; in a bucket the last selected comes first.

    A slot that was selected twice is there twice.
    """

    def __init__(self) -> None:
        """Select nothing."""
        self.buckets: list[list[PpSlot]] = [[] for _ in range(NUM_PP_BUCKETS)]


def begin_post_processing(zram: Zram) -> None:
    """Be the only one who writes back or recompresses; EAGAIN while somebody is."""
    zram.machine.world.reach(PP_BEGIN, zram.number)
    if zram.backing.pp_in_progress:
        raise Refusal(EAGAIN)
    zram.backing.pp_in_progress = True


def end_post_processing(zram: Zram) -> None:
    """Let others post-process."""
    zram.machine.world.reach(PP_END, zram.number)
    zram.backing.pp_in_progress = False


def init_pp_ctl(zram: Zram) -> PpCtl:
    """Make an empty selection; ENOMEM."""
    zram.machine.memory.fs_reclaim.might_alloc(GFP_KERNEL)
    if zram.machine.world.fault(PP_CTL, exempt=failslab_exempt(GFP_KERNEL)):
        raise Refusal(ENOMEM)
    return PpCtl()


def scan_slots(
    zram: Zram, ctl: PpCtl, indexes: Iterable[int], wanted: Callable[[Slot], bool]
) -> None:
    """Select the slots that are wanted; `wanted` is asked with the slot's lock held.

    The scan ends early when there is no memory to note a slot, and nobody is told.
    """
    match zram.machine.kernel.features.selected_slots:
        case SelectedSlots.BEFORE_LOCK:
            _scan_noting_before(zram, ctl, indexes, wanted)
        case SelectedSlots.UNDER_LOCK:
            for index in indexes:
                slot = table_slot(zram, index)
                with slot.lock:
                    if wanted(slot):
                        if not _memory(zram, GFP_NOIO | Gfp.NOWARN):
                            return
                        _place_pp_slot(zram, ctl, index, slot)


def select_pp_slot(ctl: PpCtl) -> PpSlot | None:
    """Return the slot to process next, from the largest ones; None when there is none left.

    It stays selected until it is released or leaves its bucket.
    """
    return next((bucket[0] for bucket in reversed(ctl.buckets) if bucket), None)


def release_pp_slot(zram: Zram, pps: PpSlot) -> None:
    """Take a slot out of the selection, if it is in it, and its mark away."""
    pps.leave_bucket()
    slot = table_slot(zram, pps.index)
    with slot.lock:
        slot.pp_slot = False
    free_thing(pps)


def release_pp_ctl(zram: Zram, ctl: PpCtl) -> None:
    """Release all that is still selected, from the smallest ones."""
    for bucket in ctl.buckets:
        while bucket:
            release_pp_slot(zram, bucket[0])


def _scan_noting_before(
    zram: Zram, ctl: PpCtl, indexes: Iterable[int], wanted: Callable[[Slot], bool]
) -> None:
    noted = False
    for index in indexes:
        noted = noted or _memory(zram, GFP_KERNEL)
        if not noted:
            return
        slot = table_slot(zram, index)
        with slot.lock:
            if wanted(slot):
                _place_pp_slot(zram, ctl, index, slot)
                noted = False


def _memory(zram: Zram, gfp: Gfp) -> bool:
    zram.machine.memory.fs_reclaim.might_alloc(gfp)
    return not zram.machine.world.fault(PP_SLOT, exempt=failslab_exempt(gfp))


def _place_pp_slot(zram: Zram, ctl: PpCtl, index: int, slot: Slot) -> None:
    pps = PpSlot(index, ctl.buckets[slot.size // PP_BUCKET_SIZE_RANGE])
    zram.machine.memory.slab.born(pps, "a selected slot")
    slot.pp_slot = True
