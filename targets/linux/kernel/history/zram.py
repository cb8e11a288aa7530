"""How zram changed: its slots, its reads and writes, its files, its life."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class ObjectMasks(Enum):
    """With which allocation masks zram asks zsmalloc for an object."""

    POOL = "one try, with the pool's own GFP_NOIO mask, the stream still held"
    TWO = "a try that cannot sleep, then a sleeping one without the stream and a second compression"


class SlotLock(Enum):
    """What guards a slot."""

    BIT_SPINLOCK = "a spinlock in one bit of the slot"
    SPINLOCK = "a spinlock"
    SLEEPING = "a bit that its holder may sleep with; atomic callers only try it"


class HugeFrom(Enum):
    """From which length on a compressed page is stored as it is instead."""

    THREE_QUARTERS = "more than three quarters of a page"
    HUGE_CLASS = "what zsmalloc would give a whole page anyway"


@dataclass(frozen=True)
class ZramFeatures:
    """The answers of zram; the defaults are those of 4.6."""

    object_masks: ObjectMasks = ObjectMasks.POOL
    movable_objects: bool = False
    debug_stat: bool = False
    same_pages_stored: bool = False
    """Whether a slot that one word fills counts as a stored page."""
    slot_lock: SlotLock = SlotLock.BIT_SPINLOCK
    huge_from: HugeFrom = HugeFrom.THREE_QUARTERS


ZRAM: Final = (
    change(
        (4, 7),
        "zram asks for an object without sleeping first; when it has slept, it compresses again.",
        commit="da9556a2367c",
        object_masks=ObjectMasks.TWO,
    ),
    change((4, 7), "zram counts its second compressions in debug_stat.", debug_stat=True),
    change((4, 8), "zram lets zsmalloc use movable pages.", movable_objects=True),
    change((4, 14), "A page that one word fills counts as stored.", same_pages_stored=True),
    change(
        (4, 20),
        "zram asks zsmalloc from which length on compressing a page saves nothing.",
        huge_from=HugeFrom.HUGE_CLASS,
    ),
    change((6, 12), "The lock of a slot became a spinlock.", slot_lock=SlotLock.SPINLOCK),
    change(
        (6, 17),
        "Who holds the lock of a slot may sleep.",
        slot_lock=SlotLock.SLEEPING,
    ),
)
