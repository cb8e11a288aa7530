"""How the swap core changed: areas, slots, counts, the swap cache, reading and writing."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class StableAnon(Enum):
    """How `reuse_swap_page` learns that a page must not change: the designs of the thread."""

    NONE = "it does not ask"
    HOST_INODE = "v1: it asks the backing device of the swapper space's host inode"
    ADDRESS_SPACE = "AS_STABLE_WRITES, a flag on the swapper address space set at swapon"
    SWAP_FLAG = "v2: SWP_STABLE_WRITES, sampled at swapon"


class FlagBits(Enum):
    """Which bits of swap_info_struct.flags mean what, above the seven that never moved."""

    FILE = "SWP_FILE, two for discards, then the counter of scanners"
    SYNCHRONOUS = "SWP_SYNCHRONOUS_IO comes before the counter"
    ACTIVATED = "SWP_FILE is two flags, SWP_ACTIVATED and SWP_FS: all others move up"
    VALID = "SWP_VALID comes before the counter"
    VALID_GONE = "the bit of SWP_VALID is not used any more, and the counter stays above it"
    NO_SCANNERS = "there is no counter of scanners"


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


class AreaUsers(Enum):
    """What keeps swapoff from freeing an area under somebody who looks into it."""

    NONE = "nothing"
    LOOK = "each look holds it for itself, and finds nothing when it is going"
    FAULT = "a fault holds it from beginning to end"


class Unuse(Enum):
    """How swapoff finds whoever needs a slot of the area."""

    BY_SLOT = "for each slot, it looks through all page tables"
    BY_MM = "for each page table, it looks for entries of the area"


class SlotFree(Enum):
    """What happens to a slot when nobody counts it any more."""

    UNDER_LOCK = "it is freed at once, in the step that drops the last reference"
    PARKED = "it keeps SWAP_HAS_CACHE, and is freed by itself or with a batch of its CPU"


class DefaultPriority(Enum):
    """Which priority an area has for which none was asked."""

    DESCENDING = "one less than the area before"
    SHARED = "the same as all such areas"


class UncountedSlot(Enum):
    """What happens to a slot that is to be read, although nobody counts it."""

    WAITED_FOR = "it is waited for until it is free, or its page is in the swap cache"
    SKIPPED_UNLESS_SWAPOFF = "it is not read, except during swapoff, which waits for it"
    SKIPPED = "it is not read"


class SlotRelease(Enum):
    """When a slot counts as free, seen from those who do not take the area's lock."""

    BEFORE_NOTIFY = "before the device is told"
    AFTER_NOTIFY = "after everybody has forgotten it"


class CacheForgets(Enum):
    """When the compressed cache in front of swap forgets a slot that nobody counts."""

    WITH_DEVICE = "when the slot is free, right before the device is told"
    BEFORE_PARKING = "at once, even if the slot is then parked"


class StoredPage(Enum):
    """What happens to a page that the compressed cache in front of swap has taken."""

    PASSES_WRITEBACK = "writeback begins and ends at once"
    UNLOCKED = "it is only unlocked"


@dataclass(frozen=True)
class SwapFeatures:
    """The answers of the swap core; the defaults are those of 4.6."""

    stable_anon: StableAnon = StableAnon.NONE
    flag_bits: FlagBits = FlagBits.FILE
    swap_io: SwapIo = SwapIo.RW_PAGE
    swap_bio_may_fail: bool = True
    """Whether swap is prepared for not getting a bio; the reserve of bios makes that unlikely."""
    early_free: EarlyFree = EarlyFree.ALWAYS
    zeromap: bool = False
    direct_swapin: DirectSwapin = DirectSwapin.NONE
    area_users: AreaUsers = AreaUsers.NONE
    add_to_swap_dirties: bool = False
    unuse: Unuse = Unuse.BY_SLOT
    default_priority: DefaultPriority = DefaultPriority.DESCENDING
    slot_free: SlotFree = SlotFree.UNDER_LOCK
    slot_cache: bool = False
    """Whether each CPU takes slots in batches."""
    uncounted_slot: UncountedSlot = UncountedSlot.WAITED_FOR
    slot_release: SlotRelease = SlotRelease.BEFORE_NOTIFY
    cache_forgets: CacheForgets = CacheForgets.WITH_DEVICE
    stored_page: StoredPage = StoredPage.PASSES_WRITEBACK


SWAP: Final = (
    change(
        (4, 10),
        "A page under writeback is not reused on a swap device that asked for stable pages.",
        commit="f05714293a59",
        stable_anon=StableAnon.SWAP_FLAG,
    ),
    change(
        (4, 11),
        "Each CPU takes and frees slots in batches, while there are many.",
        commit="67afa38e012e",
        slot_free=SlotFree.PARKED,
        slot_cache=True,
    ),
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
        (4, 15),
        "A slot of a synchronous device that is counted once is read past the swap cache.",
        commit="0bcac06f27d7",
        direct_swapin=DirectSwapin.UNPINNED,
    ),
    change(
        (4, 15),
        "swapon notes whether requests are over when submitting them returns.",
        commit="539a6fea7fdc",
        flag_bits=FlagBits.SYNCHRONOUS,
    ),
    change(
        (4, 15),
        "A slot is not forgotten any more when it was read.",
        early_free=EarlyFree.NEVER,
    ),
    change(
        (4, 20),
        "A slot that was read is forgotten at once again.",
        early_free=EarlyFree.ALWAYS,
    ),
    change(
        (4, 20),
        "SWP_FILE is split, because not every swap file does its I/O through its file system.",
        commit="bc4ae27d817a",
        flag_bits=FlagBits.ACTIVATED,
    ),
    change(
        (5, 1),
        "swapoff walks each page table once, where it walked them for each slot.",
        commit="b56a2d8af914",
        unuse=Unuse.BY_MM,
    ),
    change(
        (5, 3),
        "SWP_VALID says that an area may be looked into, and swapoff waits for who does.",
        commit="eb085574a752",
        flag_bits=FlagBits.VALID,
        area_users=AreaUsers.LOOK,
    ),
    change(
        (5, 4),
        "A slot that was read is forgotten only if a single page table entry counts it.",
        early_free=EarlyFree.COUNTED_ONCE,
    ),
    change(
        (5, 10),
        "Pages are read by rw_page from synchronous devices only.",
        commit="a8b456d01cd6",
        swap_io=SwapIo.RW_PAGE_IF_SYNCHRONOUS,
    ),
    change(
        (5, 12),
        "Swap takes for granted that it gets a bio: there is a reserve of them.",
        swap_bio_may_fail=False,
    ),
    change(
        (5, 14),
        "A reference count of users takes the place of SWP_VALID.",
        commit="63d8620ecf93",
        flag_bits=FlagBits.VALID_GONE,
    ),
    change(
        (5, 14),
        "A fault is a user of the area throughout, so that swapoff cannot overtake it.",
        commit="2799e77529c2",
        area_users=AreaUsers.FAULT,
    ),
    change(
        (5, 15),
        "A slot is not forgotten when it was read, by a fix of the stable releases (5.15.135).",
        early_free=EarlyFree.NEVER,
    ),
    change(
        (5, 17),
        "A slot that was read is forgotten: the fix of the stable releases is newer than this.",
        early_free=EarlyFree.COUNTED_ONCE,
    ),
    change(
        (5, 18),
        "A slot is not forgotten when it was read: another fault may be reading it.",
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
        (6, 9),
        "A slot counts as free after the device was told, so that swapoff waits for that.",
        commit="82b1c07a0af6",
        slot_release=SlotRelease.AFTER_NOTIFY,
    ),
    change(
        (6, 9),
        "zswap forgets a slot before it is parked, so that it does not keep useless entries.",
        commit="0827a1fb143f",
        cache_forgets=CacheForgets.BEFORE_PARKING,
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
        (6, 14),
        "zswap forgets a slot when it is free.",
        cache_forgets=CacheForgets.WITH_DEVICE,
    ),
    change(
        (6, 14),
        "No scan of an area is counted any more.",
        flag_bits=FlagBits.NO_SCANNERS,
    ),
    change(
        (6, 15),
        "Slots are freed at once again: taking them is fast enough without batches.",
        slot_free=SlotFree.UNDER_LOCK,
        slot_cache=False,
        uncounted_slot=UncountedSlot.SKIPPED,
    ),
    change(
        (6, 19),
        "Areas that were given no priority share one, so that swap goes to all of them.",
        default_priority=DefaultPriority.SHARED,
    ),
)
