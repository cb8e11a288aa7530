"""struct page: what the kernel knows of one page of memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from fuzz.sanitize.memory.objects import Mortal
from fuzz.values.point import Access, Point
from fuzz.world.cell import learn, publish
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import BitLock
from fuzz.world.sync.wait_queue import WaitQueue

if TYPE_CHECKING:
    from fuzz.sanitize.memory.written import Written
    from fuzz.sanitize.references import References
    from fuzz.world.world import World

PAGE_SIZE: Final = 4096
SECTOR_SIZE: Final = 512
SECTORS_PER_PAGE: Final = PAGE_SIZE // SECTOR_SIZE

NOT_ANON: Final = -1
"""The index of a page that no page table of a process has led to yet."""

PAGE_BYTES_READ: Final = Point(
    "page.read", "look at the bytes of a page", Access.READ, "page bytes"
)
PAGE_BYTES_WRITE: Final = Point(
    "page.write", "change the bytes of a page", Access.WRITE, "page bytes"
)
PAGE_LOCK: Final = LockClass("page", "a page (PG_locked)")
PAGE_WRITEBACK: Final = Point(
    "page.writeback.set",
    "set_page_writeback: I/O on the page begins",
    Access.WRITE,
    "page writeback",
)
PAGE_WRITEBACK_END: Final = Point(
    "page.writeback.end", "end_page_writeback: I/O on the page ends", Access.WRITE, "page writeback"
)
PAGE_WRITEBACK_TEST: Final = Point(
    "page.writeback.test", "PageWriteback: is the page under I/O?", Access.READ, "page writeback"
)
PAGE_WRITEBACK_WAIT: Final = Point(
    "page.writeback.wait", "wait_on_page_writeback", Access.WAIT, "page writeback"
)


@dataclass(slots=True)
class Origin:
    """Where the contents of a page come from: kept for judges, no part of the kernel."""

    filled_by: str = ""
    """The function that had the page filled: of a copy, the original."""
    filled_at: int = 0
    """How many points of the run had passed when its bytes last changed."""
    mapped_by: str = ""
    """The function that mapped the page when it came from swap."""
    let_go_by: str = ""
    """The function that last let a process write to the page while a device looked at it."""


class Page(Mortal):
    """One page frame: its bytes, its flags, its counts.

    The struct itself is never freed: anybody may look at its count, to see that it is none.
    """

    __slots__ = (
        "anon_exclusive",
        "bytes",
        "direct",
        "dirty",
        "error",
        "filled",
        "index",
        "ksm",
        "lock",
        "mapcount",
        "origin",
        "pfn",
        "pins",
        "private",
        "reclaim",
        "refcount",
        "references",
        "swapcache",
        "trans_huge",
        "uptodate",
        "world",
        "writeback",
        "writeback_queue",
    )

    fields_of_the_pointer = frozenset({"pfn", "refcount", "references", "world"})

    def __init__(self, world: World, pfn: int, references: References | None = None) -> None:
        """Make the page frame `pfn`, with one reference, mapped nowhere."""
        self.world = world
        self.pfn = pfn
        self.bytes = bytearray(PAGE_SIZE)
        """What it holds; zeros where nobody has written, on which nobody may rely."""
        self.filled: Written | None = None
        """What somebody has written: no part of the kernel; None when that is all of it."""
        self.origin = Origin()
        """Where its contents come from: no part of the kernel."""
        self.references = references
        """Who has taken the references: no part of the kernel."""
        self.lock = BitLock(world, PAGE_LOCK, pfn)
        self.writeback_queue = WaitQueue(world)
        self.refcount = 1
        self.mapcount = 0
        self.pins = 0
        """References of devices that write to the page (GUP_PIN_COUNTING_BIAS)."""
        self.trans_huge = False
        """PageTransHuge: the first page of a huge one, about which only a driver is asked."""
        self.private = 0
        """The swap entry of a page in the swap cache (page_private)."""
        self.index = NOT_ANON
        """Where the page was first mapped, once it is anonymous memory."""
        self.anon_exclusive = False
        """PG_anon_exclusive: only one page table entry leads here, and nothing else does [5.19]."""
        self.ksm = False
        """PageKsm: the page stands for several that were equal; nobody may write to it."""
        self.direct = False
        """Whether a user sends the page himself, and may change it meanwhile (O_DIRECT)."""
        self.dirty = False
        self.error = False
        self.reclaim = False
        self.swapcache = False
        self.uptodate = False
        self.writeback = False


def page_ref_inc(page: Page) -> None:
    """Count a reference to a page that somebody else has one to."""
    if page.references is not None:
        page.references.taken(page.pfn, page.refcount)
    page.refcount += 1


def page_ref_dec(page: Page) -> bool:
    """Count a reference less; True if it was the last one (page_ref_dec_and_test)."""
    if page.references is not None:
        page.references.dropped(page.pfn, page.refcount)
    page.refcount -= 1
    return not page.refcount


def fill_page(page: Page, data: bytes | bytearray, start: int = 0) -> None:
    """Change bytes of a page from `start` on; who does so has announced it."""
    end = start + len(data)
    page.bytes[start:end] = data
    page.origin.filled_at = len(page.world.trace)
    if page.filled is not None:
        page.filled.add(start, end)
        if page.filled.ranges == [(0, PAGE_SIZE)]:
            page.filled = None


def copy_page(new: Page, old: Page) -> None:
    """Copy a page, with what nobody has ever written of it."""
    new.bytes[:] = old.bytes
    new.origin = replace(old.origin)
    new.filled = None if old.filled is None else old.filled.copy()


def set_page_writeback(page: Page) -> None:
    """Begin I/O: until `end_page_writeback`, a device looks at the page."""
    page.world.reach(PAGE_WRITEBACK, page.pfn)
    assert not page.writeback, "a page is under one write at a time"
    page.writeback = True


def end_page_writeback(page: Page) -> None:
    """End I/O and wake who waits for that; allowed in interrupt context.

    Whoever sees that it has ended comes after all that was done for it.
    """
    page.world.reach(PAGE_WRITEBACK_END, page.pfn)
    publish(page.world, page)
    page.reclaim = False
    page.writeback = False
    page.writeback_queue.wake_all()


def page_under_writeback(page: Page) -> bool:
    """Test PG_writeback, announced as a read."""
    page.world.reach(PAGE_WRITEBACK_TEST, page.pfn)
    if not page.writeback:
        learn(page.world, page)
    return page.writeback


def wait_on_page_writeback(page: Page) -> None:
    """Sleep until no I/O is under way on the page."""
    page.world.might_sleep()
    page.writeback_queue.wait_until(lambda: not page.writeback, PAGE_WRITEBACK_WAIT, page.pfn)
    learn(page.world, page)
