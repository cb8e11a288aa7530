"""How the ways of pages to their slots and back changed: swap cache, readahead, requests."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class SwapIo(Enum):
    """How a page travels between memory and its slot on a block device."""

    RW_PAGE = "by rw_page, and by a bio if that refuses"
    RW_PAGE_IF_SYNCHRONOUS = "the same, but reads try rw_page on synchronous devices only"
    BIO = "by a bio, which is waited for on synchronous devices"


class EarlyFree(Enum):
    """Whether a device in memory forgets a slot as soon as the swap cache has read it."""

    ALWAYS = "at each read"
    NEVER = "not before the slot is free"
    COUNTED_ONCE = "only if one page table entry counts the slot"


class DirectSwapin(Enum):
    """How a slot that is counted once comes back from a synchronous device."""

    NONE = "through the swap cache, as from any device"
    UNPINNED = "past the swap cache, by each fault for itself"
    PINNED = "past the swap cache, by one fault at a time: SWAP_HAS_CACHE keeps others out"
    PINNED_LATE = "the same, but a page is allocated first"


class UncountedSlot(Enum):
    """What happens to a slot that is to be read, although nobody counts it."""

    WAITED_FOR = "it is waited for until it is free, or its page is in the swap cache"
    SKIPPED_UNLESS_SWAPOFF = "it is not read, except during swapoff, which waits for it"
    SKIPPED = "it is not read"


class ReservationWait(Enum):
    """How a reader waits for a place in the swap cache that is reserved, and empty."""

    YIELDS = "he looks again and again, and yields in between to whoever may run (cond_resched)"
    SLEEPS = "he sleeps a tick, and looks again"


class StoredPage(Enum):
    """What happens to a page that the compressed cache in front of swap has taken."""

    PASSES_WRITEBACK = "writeback begins and ends at once"
    UNLOCKED = "it is only unlocked"


@dataclass(frozen=True)
class SwapIoFeatures:
    """The answers about reading and writing pages; the defaults are those of 4.6."""

    swap_io: SwapIo = SwapIo.RW_PAGE
    swap_extents_minded: bool = True
    """Whether a page of a swap file goes to where the file lies on its disk; in all releases."""
    swap_bio_may_fail: bool = True
    """Whether swap is prepared for not getting a bio; the reserve of bios makes that unlikely."""
    swap_keeps_tags: bool = False
    """Whether the tags of a page, on machines that have some, are kept beside its slot."""
    swap_space_read_only: bool = False
    """Whether the address space of swap is mapped read-only once the kernel has booted."""
    add_to_swap_dirties: bool = False
    """Whether a page is dirty as soon as it is in the swap cache on its way out."""
    early_free: EarlyFree = EarlyFree.ALWAYS
    direct_swapin: DirectSwapin = DirectSwapin.NONE
    uncounted_slot: UncountedSlot = UncountedSlot.WAITED_FOR
    reservation_wait: ReservationWait = ReservationWait.YIELDS
    vma_readahead: bool = False
    """Whether neighbours by address are read ahead, where no device has seeks."""
    readahead_holds_others: bool = True
    """Whether readahead holds an area that is not the one of the fault while it looks into it."""
    zeromap: bool = False
    """Whether a page of zeros is only noted."""
    stored_page: StoredPage = StoredPage.PASSES_WRITEBACK


SWAP_IO: Final = (
    change(
        (4, 12),
        "A slot that nobody counts is not read, because it may be parked for long.",
        uncounted_slot=UncountedSlot.SKIPPED_UNLESS_SWAPOFF,
    ),
    change(
        (4, 14),
        "A page that is added to the swap cache is dirty, whatever page tables say.",
        commit="9625456cc763",
        add_to_swap_dirties=True,
    ),
    change(
        (4, 14),
        "Where no swap device has seeks, a fault reads ahead what lies around its address.",
        commit="ec560175c0b6",
        vma_readahead=True,
    ),
    change(
        (4, 15),
        "A slot of a synchronous device that is counted once is read past the swap cache.",
        commit="0bcac06f27d7",
        direct_swapin=DirectSwapin.UNPINNED,
    ),
    change(
        (4, 15),
        "A zram keeps what a slot holds when the swap cache has read it.",
        early_free=EarlyFree.NEVER,
    ),
    change(
        (4, 20),
        "A zram frees what the swap cache has read, as until 4.14.",
        early_free=EarlyFree.ALWAYS,
    ),
    change(
        (5, 4),
        "A zram frees what the swap cache has read only if one page table entry counts it.",
        early_free=EarlyFree.COUNTED_ONCE,
    ),
    change(
        (5, 10),
        "Pages are read by rw_page from synchronous devices only.",
        commit="a8b456d01cd6",
        swap_io=SwapIo.RW_PAGE_IF_SYNCHRONOUS,
    ),
    change(
        (5, 10),
        "The memory tags of a page are kept when it is swapped out, if there is memory for them.",
        swap_keeps_tags=True,
    ),
    change(
        (5, 12),
        "Swap takes for granted that it gets a bio: there is a reserve of them.",
        swap_bio_may_fail=False,
    ),
    change(
        (5, 15),
        "A zram keeps what the swap cache has read, by a fix of 5.15's stable releases.",
        early_free=EarlyFree.NEVER,
    ),
    change(
        (5, 17),
        "Who waits for a reserved place in the swap cache sleeps for a tick.",
        commit="029c4628b2eb",
        reservation_wait=ReservationWait.SLEEPS,
    ),
    change(
        (5, 17),
        "A zram frees what the swap cache has read: 5.17 came before the fix.",
        early_free=EarlyFree.COUNTED_ONCE,
    ),
    change(
        (5, 18),
        "A zram keeps what the swap cache has read: another fault may be reading it.",
        commit="e914d8f00391",
        early_free=EarlyFree.NEVER,
    ),
    change(
        (6, 3),
        "rw_page is gone: a bio on the stack is waited for, with a written page unlocked.",
        swap_io=SwapIo.BIO,
    ),
    change(
        (6, 8),
        "A slot is pinned while it is read past the swap cache; other faults wait a tick.",
        commit="13ddaf26be32",
        direct_swapin=DirectSwapin.PINNED,
    ),
    change(
        (6, 12),
        "A page of zeros is a bit of the area's zeromap, and does no I/O.",
        commit="0ca0c24e3211",
        zeromap=True,
    ),
    change(
        (6, 12),
        "A fault that reads past the swap cache has its page before it pins the slot.",
        direct_swapin=DirectSwapin.PINNED_LATE,
    ),
    change(
        (6, 12),
        "A page that was taken by the compressed cache does not pass through writeback.",
        stored_page=StoredPage.UNLOCKED,
    ),
    change(
        (6, 15),
        "A slot that nobody counts is not read during swapoff either: none is parked any more.",
        uncounted_slot=UncountedSlot.SKIPPED,
    ),
    change(
        (6, 15),
        "A fault holds its area, and no look into the swap cache holds one again.",
        commit="78524b05f1a3",
        readahead_holds_others=False,
    ),
    change(
        (6, 18),
        "Readahead holds the areas of neighbours that lie elsewhere.",
        commit="1c2a936edd71",
        readahead_holds_others=True,
    ),
    change(
        (6, 18),
        "There is one address space for all of swap, which is mapped read-only after boot.",
        commit="8b47299a411a",
        swap_space_read_only=True,
    ),
    change(
        (6, 19),
        "The address space of swap can be written to: errors are noted there.",
        commit="a0f3c0845a4f",
        swap_space_read_only=False,
    ),
)
