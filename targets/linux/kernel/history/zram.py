"""How zram changed: its slots, its reads and writes, its files, its life."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class WritePath(Enum):
    """How zram compresses a page and gets an object for it."""

    ONE_PASS = "one pass, the stream held while the object is allocated"
    TWO_PASSES = "a try that cannot sleep, then a sleeping one and a second look and compression"
    SAME_TESTED_ONCE = "the same, but a page that one word fills is recognised before the passes"
    NO_SLEEP = "one pass, and one try that cannot sleep"
    WHOLE_PAGES_ONCE = "two passes, but a page that is stored as it is is compressed once"
    APART = "two passes, but a page that is stored as it is goes a way of its own, without a stream"
    SLEEPING_STREAM = "one pass; who holds the stream may sleep"


class SlotFreed(Enum):
    """When a write empties the slot that it overwrites."""

    LAST = "when the new contents are put into it"
    FIRST = "before anything else"


class ReadPath(Enum):
    """How zram looks for what it is to read."""

    LOOK_TWICE = "a look for a page of zeros, then one for the object, the slot unlocked between"
    LOOK_ONCE = "one look with the slot locked"


class WholePage(Enum):
    """How a read knows that an object is the page itself."""

    BY_SIZE = "it is as large as a page"
    BY_FLAG = "the slot is marked as huge"


class FreeNotify(Enum):
    """What zram does when swap says that a slot is free while somebody holds its lock."""

    SLEEP = "it takes the lock of the device, sleeping, and then that of the slot"
    """No release; one before 4.6 did, in atomic context."""
    WAIT = "it waits for the lock"
    MISS = "it counts a miss and leaves the slot as it is"


class RequestCheck(Enum):
    """What zram checks of a request before it serves it."""

    REFERENCE = "that no reset is waiting, which it holds up, and that the request is valid"
    RANGE = "that the request is for whole pages within the device"
    NONE = "nothing: the block layer has checked"


class PieceFailed(Enum):
    """What becomes of the pages of a bio after one that failed."""

    STOP = "they are left alone"
    SHIFT = "they are served, each a slot too early"


class Accessed(Enum):
    """When a slot counts as accessed."""

    NEVER = "never"
    ALWAYS = "after each read and write, failed or not"
    ON_SUCCESS = "after each read and write that has succeeded"


class DebugStat(Enum):
    """What the file debug_stat shows after the version of its format."""

    NONE = "there is no such file"
    STALLS = "write stalls"
    STALLS_AND_MISSES = "write stalls and misses"
    MISSES = "misses, as version 2"
    NO_STALLS = "a zero and misses"


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

    write_path: WritePath = WritePath.ONE_PASS
    slot_freed: SlotFreed = SlotFreed.LAST
    movable_objects: bool = False
    debug_stat: DebugStat = DebugStat.NONE
    mm_stat_columns: int = 7
    single_value_files: bool = True
    """Whether each statistic has a file of its own, and limits can be read."""
    block_state_letters: str = ""
    """The marks of a slot that block_state shows; empty where there is no such file."""
    same_pages_stored: bool = False
    """Whether a slot that one word fills counts as a stored page."""
    read_path: ReadPath = ReadPath.LOOK_TWICE
    whole_page: WholePage = WholePage.BY_SIZE
    stream_before_map: bool = False
    """Whether a read takes the stream before it maps the object, where it needs one."""
    request_check: RequestCheck = RequestCheck.REFERENCE
    piece_failed: PieceFailed = PieceFailed.STOP
    rw_page_small_only: bool = False
    """Whether rw_page refuses huge pages."""
    accessed: Accessed = Accessed.NEVER
    write_zeroes: bool = False
    free_notify: FreeNotify = FreeNotify.WAIT
    slot_lock: SlotLock = SlotLock.BIT_SPINLOCK
    huge_from: HugeFrom = HugeFrom.THREE_QUARTERS
    requests_hold_init_lock: bool = False
    """Whether a request keeps a reset away by init_lock, as it did before 4.0."""
    counted_locked: bool = False
    """Whether a write counts what it stored before it unlocks the slot; no release does."""
    first_object_freed: bool = False
    """Whether a second pass that needs no object frees that of the first; no release does."""
    longer_pass_checked: bool = False
    """Whether a second pass looks if its result fits the object of the first; no release does."""


ZRAM: Final = (
    change(
        (4, 7),
        "zram asks for an object without sleeping first; when it has slept, it compresses again.",
        commit="da9556a2367c",
        write_path=WritePath.TWO_PASSES,
    ),
    change(
        (4, 7), "zram counts its second compressions in debug_stat.", debug_stat=DebugStat.STALLS
    ),
    change((4, 8), "zram lets zsmalloc use movable pages.", movable_objects=True),
    change(
        (4, 12),
        "Requests hold no reference: openers are what a reset waits for.",
        request_check=RequestCheck.RANGE,
    ),
    change((4, 12), "Files of one statistic each are gone.", single_value_files=False),
    change((4, 12), "zram can write zeroes, by emptying slots.", write_zeroes=True),
    change(
        (4, 12),
        "zram looks for any word that fills a page, and not only for zeros; it looks once.",
        write_path=WritePath.SAME_TESTED_ONCE,
    ),
    change((4, 14), "A page that one word fills counts as stored.", same_pages_stored=True),
    change(
        (4, 14),
        "Huge pages are swapped out whole: rw_page refuses them, and they go in a bio.",
        rw_page_small_only=True,
    ),
    change(
        (4, 14),
        "A read looks at a slot once, and does all with it locked.",
        read_path=ReadPath.LOOK_ONCE,
    ),
    change(
        (4, 20),
        "zram asks zsmalloc from which length on compressing a page saves nothing.",
        huge_from=HugeFrom.HUGE_CLASS,
    ),
    change((4, 20), "zram notes when each slot was accessed last.", accessed=Accessed.ALWAYS),
    change(
        (5, 0),
        "zram does not wait for a slot that swap says is free: it counts the miss.",
        free_notify=FreeNotify.MISS,
    ),
    change((4, 20), "mm_stat shows how many pages are stored as they are.", mm_stat_columns=8),
    change((4, 20), "block_state shows the slots.", block_state_letters="swh"),
    change((5, 0), "block_state shows which slots are idle.", block_state_letters="swhi"),
    change(
        (5, 0),
        "debug_stat shows how many slots swap could not free.",
        debug_stat=DebugStat.STALLS_AND_MISSES,
    ),
    change(
        (5, 8),
        "A page that fails does not end its bio, but the next ones go to the wrong slots.",
        piece_failed=PieceFailed.SHIFT,
    ),
    change((5, 10), "A read takes a stream before it maps the object.", stream_before_map=True),
    change(
        (5, 15), "mm_stat shows how many pages were ever stored as they are.", mm_stat_columns=9
    ),
    change(
        (5, 19),
        "zram compresses once, and fails when it finds no object without sleeping.",
        commit="e7be8d1dd983",
        write_path=WritePath.NO_SLEEP,
        debug_stat=DebugStat.MISSES,
    ),
    change(
        (6, 0),
        "zram compresses again after sleeping, as before 5.19, except what it stores as it is.",
        commit="37887783b3fe",
        write_path=WritePath.WHOLE_PAGES_ONCE,
        debug_stat=DebugStat.STALLS_AND_MISSES,
    ),
    change(
        (6, 2),
        "block_state shows what was recompressed, and what cannot be compressed.",
        block_state_letters="swhirn",
    ),
    change(
        (6, 4),
        "A page that fails ends its bio, and does not count as accessed.",
        piece_failed=PieceFailed.STOP,
        accessed=Accessed.ON_SUCCESS,
    ),
    change(
        (6, 4),
        "zram leaves it to the block layer to check requests.",
        request_check=RequestCheck.NONE,
    ),
    change((6, 12), "The lock of a slot became a spinlock.", slot_lock=SlotLock.SPINLOCK),
    change(
        (6, 14),
        "zram stores a page as it is without holding a stream.",
        write_path=WritePath.APART,
    ),
    change(
        (6, 14),
        "A read knows by a mark, and not by the size, that a page is stored as it is.",
        whole_page=WholePage.BY_FLAG,
    ),
    change(
        (6, 14),
        "A write empties the slot before it compresses.",
        commit="71268035f5d7",
        slot_freed=SlotFreed.FIRST,
    ),
    change((6, 15), "debug_stat counts no write stalls.", debug_stat=DebugStat.NO_STALLS),
    change((6, 15), "Who holds the lock of a slot may sleep.", slot_lock=SlotLock.SLEEPING),
    change(
        (6, 15),
        "zram compresses once: who holds a stream may sleep.",
        write_path=WritePath.SLEEPING_STREAM,
    ),
    change(
        (6, 17),
        "A write empties the slot when it fills it, so that a failed one changes nothing.",
        commit="ce4be9e4307c",
        slot_freed=SlotFreed.LAST,
    ),
)
