"""struct bio: one request for I/O on consecutive sectors of a device, from or to pieces of pages.

A bio is completed once, when it and everything chained to it is done [4.9 block/bio.c].
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

from fuzz.sanitize.memory.objects import Mortal, free_thing
from fuzz.values.point import Access, Point
from fuzz.world.cell import Cell, CellClass
from targets.linux.machine.page import PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.world.world import World
    from targets.linux.machine.io_counters import IoCounters
    from targets.linux.machine.page import Page

CHAIN: Final = "chained bio"
CHAIN_ADD: Final = Point(
    "bio.chain", "bio_inc_remaining: one more must be done", Access.WRITE, CHAIN
)
CHAIN_DONE: Final = Point("bio.done", "bio_endio: one of a chain is done", Access.WRITE, CHAIN)
REMAINING: Final = CellClass("bio remaining", "it is an atomic, which orders")


class Op(Enum):
    """What a bio asks for."""

    READ = "read"
    WRITE = "write"
    DISCARD = "discard"
    WRITE_ZEROES = "write-zeroes"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a page that a bio reads into or writes from (struct bio_vec)."""

    page: Page
    offset: int = 0
    length: int = PAGE_SIZE
    """In bytes, a multiple of a sector; it ends where its page does, at the latest."""


@dataclass(slots=True)
class Bio(Mortal):
    """A request; `error` is set before `end_io` is called, once, by whoever completes it."""

    op: Op
    sector: int
    """Where the request starts, in units of 512 bytes."""
    size: int
    """How many bytes it covers."""
    page: Page | None
    """The first page to read into or write from; None for a discard."""
    end_io: Callable[[Bio], None]
    error: str = ""
    """The errno name of a failed request, empty for success."""
    segments: tuple[Segment, ...] = ()
    """What the request reads into or writes from, in the order of its sectors."""
    counters: IoCounters | None = field(default=None, init=False, repr=False, compare=False)
    """Where its completion is counted, once it was submitted."""
    remaining: int = field(default=1, init=False)
    """How many completions are still to come (__bi_remaining): its own, and the chained ones."""
    chain: Cell | None = field(default=None, init=False, repr=False, compare=False)
    """That number as tasks share it, once something was chained (BIO_CHAIN)."""

    def __post_init__(self) -> None:
        """Give a request that was told only of a page its only segment."""
        moves = self.op in (Op.READ, Op.WRITE)
        if moves and self.page is not None and not self.segments:
            self.segments = (Segment(self.page, 0, self.size),)


def bio_of(
    op: Op, sector: int, segments: tuple[Segment, ...], end_io: Callable[[Bio], None]
) -> Bio:
    """Make a request of several segments (bio_add_page)."""
    size = sum(segment.length for segment in segments)
    return Bio(op, sector, size, segments[0].page, end_io, segments=segments)


def bio_endio(bio: Bio, error: str = "") -> None:
    """Complete a bio, unless something that is chained to it is still to be done."""
    if error:
        bio.error = error
    if bio.remaining > 1:
        _world_of(bio).reach(CHAIN_DONE, bio.sector)
    if bio.chain is not None:
        bio.chain.update()
    bio.remaining -= 1
    assert bio.remaining >= 0, "a bio is completed once"
    if bio.remaining:
        return
    if bio.counters is not None:
        bio.counters.bios_completed += 1
    bio.end_io(bio)


def bio_inc_remaining(bio: Bio) -> None:
    """Let a bio wait for one more completion; there is one that has not come."""
    assert bio.remaining, "a bio is chained to before it is completed"
    world = _world_of(bio)
    world.reach(CHAIN_ADD, bio.sector)
    bio.chain = bio.chain or Cell(world, REMAINING, bio.sector)
    bio.chain.update()
    bio.remaining += 1


def bio_chain(bio: Bio, parent: Bio) -> None:
    """Let `parent` wait for `bio`, and take over its error unless it has one."""

    def bio_chain_endio(done: Bio) -> None:
        bio_endio(parent, "" if parent.error else done.error)
        bio_put(done)

    bio.end_io = bio_chain_endio
    bio_inc_remaining(parent)


def bio_put(bio: Bio) -> None:
    """Free a bio that was completed; whoever waits for one frees it with his stack."""
    free_thing(bio)


def bio_unused(bio: Bio) -> None:
    """Do nothing at the end of a bio: who allocates one says later what its end means."""
    del bio


def bio_page(bio: Bio) -> Page:
    """Return the page of a bio that reads or writes a single one."""
    (segment,) = bio.segments
    return segment.page


def _world_of(bio: Bio) -> World:
    """Return the world of a bio; what is chained reads or writes."""
    return bio.segments[0].page.world
