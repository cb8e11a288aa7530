"""How the block layer changed, where swap and zram meet it: capabilities, revalidation."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class ZramCapability(Enum):
    """Whether zram asks for stable pages."""

    NEVER = "the capability is never set"
    AFTER_REVALIDATE = "set again after each revalidation, which clears it"


class Revalidation(Enum):
    """Where zram revalidates its disk when a size is set."""

    OUTSIDE_INIT_LOCK = "after init_lock is released"
    UNDER_INIT_LOCK = "with init_lock held for writing"


@dataclass(frozen=True)
class BlockFeatures:
    """The answers of the block layer; the defaults are those of 4.6."""

    zram_capability: ZramCapability = ZramCapability.NEVER
    revalidation: Revalidation = Revalidation.OUTSIDE_INIT_LOCK


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

BLOCK: Final = (*ZRAM_ASKS_FOR_STABLE_PAGES,)
