"""What comes of what a process or the kernel asks for, when nothing else happens meanwhile.

Kernels try: a page that somebody holds, or a slot that is not free, is a reason to give up. These
judges speak where there is none: nobody else ran, nothing was made to fail, nothing was in the way.
No promise looks at features, defects, designs or versions: judges are blind.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from fuzz.world.cell import Unseen
from targets.linux.mm.mm_struct import MappedPte, SwapPte
from targets.linux.mm.rmap import anon_pages
from targets.linux.swap.area import swp_offset, swp_type
from targets.linux.swap.flags import SWP_WRITEOK
from targets.linux.swap.inspect import page_table_entries, places_of
from targets.shared.undisturbed import Undisturbed
from targets.shared.zswap_count_judges import StoreCounted
from targets.shared.zswap_progress import judge_taken, takes

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore
    from targets.swap.system import SwapSystem

RECLAIM_STALLS: Final = Promise(
    "reclaim-stalls",
    "Reclaim takes a page that nothing keeps in memory out of it, and says so.",
    Harm.HANG,
    "oracle 7",
)
MLOCKED_PAGE_LEFT: Final = Promise(
    "mlocked-page-left",
    "A page that a process has locked is in memory, and reclaim leaves it there.",
    Harm.WRONG_REPORT,
    "mlock(2)",
)
READAHEAD_STALLS: Final = Promise(
    "readahead-stalls",
    "A page that is read ahead is in the swap cache then.",
    Harm.WRONG_REPORT,
    "oracle 7",
)
MERGING_STALLS: Final = Promise(
    "merging-stalls",
    "When ksmd has looked at all of them, mergeable pages that are equal, and that no processes "
    "shared before, are one.",
    Harm.WRONG_REPORT,
    "oracle 7",
)
PROGRESS_PROMISES: Final = (RECLAIM_STALLS, MLOCKED_PAGE_LEFT, READAHEAD_STALLS, MERGING_STALLS)


class Reclaimed:
    """What an attempt to reclaim a page has answered."""

    freed: bool | None = None
    """Whether the page was freed; None when that is not said."""


@contextmanager
def reclaim_judged(system: SwapSystem, mm: MmStruct, index: int) -> Generator[Reclaimed]:
    """Judge an attempt to reclaim the page of a process, whose answer is put into what is given."""
    core, undisturbed = system.core, Undisturbed(system.machine.world)
    with Unseen(core.world):
        page = page_at(core, mm, index)
        locked = _locked_places(core, page)
        idle = page is not None and not locked and _nothing_keeps(core, page)
        goes = _goes_to_zswap(system, page) if page is not None and idle else None
        taken = page is not None and goes is not None and takes(goes.zswap, bytes(page.bytes))
    yield (reclaimed := Reclaimed())
    with Unseen(core.world):
        if page is None or not undisturbed.holds:
            return
        if idle:
            _judge_reclaimed(system, page)
            pte = mm.page_table.get(index)
            if goes is not None and isinstance(pte, SwapPte):
                if taken:
                    judge_taken(goes.zswap, pte.entry)
                if core.memory.find(page.pfn) is not page or page.writeback:
                    goes.judge(pte.entry)
        if any(place not in places_of(core, page) for place in locked):
            _report_locked_page(system, mm, index)
        gone = core.memory.find(page.pfn) is not page
        if reclaimed.freed not in (None, gone):
            _report_stall(system, page, f"was {'' if gone else 'not '}freed, and that is denied")


@contextmanager
def pageout_judged(system: SwapSystem, mm: MmStruct, index: int) -> Generator[None]:
    """Judge MADV_PAGEOUT, which leaves alone what is not mapped here, or elsewhere, too."""
    with Unseen(system.machine.world):
        pte = mm.page_table.get(index)
        own = isinstance(pte, MappedPte) and len(places_of(system.core, pte.page)) == 1
    with reclaim_judged(system, mm, index) if own else nullcontext():
        yield


def page_at(core: SwapCore, mm: MmStruct, index: int) -> Page | None:
    """Return the page of a process that is in memory, mapped or in the swap cache."""
    match mm.page_table.get(index):
        case MappedPte(page=page):
            return page
        case SwapPte(entry=entry):
            return core.space(entry).pages.get(swp_offset(entry))
        case _:
            return None


def _locked_places(core: SwapCore, page: Page | None) -> list[tuple[int, int]]:
    """Return where a page is mapped and locked, by process and index."""
    locked = {(mm.number, index) for mm in core.mms for index in mm.vm_locked}
    return [place for place in places_of(core, page) if place in locked] if page else []


def _nothing_keeps(core: SwapCore, page: Page) -> bool:
    """Whether nobody has a page but those that map it, and there is a slot for it."""
    holders = len(places_of(core, page)) + page.swapcache
    in_use = page.lock.locked or page.writeback or page.pfn in core.isolated
    slot = page.swapcache or _has_free_slot(core)
    return page.uptodate and not in_use and page.refcount == holders and slot


def _goes_to_zswap(system: SwapSystem, page: Page) -> StoreCounted | None:
    """Whether a page must be written, and there is a zswap."""
    places = page_table_entries(system.core)
    dirty = page.dirty or any(
        isinstance(pte, MappedPte) and pte.page is page and pte.dirty for _, _, pte in places
    )
    return StoreCounted(system.zswap, page) if dirty and system.zswap is not None else None


def _has_free_slot(core: SwapCore) -> bool:
    """Whether an area offers a slot; who is about to take some has taken them off the sum."""
    return core.nr_swap_pages > 0 and any(
        area.flags & SWP_WRITEOK and 0 in area.swap_map for area in core.avail
    )


def _judge_reclaimed(system: SwapSystem, page: Page) -> None:
    """A page is mapped nowhere any more, and was freed unless the device is still at it.

    A device may have no memory for it.
    """
    zram, memory = system.zram, system.machine.memory
    gone = memory.find(page.pfn) is not page
    may_fail = memory.zone is not None or (zram is not None and zram.limit_pages > 0)
    if not gone and places_of(system.core, page):
        what = "is mapped as before"
    elif gone or page.writeback or may_fail:
        return
    else:
        what = "is neither freed nor under writeback"
    _report_stall(system, page, what)


def _report_stall(system: SwapSystem, page: Page, what: str) -> None:
    system.machine.world.report(
        RECLAIM_STALLS,
        f"a page that was to be reclaimed {what}",
        f"page frame {page.pfn:#x}; nobody else ran, nothing failed, nothing kept it",
        place="shrink_page_list",
    )


@contextmanager
def mlock_judged(system: SwapSystem, mm: MmStruct, index: int) -> Generator[None]:
    """Judge mlock: it has brought the page."""
    undisturbed = Undisturbed(system.machine.world)
    yield
    with Unseen(system.machine.world):
        if undisturbed.holds and not isinstance(mm.page_table.get(index), MappedPte):
            _report_locked_page(system, mm, index)


def _report_locked_page(system: SwapSystem, mm: MmStruct, index: int) -> None:
    system.machine.world.report(
        MLOCKED_PAGE_LEFT,
        f"page {index} of process {mm.number} is mlocked, and not in memory",
        "nobody else ran, nothing failed",
        place="vm_locked",
    )


@contextmanager
def readahead_judged(system: SwapSystem, mm: MmStruct, index: int) -> Generator[None]:
    """Judge an attempt to bring the page of a slot into the swap cache."""
    core, undisturbed = system.core, Undisturbed(system.machine.world)
    with Unseen(core.world):
        pte = mm.page_table.get(index)
    yield
    with Unseen(core.world):
        if not isinstance(pte, SwapPte) or not undisturbed.holds or core.memory.zone is not None:
            return
        area, offset = core.swap_info[swp_type(pte.entry)], swp_offset(pte.entry)
        if area.flags & SWP_WRITEOK and offset not in core.space(pte.entry).pages:
            core.world.report(
                READAHEAD_STALLS,
                f"slot {offset} was read ahead, and is not in the swap cache",
                "nobody else ran, nothing failed",
                place="read_swap_cache_async",
            )


@contextmanager
def merging_judged(system: SwapSystem) -> Generator[None]:
    """Judge a scan of ksmd."""
    core, undisturbed = system.core, Undisturbed(system.machine.world)
    with Unseen(core.world):
        forked = [page for page in anon_pages(core) if len(places_of(core, page)) > 1]
    yield
    with Unseen(core.world):
        if undisturbed.holds and core.memory.zone is None:
            _judge_merged(core, forked)


def _judge_merged(core: SwapCore, forked: Sequence[Page]) -> None:
    """Ordinary pages that processes shared before may be left: each place of one is merged alone.

    cmp_and_merge_page passes over a place whose page is in the tree already, for another place.
    And a page that somebody holds stands in the tree for its equals, which then fail to join it.
    """
    places = list(_mergeable_places(core))
    held = {bytes(page.bytes) for _, _, page in places if not _may_be_merged(core, page)}
    found: dict[bytes, Page] = {}
    for mm, index, page in places:
        contents = bytes(page.bytes)
        if contents in held or (not page.ksm and any(page is each for each in forked)):
            continue
        first = found.setdefault(contents, page)
        if first is not page and not (first.ksm and page.ksm):
            core.world.report(
                MERGING_STALLS,
                f"page {index} of process {mm.number} is equal to another, and not merged",
                "both may be merged; ksmd has looked at them, nobody else ran, nothing failed",
                place="cmp_and_merge_page",
            )
            return


def _mergeable_places(core: SwapCore) -> Iterator[tuple[MmStruct, int, Page]]:
    for mm in (mm for mm in core.mms if mm.alive):
        for index in sorted(mm.vm_mergeable):
            pte = mm.page_table.get(index)
            if isinstance(pte, MappedPte):
                yield mm, index, pte.page


def _may_be_merged(core: SwapCore, page: Page) -> bool:
    holders = len(places_of(core, page)) + page.swapcache
    return not page.lock.locked and not page.writeback and page.refcount == holders
