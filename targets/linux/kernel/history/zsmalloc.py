"""How zsmalloc changed: classes, zspages and their lists, handles, compaction, locks."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class FreeLink(Enum):
    """What the link in a free zsmalloc object holds."""

    LOCATION = "page frame and index of the next free object; 0 ends the chain"
    INDEX = "index of the next free object in its zspage; -1 ends the chain"


class FullnessLists(Enum):
    """Which fullness groups keep a list of their zspages."""

    ALMOST = "almost full and almost empty only"
    ALL = "empty, almost empty, almost full, full"
    RATIOS = "empty, ten steps of a tenth, full; the newest comes first in each"


class Locking(Enum):
    """Which locks keep an object where it is, and its class as it is."""

    PIN = "a lock for each class, and a pin bit in the cell of each handle"
    PIN_AND_ZSPAGE = "as before, and a reader-writer lock for each zspage"
    MIGRATE_LOCK = "a lock for each class, and reader-writer locks for all handles and each zspage"
    POOL = "one lock for the pool, and a reader-writer lock for each zspage"
    TRY_WRITE = "as with the migrate lock, but users of an object may sleep: writers only try"


class Compaction(Enum):
    """In which order compaction goes through the zspages of a class."""

    BY_SOURCE = "a source is emptied into one target after another"
    BY_TARGET = "a target is filled from one source after another"


class CompactionCount(Enum):
    """What `zs_compact` answers, and when it counts."""

    LIFE = "the pages freed over the life of the pool, each zspage counted when it is freed"
    CALL = "the pages freed by this call, added to the count of the pool at its end"


class PageMigration(Enum):
    """How the pages of a zspage are moved to other frames."""

    NONE = "not at all"
    BUSY_WHEN_EMPTY = "a zspage leaves its list meanwhile; EBUSY if its last object has gone"
    PINNED = "a zspage leaves its list meanwhile; an empty one is moved as well"
    FREED_AFTERWARDS = "a zspage leaves its list meanwhile; an empty one is freed afterwards"
    LOCKED = "with every lock held, a zspage stays in its list"
    TRIED = "with every lock held, but EINVAL while somebody uses the zspage"


class HugeLink(Enum):
    """Where the link of a free huge object is, which has no room for a header."""

    IN_PAGE = "in its page, as for any other object"
    NOWHERE = "nowhere, although its page is still read for one"


class HugeHead(Enum):
    """What who moves a huge object takes the header for that is kept outside of it."""

    VALUE = "the header itself"
    ADDRESS = "the address of the header"


class Packing(Enum):
    """How the length of a run of pages is chosen."""

    BY_PERCENT = "the shortest of 1 to 4 pages with the highest used percentage, rounded down"
    BY_BYTES = "one page for powers of two, else the shortest run that wastes the fewest bytes"


class RequestErrors(Enum):
    """What `zs_malloc` answers to a request of a size that no class has."""

    NONE = "0, as for want of memory"
    EINVAL = "-EINVAL"
    TOLD_APART = "-EINVAL for no bytes, -ENOSPC for more than a page"


@dataclass(frozen=True)
class ZsmallocFeatures:
    """The answers of zsmalloc; the defaults are those of 4.6."""

    packing: Packing = Packing.BY_PERCENT
    request_errors: RequestErrors = RequestErrors.NONE

    free_link: FreeLink = FreeLink.LOCATION
    zspage_struct: bool = False
    """Whether a zspage is described by a struct from a slab cache, and not by its first page."""
    fullness_lists: FullnessLists = FullnessLists.ALMOST
    locking: Locking = Locking.PIN
    compaction: Compaction = Compaction.BY_SOURCE
    compaction_count: CompactionCount = CompactionCount.LIFE
    one_compaction: bool = False
    """Whether a second `zs_compact` goes away while one is under way."""
    compaction_locks_target: bool = True
    """Whether the lock of the zspage that is filled is taken, where zspages have one."""
    page_migration: PageMigration = PageMigration.NONE
    mapped_objects: bool = True
    """Whether an object is mapped to be used, and not held for reading or written in one go."""
    huge_link: HugeLink = HugeLink.IN_PAGE
    huge_head: HugeHead = HugeHead.VALUE
    """No release that moves huge objects takes it for an address."""
    huge_without_header: bool = False
    """Whether a request that is huge only with a header gets the class without; no release does."""
    unused_checked: bool = True
    """Whether more used objects than there are count as no room, as they do in every release."""
    link_tag_bits: int = 1
    """Low bits of a header or a link that are no part of it."""


ZSMALLOC: Final = (
    change(
        (4, 8),
        "The link in a free zsmalloc object became an index within its zspage.",
        commit="bfd093f5e7f0",
        free_link=FreeLink.INDEX,
    ),
    change(
        (4, 8),
        "zsmalloc lists empty and full zspages too, so that their pages can be migrated.",
        commit="48b4800a1c6a",
        fullness_lists=FullnessLists.ALL,
    ),
    change(
        (4, 8),
        "A zspage got a struct of its own, from a slab.",
        commit="3783689a1aa8",
        zspage_struct=True,
    ),
    change(
        (4, 8),
        "The pages of zspages can be migrated, under a lock that each zspage got for that.",
        locking=Locking.PIN_AND_ZSPAGE,
        page_migration=PageMigration.BUSY_WHEN_EMPTY,
    ),
    change(
        (4, 14),
        "Migrating a page of a zspage that has become empty no longer fails.",
        page_migration=PageMigration.PINNED,
    ),
    change(
        (5, 3),
        "A zspage that became empty during migration is freed, and not only kept for later use.",
        page_migration=PageMigration.FREED_AFTERWARDS,
    ),
    change(
        (5, 12),
        "zs_compact answers with what it freed itself, and counts that once at its end.",
        compaction_count=CompactionCount.CALL,
    ),
    change(
        (5, 17),
        "A reader-writer lock of the pool keeps objects in their place: handles have no pin.",
        locking=Locking.MIGRATE_LOCK,
        page_migration=PageMigration.LOCKED,
    ),
    change(
        (5, 17),
        "A zspage knows that its object is huge, and links it nowhere.",
        huge_link=HugeLink.NOWHERE,
    ),
    change(
        (6, 1),
        "zs_malloc answers with an errno, and no longer with 0.",
        request_errors=RequestErrors.EINVAL,
    ),
    change(
        (6, 3),
        "zspages are packed by the bytes that are lost, and chain as many pages as was configured.",
        packing=Packing.BY_BYTES,
    ),
    change(
        (6, 3),
        "One lock of the pool replaced those of its classes and of migration.",
        locking=Locking.POOL,
    ),
    change(
        (6, 3),
        "Objects got a second tag bit, for handles that zswap's reclaim still needs.",
        link_tag_bits=2,
    ),
    change((6, 5), "The second tag bit went, and reclaim with it.", link_tag_bits=1),
    change(
        (6, 5),
        "zspages are grouped by tenths of their objects, the newest first.",
        fullness_lists=FullnessLists.RATIOS,
    ),
    change(
        (6, 5),
        "Compaction keeps a target until it is full, and only one runs at a time.",
        compaction=Compaction.BY_TARGET,
        one_compaction=True,
    ),
    change(
        (6, 8),
        "zs_malloc tells a request that is too large (ENOSPC) from one for nothing (EINVAL).",
        request_errors=RequestErrors.TOLD_APART,
    ),
    change(
        (6, 12),
        "Classes and the handles of a pool got their own locks back.",
        locking=Locking.MIGRATE_LOCK,
        compaction_locks_target=False,
    ),
    change(
        (6, 16),
        "Who uses an object may sleep: compaction and migration only try the lock of its zspage.",
        locking=Locking.TRY_WRITE,
        mapped_objects=False,
        page_migration=PageMigration.TRIED,
    ),
)
