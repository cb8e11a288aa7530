"""Recompression: pages that are worth it get another algorithm [6.3 to 6.19 zram_drv.c]."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from targets.linux.kernel.history.compression import Recompression
from targets.linux.machine.errno import EINVAL, ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zram.arguments import arguments
from targets.linux.zram.comps import ZRAM_MAX_COMPS, ZRAM_PRIMARY_COMP, ZRAM_SECONDARY_COMP
from targets.linux.zram.device import init_done
from targets.linux.zram.numbers import kstrtou_decimal
from targets.linux.zram.post_processing import (
    begin_post_processing,
    end_post_processing,
    init_pp_ctl,
    release_pp_ctl,
    release_pp_slot,
    scan_slots,
    select_pp_slot,
)
from targets.linux.zram.recompress_slot import Attempt, recompress_slot
from targets.linux.zram.slot import zram_allocated
from targets.linux.zsmalloc.size_class import classes_of, huge_class_size

if TYPE_CHECKING:
    from collections.abc import Callable

    from targets.linux.kernel.kernel import Kernel
    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot

PAGE: Final = fault_point(
    "zram.recompress.page", "a page to decompress into", ENOMEM, capability="fail_page_alloc"
)
U32: Final = 32
U64: Final = 64
ALL_PAGES: Final = 2**U64 - 1
TYPES: Final = MappingProxyType(
    {"idle": (True, False), "huge": (False, True), "huge_idle": (True, True)}
)
"""Whether a type is for idle pages, and whether for huge ones."""


@dataclass(slots=True)
class Request:
    """What somebody has asked for."""

    idle: bool = False
    huge: bool = False
    threshold: int = 0
    """Bytes that a page must have, and must get below; 0 for any."""
    algorithm: str | None = None
    priority: int = ZRAM_SECONDARY_COMP
    """The first priority to try, and the one behind the last."""
    priority_max: int = ZRAM_MAX_COMPS
    pages: int = ALL_PAGES
    """How many pages may be tried."""

    def wants(self, slot: Slot) -> bool:
        """Whether a slot, whose lock is held, is one to recompress."""
        return (
            zram_allocated(slot)
            and (slot.idle or not self.idle)
            and (slot.huge or not self.huge)
            and not (slot.wb or slot.under_wb or slot.same or slot.incompressible)
        )


def has_recompression(kernel: Kernel) -> bool:
    """Whether a device may have more than one algorithm (CONFIG_ZRAM_MULTI_COMP)."""
    return kernel.build.multi_comp and kernel.features.recompression is not Recompression.NONE


def recompress_store(zram: Zram, text: str) -> None:
    """Recompress pages, as in `type=huge threshold=3000 algo=zstd`; EINVAL, ENOMEM, EAGAIN."""
    request = parse_request(zram, text)
    with zram.init_lock.reading():
        if not init_done(zram):
            raise Refusal(EINVAL)
        match zram.machine.kernel.features.recompression:
            case Recompression.NONE:
                raise AssertionError("that was refused before")
            case Recompression.IN_PLACE:
                find_algorithm(zram, request)
                with_page(zram, request, recompress_in_place)
            case Recompression.SELECTED | Recompression.BY_PRIORITY:
                recompress_alone(zram, request)


def parse_request(zram: Zram, text: str) -> Request:
    """Read the words of a request; a type that nobody knows changes nothing."""
    features = zram.machine.kernel.features
    request = Request()
    if features.recompression is Recompression.BY_PRIORITY:
        request.priority_max = zram.comps.active
    for key, value in arguments(text):
        match key:
            case "type":
                request.idle, request.huge = TYPES.get(value, (request.idle, request.huge))
            case "threshold":
                request.threshold = kstrtou_decimal(value, U32)
            case "algo":
                request.algorithm = value
            case "max_pages" if features.recompression_limits:
                request.pages = kstrtou_decimal(value, U64)
            case "priority" if features.recompression_limits:
                _limit_priority(request, kstrtou_decimal(value, U32))
            case _:
                pass
    if request.threshold >= _threshold_max(zram):
        raise Refusal(EINVAL)
    return request


def _limit_priority(request: Request, priority: int) -> None:
    request.priority = ZRAM_SECONDARY_COMP if priority == ZRAM_PRIMARY_COMP else priority
    request.priority_max = request.priority + 1


def _threshold_max(zram: Zram) -> int:
    """Return the size from which on a threshold makes no sense."""
    if zram.machine.kernel.features.recompression_threshold:
        return huge_class_size(classes_of(zram.machine.kernel))
    return PAGE_SIZE


def find_algorithm(zram: Zram, request: Request) -> None:
    """Narrow a request to the priority of the algorithm that it names, or refuse with EINVAL."""
    if request.algorithm is None:
        return
    found = [
        priority
        for priority in range(request.priority, ZRAM_MAX_COMPS)
        if zram.comps.algs[priority] == request.algorithm
    ]
    if not found:
        raise Refusal(EINVAL)
    request.priority = found[0]
    request.priority_max = found[0] + 1


def with_page(
    zram: Zram, request: Request, recompress: Callable[[Zram, Request, Page], None]
) -> None:
    """Recompress with a page to decompress into, or refuse with ENOMEM."""
    page = zram.machine.memory.alloc_page(GFP_KERNEL, PAGE)
    if page is None:
        raise Refusal(ENOMEM)
    try:
        recompress(zram, request, page)
    finally:
        zram.machine.memory.free_page(page)


def recompress_in_place(zram: Zram, request: Request, page: Page) -> None:
    """Recompress slot after slot, until something is refused [6.3]."""
    for index in zram.meta.walked(zram.meta.pages):
        if not request.pages:
            break
        slot = zram.meta.slot(index)
        with slot.lock:
            if request.wants(slot):
                _try(zram, request, page, slot)


def recompress_alone(zram: Zram, request: Request) -> None:
    """Recompress while nobody else post-processes, or refuse with EAGAIN [6.14]."""
    begin_post_processing(zram)
    try:
        find_algorithm(zram, request)
        _check_priority(zram, request)
        with_page(zram, request, recompress_selected)
    finally:
        end_post_processing(zram)


def _check_priority(zram: Zram, request: Request) -> None:
    """Refuse a priority that the device has no compressor for, by their number [6.15]."""
    if zram.machine.kernel.features.recompression is Recompression.BY_PRIORITY:
        request.priority_max = min(request.priority_max, zram.comps.active)
        if request.priority >= request.priority_max:
            raise Refusal(EINVAL)


def recompress_selected(zram: Zram, request: Request, page: Page) -> None:
    """Select slots, then recompress those that nobody has used since, the largest first."""
    ctl = init_pp_ctl(zram)
    try:
        walked = zram.meta.walked(zram.meta.pages)
        scan_slots(zram, ctl, walked, lambda slot: _is_wanted(zram, request, slot))
        while request.pages and (pps := select_pp_slot(ctl)) is not None:
            slot = zram.meta.slot(pps.index)
            try:
                with slot.lock:
                    if slot.pp_slot:
                        _try(zram, request, page, slot)
            finally:
                release_pp_slot(zram, pps)
    finally:
        release_pp_ctl(zram, ctl)


def _is_wanted(zram: Zram, request: Request, slot: Slot) -> bool:
    """Whether to select a slot; from 6.15 on not one that has had the last priority to try."""
    match zram.machine.kernel.features.recompression:
        case Recompression.BY_PRIORITY:
            return request.wants(slot) and slot.priority + 1 < request.priority_max
        case _:
            return request.wants(slot)


def _try(zram: Zram, request: Request, page: Page, slot: Slot) -> None:
    priority_max = min(request.priority_max, ZRAM_MAX_COMPS)
    attempt = Attempt(request.threshold, request.priority, priority_max)
    if recompress_slot(zram, slot, page, attempt) and request.pages:
        request.pages -= 1
