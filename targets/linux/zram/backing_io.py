"""Reading and writing blocks of the backing device [4.14, 5.0, 6.1 and 6.19 zram_drv.c]."""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from fuzz.world.sync.completion import Completion
from fuzz.world.sync.lock_class import LockClass
from targets.linux.block.bio import Bio, Op, Segment, bio_chain, bio_page, bio_put, bio_unused
from targets.linux.block.disk import page_endio, submit_bio, submit_bio_wait
from targets.linux.block.requests import bio_alloc
from targets.linux.kernel.history.backing import BdevBio, BlockLook, BlockRead, PartRead
from targets.linux.machine.errno import EIO, ENOMEM, ENOSPC, EOPNOTSUPP, Refusal
from targets.linux.machine.gfp import GFP_ATOMIC, GFP_NOIO
from targets.linux.machine.oops import paging_request
from targets.linux.machine.page import PAGE_SIZE, SECTORS_PER_PAGE
from targets.linux.zram.backing_blocks import alloc_block_bdev
from targets.linux.zram.promises import WILD_POINTER, WILD_TRANSFER

if TYPE_CHECKING:
    from collections.abc import Callable

    from targets.linux.block.disk import Disk
    from targets.linux.machine.page import Page
    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot

SLOT_BLOCK: Final = Point(
    "zram.slot.block", "look at the block of a slot that is not locked", Access.READ, "zram.slot"
)
READ_WORK: Final = LockClass("zram.sync_read", "a read that a worker does")


class Done(Enum):
    """How far a read or a write of one page is when its function returns."""

    NOW = "it is over"
    LATER = "it was submitted, and is over when the backing device says so"


class Part(Enum):
    """What a page that is read is for, if only a part of it was asked for: it is zram's own."""

    NONE = "it is the user's, and all of it was asked for"
    READ = "a part of it is read"
    WRITE = "a part of it is written over, and all of it written back"


def written_back_apart(zram: Zram, slot: Slot) -> bool:
    """Whether a slot was written back, where that takes a look of its own [4.14]."""
    match zram.machine.kernel.features.block_look:
        case BlockLook.APART:
            if zram.backing.dev is None:
                return False
            with slot.lock:
                return slot.wb
        case BlockLook.TOGETHER | BlockLook.LOCKED:
            return False


def written_back(zram: Zram, slot: Slot) -> bool:
    """Whether a slot, whose lock is held, was written back."""
    apart = zram.machine.kernel.features.block_look is BlockLook.APART
    if apart and slot.wb:
        paging_request(
            zram.machine.world,
            WILD_POINTER,
            "the slot was written back after it was looked at: "
            "the number of its block is taken for a handle",
        )
    return slot.wb


def block_to_read(zram: Zram, index: int, seen: int | None) -> int:
    """Return the block of a slot, whose lock is not held any more; `seen` is what it was.

    Up to 6.18 only now it is read off the slot, which may have become anything else.
    """
    match zram.machine.kernel.features.block_look:
        case BlockLook.LOCKED if seen is not None:
            return seen
        case BlockLook.APART | BlockLook.TOGETHER | BlockLook.LOCKED:
            zram.machine.world.reach(SLOT_BLOCK, index)
            slot = zram.meta.slot(index)
            return slot.block if slot.wb else slot.element if slot.same else slot.handle


def read_from_bdev(zram: Zram, page: Page, block: int, parent: Bio | None, part: Part) -> Done:
    """Have a block read into a page; EIO, ENOMEM, or EOPNOTSUPP without a bio that can wait.

    Without `parent`, as rw_page comes, the page is ended when it has arrived.
    """
    if part is not Part.NONE:
        assert parent is not None, "rw_page knows whole pages only"
        zram.stats.bd_reads += 1
        return read_for_a_part(zram, page, block, parent, part)
    match zram.machine.kernel.features.block_read:
        case BlockRead.BIO_OR_ELSE if parent is None:
            raise Refusal(EOPNOTSUPP)
        case BlockRead.BIO if parent is None:
            zram.stats.bd_reads += 1
            raise Refusal(EIO)
        case BlockRead.ANYBODY | BlockRead.BIO_OR_ELSE | BlockRead.BIO:
            zram.stats.bd_reads += 1
    bio = _new_bio(zram, Op.READ, page)
    _tell(zram, f"reads backing block {block}")
    _submit(zram, bio, block, parent)
    return Done.LATER


def read_for_a_part(zram: Zram, page: Page, block: int, parent: Bio, part: Part) -> Done:
    """Have a block read into a page of zram's own, which goes when its user is done with it."""
    match zram.machine.kernel.features.part_read:
        case PartRead.LOST:
            _in_worker(zram, partial(zram_sync_read, zram, None))
            return Done.LATER
        case PartRead.CHAINED:
            _in_worker(zram, partial(_read_async, zram, page, block, parent))
            return Done.LATER
        case PartRead.WRITE_CHAINED if part is Part.WRITE:
            _read_async(zram, page, block, parent)
        case PartRead.WRITE_CHAINED | PartRead.WAITED_FOR:
            bio = Bio(Op.READ, block * SECTORS_PER_PAGE, PAGE_SIZE, page, bio_unused)
            _in_worker(zram, partial(zram_sync_read, zram, bio))
            if bio.error:
                raise Refusal(bio.error)
    return Done.NOW


def zram_sync_read(zram: Zram, bio: Bio | None) -> None:
    """Read and wait, in a worker: who serves a request cannot wait for another one.

    Without `bio` it is the worker's own, whose bio_vec holds what was on the stack.
    """
    if bio is None:
        why = "the bio_vec that it reads into was never filled in"
        paging_request(zram.machine.world, WILD_TRANSFER, why)
    submit_bio_wait(backing_disk(zram), bio)


def _read_async(zram: Zram, page: Page, block: int, parent: Bio) -> None:
    """Let `parent` end after a block was read (read_from_bdev_async)."""
    _submit(zram, _new_bio(zram, Op.READ, page), block, parent)


def _in_worker(zram: Zram, work: Callable[[], None]) -> None:
    """Have a worker do something, and sleep until it has (flush_work)."""
    world = zram.machine.world
    done = Completion(world, READ_WORK, zram.number)

    def run() -> None:
        work()
        done.complete()

    world.spawn("kworker", run)
    done.wait()


def write_to_bdev(zram: Zram, page: Page, parent: Bio | None) -> int:
    """Have a page written to a free block, and return that at once; ENOMEM, ENOSPC [4.14].

    Nobody but `parent` learns of an error; without it the page is ended as if it were written.
    """
    bio = _new_bio(zram, Op.WRITE, page)
    block = alloc_block_bdev(zram)
    if block is None:
        raise Refusal(ENOSPC)
    _tell(zram, f"writes backing block {block}")
    _submit(zram, bio, block, parent)
    return block


def write_block_and_wait(zram: Zram, page: Page, block: int) -> str:
    """Write a page to a block and sleep until it is there; return the error, or none."""
    zram.machine.world.might_sleep()
    _tell(zram, f"writes backing block {block}")
    bio = Bio(Op.WRITE, block * SECTORS_PER_PAGE, PAGE_SIZE, page, bio_unused)
    submit_bio_wait(backing_disk(zram), bio)
    return bio.error


def _new_bio(zram: Zram, op: Op, page: Page) -> Bio:
    """Allocate a bio for a block that is yet to be named, or refuse with ENOMEM."""
    match zram.machine.kernel.features.bdev_bio:
        case BdevBio.ATOMIC:
            gfp = GFP_ATOMIC
        case BdevBio.NOIO:
            gfp = GFP_NOIO
    bio = bio_alloc(backing_disk(zram), op, 0, (Segment(page),), gfp)
    if bio is None:
        raise Refusal(ENOMEM)
    return bio


def _submit(zram: Zram, bio: Bio, block: int, parent: Bio | None) -> None:
    """Submit a bio for a block; its end is that of its page, or lets `parent` end."""
    bio.sector = block * SECTORS_PER_PAGE
    if parent is None:
        bio.end_io = zram_page_end_io
    else:
        bio_chain(bio, parent)
    submit_bio(backing_disk(zram), bio)


def zram_page_end_io(bio: Bio) -> None:
    """End a page that came without a bio of its own."""
    page_endio(bio_page(bio), write=bio.op is Op.WRITE, error=bio.error)
    bio_put(bio)


def backing_disk(zram: Zram) -> Disk:
    """Return the backing device, which there is."""
    disk = zram.backing.dev
    assert disk is not None, "only a device with a backing device has slots that need it"
    return disk


def _tell(zram: Zram, text: str) -> None:
    if zram.machine.world.watched:
        zram.machine.world.tell(text)
