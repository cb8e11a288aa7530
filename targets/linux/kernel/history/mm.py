"""How anonymous memory changed: faults, copy on write, fork, reclaim."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class WpReuse(Enum):
    """How do_wp_page learns that it may let a process write to the page that it has."""

    SWAP_COUNT = "mappings and swap entries are counted, by reuse_swap_page"
    PAGE_COUNT = "nothing but this mapping may hold the page, not even the swap cache"
    UNSHARED_SWAPCACHE = "nothing but this mapping and the swap cache may hold the page"
    EXCLUSIVE = "the page is marked exclusive, or leaves the swap cache and is then held once"


class UffdMove(Enum):
    """How UFFDIO_MOVE moves a page that is swapped out."""

    UNKNOWN = "there is no such request"
    CACHE_UNMINDED = "it moves the swap entry, wherever the page is"
    CACHE_MINDED = "it moves the entry, and tells a page that the swap cache has where it is now"


@dataclass(frozen=True)
class MmFeatures:
    """The answers of mm; the defaults are those of 4.6."""

    wp_reuse: WpReuse = WpReuse.SWAP_COUNT
    anon_exclusive: bool = False
    """Whether a page, or its swap entry, remembers that only one process has it."""
    ksm_reuse: bool = False
    """Whether a KSM page that one process is left with becomes an ordinary page of it."""
    cow_frees_swap_cache: bool = False
    """Whether a copy takes the old page out of the swap cache if nobody else needs it there."""
    again_activates: bool = False
    """Whether reclaim treats a page that was mapped again meanwhile as one that must stay."""
    madvise_pageout: bool = False
    """Whether a process may ask for its own pages to be reclaimed (MADV_PAGEOUT)."""
    pageout_is_reclaim: bool = False
    """Whether who does so may use the frames that are kept for reclaim (PF_MEMALLOC)."""
    unread_page_is_lost: bool = False
    """Whether swapoff says of a page that it could not read that it is lost."""
    swapin_maps_writable: bool = False
    """Whether a read of a swapped page that only this process has makes it writable, too."""
    unuse_keeps_soft_dirty: bool = False
    """Whether a page that swapoff maps still counts as written to, if it did before."""
    uffd_move: UffdMove = UffdMove.UNKNOWN
    gup_breaks_cow: bool = False
    """Whether who wants to read a page through get_user_pages gets it as if he wrote to it."""
    pinned_stays_mapped: bool = False
    """Whether a page that a device writes to is not unmapped for swap."""
    swapin_test_inverted: bool = False
    """Whether swap-in keeps the mark of a page whose device minds, and takes that of others."""
    stable_copy_keeps_page: bool = False
    """Whether who copies a page for its device's sake forgets to let go of it; nobody does."""


MM: Final = (
    change(
        (4, 12),
        "try_to_unmap only says whether it did; a page that was mapped again gives its slot up.",
        again_activates=True,
    ),
    change(
        (5, 1),
        "A write to a KSM page that is mapped once, and not in the swap cache, takes the page.",
        ksm_reuse=True,
    ),
    change(
        (5, 4),
        "MADV_PAGEOUT lets a process push its own pages out.",
        madvise_pageout=True,
    ),
    change(
        (5, 8),
        "Who reads a page through get_user_pages gets one that no other process has.",
        commit="17839856fd58",
        gup_breaks_cow=True,
    ),
    change(
        (5, 9),
        "Who reads a page through get_user_pages gets the one that is there.",
        commit="a308c71bf1e6",
        gup_breaks_cow=False,
    ),
    change(
        (5, 9),
        "A write reuses a page only if nothing but its mapping holds it; "
        "pages in the swap cache are always copied.",
        commit="09854ba94c6a",
        wp_reuse=WpReuse.PAGE_COUNT,
        ksm_reuse=False,
    ),
    change(
        (5, 14),
        "A page that was copied leaves the swap cache at once if nobody maps it any more.",
        commit="f4c4a3f48480",
        cow_frees_swap_cache=True,
    ),
    change(
        (5, 15),
        "MADV_PAGEOUT counts as reclaim, and may use the frames that are kept for that.",
        pageout_is_reclaim=True,
    ),
    change(
        (5, 19),
        "Pages that only one process has are marked, and so are their swap entries; "
        "swap-in frees the slot before it maps the page.",
        wp_reuse=WpReuse.EXCLUSIVE,
        anon_exclusive=True,
    ),
    change(
        (5, 19),
        "swapoff does not map a page that it could not read: who touches it gets SIGBUS.",
        unread_page_is_lost=True,
    ),
    change(
        (5, 19),
        "A page that swapoff maps keeps the soft-dirty bit of its swap entry.",
        commit="14a762dd1977",
        unuse_keeps_soft_dirty=True,
    ),
    change(
        (6, 8),
        "A process may move its pages to other addresses (UFFDIO_MOVE).",
        commit="adef440691ba",
        uffd_move=UffdMove.CACHE_UNMINDED,
    ),
    change(
        (6, 12),
        "A read of a swapped page that only this process has maps it writable.",
        swapin_maps_writable=True,
    ),
    change(
        (6, 14),
        "A page in the swap cache learns that its entry moves to another address.",
        commit="c50f8e6053b0",
        uffd_move=UffdMove.CACHE_MINDED,
    ),
)
