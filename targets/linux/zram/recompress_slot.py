"""Recompressing one slot, whose lock is held throughout [6.3 and 6.18 zram_drv.c]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from targets.linux.kernel.history.compression import Incompressible
from targets.linux.machine.errno import ENOMEM, Refusal
from targets.linux.zram.comps import comp_of
from targets.linux.zram.discard import zram_free_page
from targets.linux.zram.read import zram_read_from_zspool
from targets.linux.zram.write_page import SLEEPING_MASK
from targets.linux.zram.write_steps import count_object, fast_mask, tell
from targets.linux.zram.zcomp import (
    stream_holder_may_sleep,
    zcomp_compress,
    zcomp_stream_get,
    zcomp_stream_put,
)
from targets.linux.zsmalloc.pool import zs_lookup_class_index, zs_malloc
from targets.linux.zsmalloc.using import object_to_write

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot
    from targets.linux.zram.streams import Stream
    from targets.linux.zram.zcomp import Zcomp


@dataclass(frozen=True, slots=True)
class Attempt:
    """What to try with a slot."""

    threshold: int
    """Bytes that the page must have now, and must get below; 0 for any."""
    priority: int
    """The first priority to try; one that the page has had, or a lower one, is passed over."""
    priority_max: int
    """The priority behind the last one."""


@dataclass(frozen=True, slots=True)
class Smaller:
    """A page that got small enough; the stream that has it is still held."""

    comp: Zcomp
    zstrm: Stream
    priority: int
    length: int


def recompress_slot(zram: Zram, slot: Slot, page: Page, attempt: Attempt) -> bool:
    """Compress a page with the first algorithm that saves memory; say whether any was tried.

    The old object stays when none does. A compressor that fails, or no memory, is refused.
    """
    if slot.size < attempt.threshold:
        return False
    zram_read_from_zspool(zram, page, slot)
    if zram.machine.kernel.features.recompression_clears_idle:
        slot.idle = False
    first = max(attempt.priority, slot.priority + 1)
    priorities = [
        priority
        for priority in range(first, attempt.priority_max)
        if zram.comps.zcomps[priority] is not None
    ]
    if not _is_tried(zram, attempt, first, priorities):
        return False
    class_before = zs_lookup_class_index(zram.meta.pool, slot.size)
    smaller, class_after = _first_smaller(zram, page, priorities, attempt.threshold, class_before)
    if smaller is not None:
        _install(zram, slot, smaller)
    elif _is_incompressible(zram, attempt, len(priorities), saves=class_after < class_before):
        slot.incompressible = True
    return True


def _first_smaller(
    zram: Zram, page: Page, priorities: list[int], threshold: int, class_before: int
) -> tuple[Smaller | None, int]:
    """Try algorithms until one saves memory; return it, and the size class that was tried last."""
    class_after = class_before
    for priority in priorities:
        comp = comp_of(zram, priority)
        zstrm = zcomp_stream_get(comp)
        try:
            length = zcomp_compress(comp, zstrm, page)
        except Refusal:
            zcomp_stream_put(comp, zstrm)
            raise
        class_after = zs_lookup_class_index(zram.meta.pool, length)
        if class_after < class_before and not (threshold and length >= threshold):
            return Smaller(comp, zstrm, priority, length), class_after
        zcomp_stream_put(comp, zstrm)
        tell(zram, f"{comp.algorithm} makes {length} bytes of it: no use")
    return None, class_after


def _is_tried(zram: Zram, attempt: Attempt, first: int, priorities: list[int]) -> bool:
    """Whether the slot counts as tried; from 6.15 on even if no priority has a compressor."""
    match zram.machine.kernel.features.incompressible:
        case Incompressible.ALL_TRIED:
            return bool(priorities)
        case Incompressible.LAST_TRIED:
            return first < attempt.priority_max


def _is_incompressible(zram: Zram, attempt: Attempt, tries: int, *, saves: bool) -> bool:
    """Whether nothing is left that could make the page smaller."""
    match zram.machine.kernel.features.incompressible:
        case Incompressible.ALL_TRIED:
            return not saves and tries == zram.comps.active - 1
        case Incompressible.LAST_TRIED:
            return attempt.priority_max >= zram.comps.active


def _install(zram: Zram, slot: Slot, smaller: Smaller) -> None:
    """Put the smaller object into the slot, or refuse with ENOMEM and keep the old one."""
    pool = zram.meta.pool
    may_sleep = stream_holder_may_sleep(zram.machine.kernel)
    mask = SLEEPING_MASK if may_sleep else fast_mask(zram)
    handle = zs_malloc(pool, smaller.length, mask)
    if not handle:
        zcomp_stream_put(smaller.comp, smaller.zstrm)
        raise Refusal(ENOMEM)
    with object_to_write(pool, handle) as write:
        write(smaller.zstrm.buffer)
        zcomp_stream_put(smaller.comp, smaller.zstrm)
    tell(zram, f"{smaller.comp.algorithm} makes {smaller.length} bytes of it")
    zram_free_page(zram, slot)
    slot.handle = handle
    slot.size = smaller.length
    slot.priority = smaller.priority
    count_object(zram, smaller.length)
