"""How swap areas and their slots changed: swapon and swapoff, flags, taking and freeing slots."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class StableAnon(Enum):
    """How `reuse_swap_page` keeps a page as a device sees it: the designs of the thread."""

    NONE = "it does not ask"
    HOST_INODE = "v1: it asks the backing device of the swapper space's host inode"
    ADDRESS_SPACE = "AS_STABLE_WRITES, a flag on the swapper address space set at swapon"
    SWAP_FLAG = "v2: SWP_STABLE_WRITES, sampled at swapon"
    WAITING = "wait: it sleeps until the page is written, with the page table locked"


class FlagBits(Enum):
    """Which bits of swap_info_struct.flags mean what, above the seven that never moved."""

    FILE = "SWP_FILE, two for discards, then the counter of scanners"
    SYNCHRONOUS = "SWP_SYNCHRONOUS_IO comes before the counter"
    ACTIVATED = "SWP_FILE is two flags, SWP_ACTIVATED and SWP_FS: all others move up"
    VALID = "SWP_VALID comes before the counter"
    VALID_GONE = "the bit of SWP_VALID is not used any more, and the counter stays above it"
    NO_SCANNERS = "there is no counter of scanners"


class DefaultPriority(Enum):
    """Which priority an area has for which none was asked."""

    DESCENDING = "one less than the area before"
    SHARED = "the same as all such areas"


class AreaUsers(Enum):
    """What keeps swapoff from freeing an area under somebody who looks into it."""

    NONE = "nothing"
    LOOK = "each look holds it for itself, and finds nothing when it is going"
    FAULT = "a fault holds it from beginning to end"


class Unuse(Enum):
    """How swapoff finds whoever needs a slot of the area."""

    BY_SLOT = "for each slot, it looks through all page tables"
    BY_MM = "for each page table, it looks for entries of the area"


class HalfCopiedMm(Enum):
    """What swapoff finds in the memory of a child whose fork failed half way."""

    PARTIAL = "the areas that were copied, each whole"
    MARKED = "behind those a mark that is no area, and that swapoff takes for one"
    SKIPPED = "nothing: such memory is marked unstable, and left alone"


class AvailRemoval(Enum):
    """When swapoff takes an area off the list of those with free slots."""

    BEFORE_LOCK = "before it locks the area, which whoever frees a slot may then list again"
    UNDER_LOCK = "in the section that forbids new slots"


class SlotFree(Enum):
    """What happens to a slot when nobody counts it any more."""

    UNDER_LOCK = "it is freed at once, in the step that drops the last reference"
    PARKED = "it keeps SWAP_HAS_CACHE, and is freed by itself or with a batch of its CPU"


class SlotRelease(Enum):
    """When a slot counts as free, seen from those who do not take the area's lock."""

    BEFORE_NOTIFY = "before the device is told"
    AFTER_NOTIFY = "after everybody has forgotten it"


class CacheForgets(Enum):
    """When the compressed cache in front of swap forgets a slot that nobody counts."""

    WITH_DEVICE = "when the slot is free, right before the device is told"
    BEFORE_PARKING = "at once, even if the slot is then parked"


@dataclass(frozen=True)
class SwapFeatures:
    """The answers about areas and slots; the defaults are those of 4.6."""

    stable_anon: StableAnon = StableAnon.NONE
    flag_bits: FlagBits = FlagBits.FILE
    default_priority: DefaultPriority = DefaultPriority.DESCENDING
    area_users: AreaUsers = AreaUsers.NONE
    unuse: Unuse = Unuse.BY_SLOT
    clusters_trust_header: bool = False
    """Whether each bad page of a header is counted in its cluster, whether there is one or not."""
    half_copied_mm: HalfCopiedMm = HalfCopiedMm.PARTIAL
    avail_removal: AvailRemoval = AvailRemoval.BEFORE_LOCK
    slot_free: SlotFree = SlotFree.UNDER_LOCK
    slot_cache: bool = False
    """Whether each CPU takes slots in batches."""
    slot_release: SlotRelease = SlotRelease.BEFORE_NOTIFY
    cache_forgets: CacheForgets = CacheForgets.WITH_DEVICE
    mmlist_drain_looks_locked: bool = False
    """Whether swapoff looks for used slots when nobody can join the list of processes; no release.
    """
    unuse_minds_failed_write: bool = False
    """Whether swapoff keeps a page that it could not write; no release that writes any does."""
    as_flag_cleared: bool = True
    """Whether swapon clears AS_STABLE_WRITES, where there is that flag; every sane version does."""


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
        (4, 15),
        "swapon notes whether requests are over when submitting them returns.",
        commit="539a6fea7fdc",
        flag_bits=FlagBits.SYNCHRONOUS,
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
        (6, 3),
        "swapoff takes an area off the list of those with free slots with the area locked.",
        commit="6fe7d6b99211",
        avail_removal=AvailRemoval.UNDER_LOCK,
    ),
    change(
        (6, 8),
        "fork copies the tree of memory areas at once, and marks where it failed.",
        commit="d24062914837",
        half_copied_mm=HalfCopiedMm.MARKED,
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
        "Clusters are counted by the bad pages of the header, when the map has been made.",
        commit="b843786b0bd0",
        clusters_trust_header=True,
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
    ),
    change(
        (6, 17),
        "A bad page behind the last slot is counted in no cluster.",
        commit="152c1339dc13",
        clusters_trust_header=False,
    ),
    change(
        (6, 18),
        "swapoff leaves the memory of a child alone whose fork failed.",
        commit="1367da7eb875",
        half_copied_mm=HalfCopiedMm.SKIPPED,
    ),
    change(
        (6, 19),
        "Areas that were given no priority share one, so that swap goes to all of them.",
        default_priority=DefaultPriority.SHARED,
    ),
)
