"""How the life of a zram device changed: made, set up, reset, removed."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class SetUp(Enum):
    """When a device that gets a size is built."""

    BEFORE_INIT_LOCK = "before init_lock is taken"
    UNDER_INIT_LOCK = "with init_lock held for writing"


class ResetCheck(Enum):
    """How a reset makes sure that nobody has the device open."""

    CLAIMS = "under bd_mutex, where it claims the device, which keeps others out"
    LOOKS = "it looks, without a lock, and anybody may open the device after that"


class MetaLook(Enum):
    """When whoever asks how large the pool is looks for the table that knows it."""

    UNDER_LOCK = "with init_lock held, when the device has a size"
    BEFORE_LOCK = "before it takes init_lock: there may be none yet"


class ResetFrees(Enum):
    """When a reset frees what a device holds."""

    AFTER_REQUESTS = "after init_lock, when no request is under way any more"
    AFTER_INIT_LOCK = "after init_lock, in which another task may have set the device up again"
    UNDER_INIT_LOCK = "with init_lock held for writing"
    ALWAYS = "the same, even if the device has no size"


class Removal(Enum):
    """In which order a device is removed, once it is claimed."""

    FILES_FIRST = "its files are taken away, it is reset, its disk is taken away"
    FILES_LAST = "it is reset, then its files and its disk go: it may get a size between"
    RESET_AGAIN = "the same, and it is reset once more at the end"


class RemovalClaim(Enum):
    """What becomes of the removal of a device that a reset has claimed."""

    REFUSED = "it is refused, even if the whole module goes, which does not ask"
    JOINED = "it waits for the reset when it takes the files away"


class BlockStateEnd(Enum):
    """When a line of block_state is the last that is shown."""

    BEYOND = "when it is longer than what is left; the zero behind it needs room as well"
    FITS = "when it leaves no room for the zero behind it"


class IndexAfterRemoval(Enum):
    """Whether hot_remove forgets the number of a device."""

    FORGETS = "whether the device was removed or not"
    FORGETS_IF_REMOVED = "if the device was removed"


@dataclass(frozen=True)
class ZramLifeFeatures:
    """The answers about the life of a zram; the defaults are those of 4.6."""

    set_up: SetUp = SetUp.BEFORE_INIT_LOCK
    reset_frees: ResetFrees = ResetFrees.AFTER_REQUESTS
    reset_check: ResetCheck = ResetCheck.CLAIMS
    """From 4.0 on; before that it only looked."""
    meta_look: MetaLook = MetaLook.UNDER_LOCK
    """From 3.18 on; its release candidates looked before."""
    removal: Removal = Removal.FILES_FIRST
    removal_claim: RemovalClaim = RemovalClaim.REFUSED
    block_state_end: BlockStateEnd = BlockStateEnd.BEYOND
    removal_holds_mutex: bool = False
    """Whether who removes a device holds bd_mutex while files go; no release does from 4.2 on."""
    index_after_removal: IndexAfterRemoval = IndexAfterRemoval.FORGETS
    hot_add_for_root: bool = False
    """Whether only root may read hot_add, which makes a device."""


RESET_ONCE_MORE: Final = change(
    (5, 16),
    "Removing a device resets it once more at the end.",
    commit="5a4b653655d5",
    removal=Removal.RESET_AGAIN,
)

ZRAM_LIFE: Final = (
    change(
        (4, 8),
        "hot_remove keeps the number of a device that it could not remove.",
        index_after_removal=IndexAfterRemoval.FORGETS_IF_REMOVED,
    ),
    change((4, 8), "Only root may read hot_add.", hot_add_for_root=True),
    change(
        (4, 12),
        "A device is built with init_lock held.",
        set_up=SetUp.UNDER_INIT_LOCK,
    ),
    change(
        (4, 12),
        "A reset frees what a device holds, whoever uses it: nobody has it open.",
        reset_frees=ResetFrees.AFTER_INIT_LOCK,
    ),
    change(
        (4, 14),
        "The files of a device go with its disk, after it was reset.",
        removal=Removal.FILES_LAST,
    ),
    change((4, 14), "Anybody may read hot_add.", hot_add_for_root=False),
    change((5, 4), "Only root may read hot_add.", hot_add_for_root=True),
    change(
        (5, 16),
        "A reset frees everything before it drops init_lock.",
        commit="6f1637795f28",
        reset_frees=ResetFrees.UNDER_INIT_LOCK,
    ),
    RESET_ONCE_MORE,
    change(
        (5, 16),
        "Removing a device waits for a reset that is under way.",
        commit="8c54499a59b0",
        removal_claim=RemovalClaim.JOINED,
    ),
    change(
        (5, 16),
        "block_state shows whole lines only.",
        block_state_end=BlockStateEnd.FITS,
    ),
    change(
        (6, 1),
        "Stable releases of 6.1 take everything back, even of a device without a size [6.1.176].",
        reset_frees=ResetFrees.ALWAYS,
    ),
    change(
        (6, 2),
        "A reset of a device without a size takes nothing back.",
        reset_frees=ResetFrees.UNDER_INIT_LOCK,
    ),
    change(
        (6, 12),
        "Stable releases of 6.12 take everything back, even of a device without a size [6.12.117].",
        reset_frees=ResetFrees.ALWAYS,
    ),
    change(
        (6, 13),
        "A reset takes everything back, even of a device without a size.",
        commit="74363ec674cb",
        reset_frees=ResetFrees.ALWAYS,
    ),
)
