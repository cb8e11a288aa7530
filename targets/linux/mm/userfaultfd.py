"""UFFDIO_MOVE: a page of a process moves to another address of it [6.8 to 6.19 mm/userfaultfd.c].

What the page table has at the source goes to the destination, where nothing may be.
The page itself has to learn where it is now, wherever it is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.kernel.history.mm import UffdMove
from targets.linux.machine.errno import (
    EAGAIN,
    EBUSY,
    EEXIST,
    EFAULT,
    EINVAL,
    ENOENT,
    Refusal,
)
from targets.linux.mm.exit import mmget, mmput
from targets.linux.mm.mm_struct import (
    MappedPte,
    PoisonedPte,
    Pte,
    SwapPte,
    read_locked_pte,
    set_pte,
)
from targets.linux.mm.pins import note_shared
from targets.linux.mm.references import get_page, put_page
from targets.linux.mm.rmap import page_add_anon_rmap, page_remove_rmap
from targets.linux.swap.area import SWAP_HAS_CACHE, swap_map_once, swp_offset, swp_type
from targets.linux.swap.cache import lookup_swap_cache

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore


def userfaultfd_move(core: SwapCore, mm: MmStruct, source: int, target: int) -> None:
    """Move a page of a process from one index to another.

    EINVAL before 6.8, for one index, and where just one is mlocked; EEXIST, ENOENT for what is
    there or is not; EBUSY for a page that is shared; EAGAIN when it is not the moment.
    """
    mmget(mm)
    try:
        with mm.mmap_sem.reading():
            mm.vmas.read()
            locked = (source in mm.vm_locked) is (target in mm.vm_locked)
            if how(core) is UffdMove.UNKNOWN or source == target or not locked:
                raise Refusal(EINVAL)
            move_pages_pte(core, mm, source, target)
    finally:
        mmput(core, mm)


def how(core: SwapCore) -> UffdMove:
    """Return how the kernel moves pages."""
    return core.machine.kernel.features.uffd_move


def move_pages_pte(core: SwapCore, mm: MmStruct, source: int, target: int) -> None:
    """Move what the page table has at an index, if only this process has the page."""
    with mm.ptl:
        if read_locked_pte(mm, target) is not None:
            raise Refusal(EEXIST)
        pte = read_locked_pte(mm, source)
        page = pte.page if isinstance(pte, MappedPte) else None
        if page is not None:
            get_page(page)
    match pte:
        case None:
            raise Refusal(ENOENT)
        case PoisonedPte():
            raise Refusal(EFAULT)
        case MappedPte():
            move_present_pte(core, mm, (source, target), pte)
        case SwapPte():
            move_swapped(core, mm, (source, target), pte)


def move_present_pte(core: SwapCore, mm: MmStruct, where: tuple[int, int], pte: MappedPte) -> None:
    """Move a mapped page, of which the caller has a reference; it is writable and dirty then."""
    source, target = where
    page = pte.page
    page.lock.acquire()
    try:
        with mm.ptl:
            check_unchanged(mm, where, pte)
            if not page.anon_exclusive or page.pins:
                raise Refusal(EBUSY)
            set_pte(mm, source, None)
            page_remove_rmap(core, page, mm, source)
            page.index = target
            page_add_anon_rmap(core, page, mm, target, exclusive=True)
            set_pte(mm, target, MappedPte(page, writable=True, dirty=True))
            note_moved(core, mm, where)
    finally:
        page.lock.release()
        put_page(core, page)


def move_swapped(core: SwapCore, mm: MmStruct, where: tuple[int, int], pte: SwapPte) -> None:
    """Move a swap entry, and tell the page, should the swap cache have it.

    Until 6.13 the swap cache is not looked at.
    """
    if not pte.exclusive:
        raise Refusal(EBUSY)
    if how(core) is UffdMove.CACHE_UNMINDED:
        move_swap_pte(core, mm, where, pte, None)
        return
    page = lookup_swap_cache(core, pte.entry)
    if page is None:
        move_swap_pte(core, mm, where, pte, None)
        return
    page.lock.acquire()
    try:
        if not page.swapcache or page.private != pte.entry:
            raise Refusal(EAGAIN)
        move_swap_pte(core, mm, where, pte, page)
    finally:
        page.lock.release()
        put_page(core, page)


def move_swap_pte(
    core: SwapCore, mm: MmStruct, where: tuple[int, int], pte: SwapPte, page: Page | None
) -> None:
    """Move a swap entry, whose page of the swap cache, locked, learns its new index."""
    source, target = where
    with mm.ptl:
        check_unchanged(mm, where, pte)
        if page is not None:
            page.index = target
        elif how(core) is UffdMove.CACHE_MINDED and is_reserved(core, pte):
            raise Refusal(EAGAIN)
        set_pte(mm, source, None)
        set_pte(mm, target, pte)
        note_moved(core, mm, where)


def is_reserved(core: SwapCore, pte: SwapPte) -> bool:
    """Whether a page may have come into the swap cache meanwhile, by the map of the area."""
    area = core.swap_info[swp_type(pte.entry)]
    return bool(swap_map_once(area, swp_offset(pte.entry)) & SWAP_HAS_CACHE)


def check_unchanged(mm: MmStruct, where: tuple[int, int], pte: Pte) -> None:
    """Refuse with EAGAIN when the page table has changed meanwhile; it is locked now."""
    source, target = where
    if mm.page_table.get(source) != pte or target in mm.page_table:
        raise Refusal(EAGAIN)


def note_moved(core: SwapCore, mm: MmStruct, where: tuple[int, int]) -> None:
    """Note what the process has where, for judges, in the step in which it moves."""
    source, target = where
    note_shared(core, mm, source)
    mm.soft_dirty[target] = None
    mm.written.pop(source, None)
    if source in mm.last_written:
        mm.last_written[target] = mm.last_written[source]
        mm.last_written.drop(source)
