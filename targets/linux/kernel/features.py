"""Features: the ways in which kernels differ by intent.

Each field is read in exactly one module, with a local `match` that shows its lives side by side.
`timeline.py` says which release changed what.
"""

from dataclasses import dataclass
from enum import Enum


class Streams(Enum):
    """How zcomp hands out compression streams."""

    LOCKED = "one mutex-guarded stream, or a list of idle ones"
    PER_CPU = "one stream a CPU, held with preemption disabled"


class ObjectMasks(Enum):
    """With which allocation masks zram asks zsmalloc for an object."""

    POOL = "one try, with the pool's own GFP_NOIO mask, the stream still held"
    TWO = "a try that cannot sleep, then a sleeping one without the stream and a second compression"


class FreeLink(Enum):
    """What the link in a free zsmalloc object holds."""

    LOCATION = "page frame and index of the next free object; 0 ends the chain"
    INDEX = "index of the next free object in its zspage; -1 ends the chain"


class FullnessLists(Enum):
    """Which fullness groups keep a list of their zspages."""

    ALMOST = "almost full and almost empty only"
    ALL = "empty, almost empty, almost full, full"


class StableAnon(Enum):
    """How `reuse_swap_page` learns that a page must not change: the designs of the thread."""

    NONE = "it does not ask"
    HOST_INODE = "v1: it asks the backing device of the swapper space's host inode"
    ADDRESS_SPACE = "AS_STABLE_WRITES, a flag on the swapper address space set at swapon"
    SWAP_FLAG = "v2: SWP_STABLE_WRITES, sampled at swapon"


class ZramCapability(Enum):
    """Whether zram asks for stable pages."""

    NEVER = "the capability is never set"
    AFTER_REVALIDATE = "set again after each revalidation, which clears it"


class Revalidation(Enum):
    """Where zram revalidates its disk when a size is set."""

    OUTSIDE_INIT_LOCK = "after init_lock is released"
    UNDER_INIT_LOCK = "with init_lock held for writing"


@dataclass(frozen=True, slots=True)
class Features:
    """One kernel's answers to every question of intent; the defaults are those of 4.6."""

    streams: Streams = Streams.LOCKED
    object_masks: ObjectMasks = ObjectMasks.POOL
    movable_objects: bool = False
    free_link: FreeLink = FreeLink.LOCATION
    zspage_struct: bool = False
    """Whether a zspage is described by a struct from a slab cache, and not by its first page."""
    fullness_lists: FullnessLists = FullnessLists.ALMOST
    stable_anon: StableAnon = StableAnon.NONE
    zram_capability: ZramCapability = ZramCapability.NEVER
    revalidation: Revalidation = Revalidation.OUTSIDE_INIT_LOCK
    debug_stat: bool = False
    decompression_stream: bool = False
