"""How the block layer changed, where swap and zram meet it: capabilities, revalidation."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class ZramCapability(Enum):
    """Whether zram asks for stable pages."""

    NEVER = "the capability is never set"
    AFTER_REVALIDATE = "set again after each revalidation, which clears it"
    AT_CREATION_AND_AGAIN = "set when the device is made, and again after each revalidation"
    """No release had it: AFTER_REVALIDATE, but for a device that has never had a size."""
    AT_CREATION = "set when the device is made, and left alone"


class ZramSynchronous(Enum):
    """Whether zram says that a request is over when submitting it returns."""

    NEVER = "nobody asks"
    ALWAYS = "from the making of the device on"
    UNLESS_BACKED = "while no backing device is attached: a block that lies there is read later"


class Revalidation(Enum):
    """Where zram revalidates its disk when a size is set."""

    OUTSIDE_INIT_LOCK = "after init_lock is released"
    UNDER_INIT_LOCK = "with init_lock held for writing"
    NEVER = "nowhere: the disk is told of its size, and that is all"


class IntegrityCapability(Enum):
    """How an integrity profile makes its device ask for stable pages."""

    REVALIDATED = "each revalidation sets or clears the capability, by whether there is a profile"
    REGISTERED = "registering a profile sets the capability, unregistering it clears it"
    DERIVED = "whoever asks looks at the profile too, so that nothing has to be set"


class StableWord(Enum):
    """Where a device keeps its wish for stable pages."""

    BDI = "BDI_CAP_STABLE_WRITES, a capability of its backing_dev_info"
    QUEUE = "a flag of its request queue, which root may change in sysfs (stable_writes)"


class SynchronousWord(Enum):
    """How swapon learns that a device is synchronous."""

    NONE = "it does not ask"
    BDI = "BDI_CAP_SYNCHRONOUS_IO, a capability of its backing_dev_info"
    RW_PAGE = "the driver offers rw_page"
    QUEUE = "a flag of its request queue"


class DirectAlignment(Enum):
    """Where in a page a buffer of O_DIRECT may begin, on a device with blocks of a page."""

    BLOCK = "where a block could: at the beginning"
    DMA = "wherever the device can transfer to, for zram at each sector"


@dataclass(frozen=True)
class BlockFeatures:
    """The answers of the block layer; the defaults are those of 4.6."""

    zram_capability: ZramCapability = ZramCapability.NEVER
    zram_synchronous: ZramSynchronous = ZramSynchronous.NEVER
    revalidation: Revalidation = Revalidation.OUTSIDE_INIT_LOCK
    integrity_capability: IntegrityCapability = IntegrityCapability.REVALIDATED
    stable_word: StableWord = StableWord.BDI
    synchronous_word: SynchronousWord = SynchronousWord.NONE
    rw_page: bool = True
    direct_alignment: DirectAlignment = DirectAlignment.BLOCK
    end_of_empty_disk: bool = False
    """Whether the block layer refuses requests to a disk of size 0."""


ZRAM_ASKS_FOR_STABLE_PAGES: Final = (
    change(
        (4, 10),
        "zram revalidates its disk under init_lock, so that nobody sees it half set up.",
        revalidation=Revalidation.UNDER_INIT_LOCK,
    ),
    change(
        (4, 10),
        "zram asks for stable pages, because it compresses a page twice.",
        commit="b09ab054b69b",
        zram_capability=ZramCapability.AFTER_REVALIDATE,
    ),
)
"""Two of the three patches of the fix: each design of the third one needs them."""

BLOCK: Final = (
    *ZRAM_ASKS_FOR_STABLE_PAGES,
    change(
        (4, 12),
        "Revalidating a disk no longer touches what its driver has asked for.",
        integrity_capability=IntegrityCapability.REGISTERED,
    ),
    change(
        (4, 15),
        "zram asks for stable pages once, when the device is made.",
        commit="e447a0151f7c",
        zram_capability=ZramCapability.AT_CREATION,
    ),
    change(
        (4, 15),
        "Devices that complete requests before submitting them returns say so, and swapon asks.",
        zram_synchronous=ZramSynchronous.ALWAYS,
        synchronous_word=SynchronousWord.BDI,
    ),
    change(
        (4, 19),
        "zram is not synchronous while it has a backing device.",
        commit="4f7a7beaee77",
        zram_synchronous=ZramSynchronous.UNLESS_BACKED,
    ),
    change(
        (5, 10),
        "The wish for stable pages moved from the backing_dev_info to the request queue.",
        stable_word=StableWord.QUEUE,
    ),
    change(
        (5, 10),
        "A device is synchronous if its driver offers rw_page.",
        synchronous_word=SynchronousWord.RW_PAGE,
    ),
    change(
        (5, 11),
        "Telling a disk of its size needs no revalidation.",
        revalidation=Revalidation.NEVER,
    ),
    change(
        (5, 19),
        "zram compresses a page once, and no longer asks for stable pages.",
        commit="e7be8d1dd983",
        zram_capability=ZramCapability.NEVER,
    ),
    change(
        (6, 0),
        "zram asks for stable pages again, with the second compression that came back.",
        commit="37887783b3fe",
        zram_capability=ZramCapability.AT_CREATION,
    ),
    change(
        (6, 0),
        "zram stays synchronous with a backing device: rw_page refuses what lies there.",
        zram_synchronous=ZramSynchronous.ALWAYS,
    ),
    change(
        (6, 0),
        "A buffer of O_DIRECT may begin within a page, if the device can transfer to there.",
        commit="b1a000d3b8ec",
        direct_alignment=DirectAlignment.DMA,
    ),
    change(
        (6, 3),
        "rw_page is gone: every page goes to its device in a bio.",
        rw_page=False,
        synchronous_word=SynchronousWord.QUEUE,
    ),
    change(
        (6, 5),
        "The block layer takes a disk of size 0 for empty, and not for one of unknown size.",
        end_of_empty_disk=True,
    ),
    change(
        (6, 12),
        "An integrity profile is a reason to keep pages stable by itself.",
        integrity_capability=IntegrityCapability.DERIVED,
    ),
)
