"""How zram's backing device changed: who it is, its blocks, how they are read and written."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class BackingName(Enum):
    """How much of what is written is the path of the backing device."""

    SHORT = "all but the last character, which is expected to be a newline"
    WHOLE = "all of it, but for a newline at its end"


class ClaimRefused(Enum):
    """What backing_dev_store does with a device that it could not open for itself alone."""

    PUT = "puts it like one that it had got"
    LEFT = "leaves it alone"


class BackingShow(Enum):
    """When backing_dev_show looks which device there is."""

    BEFORE_LOCK = "before it takes init_lock, and once more for whether there is one"
    UNDER_LOCK = "with init_lock held"


class BackingSize(Enum):
    """Which sizes of a backing device are accepted."""

    ANY = "any, even none"
    SOME = "at least a page"


class BackingHolder(Enum):
    """In whose name a backing device is opened for one alone."""

    ZRAM = "the zram's, which may open it once more"
    FILE = "that of the file that this store has opened"


class BackingKept(Enum):
    """When a reset leaves the backing device attached."""

    WITHOUT_SIZE = "when the device has no size: there is nothing else to reset"
    NEVER = "never"


class Blocks(Enum):
    """How a free block of the backing device is found."""

    LOCKED = "the first free one after block 0, under a spinlock"
    ATOMIC = "the first free one after block 0, taken with an atomic bit operation"
    FROM_ZERO = "the first free one; only one task ever looks"


class BlockLook(Enum):
    """How a read finds the block of a slot that was written back."""

    APART = "in a look of its own, before the one for the object; the block once unlocked"
    TOGETHER = "in the one look that it takes, but the block once the slot is unlocked"
    LOCKED = "in the one look that it takes"


class BlockRead(Enum):
    """Who can read a block of the backing device."""

    ANYBODY = "a bio, which waits for it, or rw_page, whose page is ended when it comes"
    BIO_OR_ELSE = "a bio; rw_page is refused, so that it is tried again with one"
    BIO = "a bio"


class PartRead(Enum):
    """How a block is read of which only a part is asked for, into a page of zram's own."""

    LOST = "a worker reads it to wherever its stack says, and a write of a part is given up"
    CHAINED = "a worker submits it, and nobody waits for it; a write of a part is given up"
    WRITE_CHAINED = "a worker waits for it, but a write of a part goes on before it is there"
    WAITED_FOR = "a worker waits for it"


class BdevBio(Enum):
    """With which mask a bio for the backing device is allocated."""

    ATOMIC = "GFP_ATOMIC, which may fail"
    NOIO = "GFP_NOIO, which waits until there is one"


@dataclass(frozen=True)
class BackingFeatures:
    """The answers of zram's backing device; the defaults are those of 4.6."""

    backing_device: bool = False
    backing_name: BackingName = BackingName.SHORT
    claim_refused: ClaimRefused = ClaimRefused.PUT
    backing_show: BackingShow = BackingShow.BEFORE_LOCK
    backing_size: BackingSize = BackingSize.ANY
    backing_holder: BackingHolder = BackingHolder.ZRAM
    backing_kept: BackingKept = BackingKept.WITHOUT_SIZE
    blocks: Blocks = Blocks.LOCKED
    inline_writeback: bool = False
    """Whether a write sends a page that does not compress to the backing device at once."""
    block_look: BlockLook = BlockLook.APART
    block_read: BlockRead = BlockRead.ANYBODY
    bdev_bio: BdevBio = BdevBio.ATOMIC
    part_read: PartRead = PartRead.LOST


BACKING: Final = (
    change(
        (4, 14),
        "A zram may have a backing device.",
        commit="013bf95a83ec",
        backing_device=True,
    ),
    change(
        (4, 14),
        "A write sends a page that does not compress to the backing device.",
        inline_writeback=True,
    ),
    change(
        (4, 18),
        "A path that is written to backing_dev without a newline is not cut short.",
        commit="c8bd134a4bdd",
        backing_name=BackingName.WHOLE,
    ),
    change(
        (5, 0),
        "backing_dev_store no longer puts a device that it could not get.",
        commit="5547932dc67a",
        claim_refused=ClaimRefused.LEFT,
    ),
    change(
        (5, 0),
        "Blocks of the backing device are taken and freed without a lock.",
        commit="3c9959e02547",
        blocks=Blocks.ATOMIC,
    ),
    change(
        (5, 0),
        "Pages go to the backing device only when somebody asks for that.",
        commit="a939888ec38b",
        inline_writeback=False,
    ),
    change(
        (5, 0),
        "A read looks once whether its slot was written back and what else is in it.",
        block_look=BlockLook.TOGETHER,
    ),
    change(
        (5, 1),
        "A worker that reads a block for a part of it knows where to.",
        part_read=PartRead.CHAINED,
    ),
    change(
        (6, 4),
        "A worker that reads a block for a part of it waits until it is there, unless for a write.",
        part_read=PartRead.WRITE_CHAINED,
    ),
    change(
        (5, 4),
        "backing_dev_show looks at the backing device under init_lock.",
        commit="f7daefe4231e",
        backing_show=BackingShow.UNDER_LOCK,
    ),
    change(
        (5, 17),
        "A bio for the backing device is waited for.",
        bdev_bio=BdevBio.NOIO,
    ),
    change(
        (6, 0),
        "rw_page refuses what was written back, so that swap asks again with a bio.",
        block_read=BlockRead.BIO_OR_ELSE,
    ),
    change((6, 3), "Without rw_page, only bios are left.", block_read=BlockRead.BIO),
    change(
        (6, 12),
        "A backing device is opened once, with O_EXCL: not even its own zram may have it again.",
        backing_holder=BackingHolder.FILE,
    ),
    change(
        (6, 13),
        "A backing device without a size is refused, which a zram without one is too.",
        commit="be48c412f6eb",
        backing_size=BackingSize.SOME,
    ),
    change(
        (6, 1),
        "Stable releases of 6.1 let a reset detach it even from a zram without a size [6.1.176].",
        backing_kept=BackingKept.NEVER,
    ),
    change(
        (6, 2),
        "A reset leaves the backing device of a zram without a size attached.",
        backing_kept=BackingKept.WITHOUT_SIZE,
    ),
    change(
        (6, 12),
        "Stable releases of 6.12 let a reset detach it even from a zram without a size [6.12.117].",
        backing_kept=BackingKept.NEVER,
    ),
    change(
        (6, 13),
        "A reset detaches the backing device of a zram without a size too.",
        commit="74363ec674cb",
        backing_kept=BackingKept.NEVER,
    ),
    change(
        (6, 19),
        "Block 0 of the backing device is used like the others.",
        blocks=Blocks.FROM_ZERO,
    ),
    change(
        (6, 19),
        "A read learns the block of a slot before it unlocks it.",
        block_look=BlockLook.LOCKED,
    ),
)
