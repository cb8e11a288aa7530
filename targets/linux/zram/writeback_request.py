"""What is written to `writeback`: which slots to write back [5.0, 5.15 and 6.17 zram_drv.c]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from targets.linux.kernel.history.writeback import IndexCheck, WritebackText
from targets.linux.machine.errno import EINVAL, ERANGE, Refusal
from targets.linux.zram.numbers import U64_MASK, kstrtou_decimal
from targets.linux.zram.scanning import nr_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from targets.linux.kernel.kernel import Kernel
    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot

PAGE_WB_SIG: Final = "page_index="


@dataclass(frozen=True, slots=True)
class Mode:
    """What a slot must be to be written back; no demand is made of one that is named."""

    idle: bool = False
    huge: bool = False
    incompressible: bool = False

    def fits(self, slot: Slot) -> bool:
        """Whether a slot, whose lock is held, is all that is demanded."""
        return (
            (slot.idle or not self.idle)
            and (slot.huge or not self.huge)
            and (slot.incompressible or not self.incompressible)
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """Slots to look at, and what they must be."""

    mode: Mode
    indexes: range


PAGE: Final = Mode()
MODES: Final = (
    ("idle", Mode(idle=True)),
    ("huge", Mode(huge=True)),
    ("huge_idle", Mode(idle=True, huge=True)),
    ("incompressible", Mode(incompressible=True)),
)


def legacy_request(zram: Zram, text: str, pages: int) -> Selection:
    """Read a mode or `page_index=N`; EINVAL for what this kernel does not know, or no page."""
    match zram.machine.kernel.features.writeback_text:
        case WritebackText.MODE:
            return Selection(_mode(zram, text.removesuffix("\n")), range(pages))
        case WritebackText.MODE_OR_INDEX | WritebackText.PAIRS:
            if not text.startswith(PAGE_WB_SIG):
                return Selection(_mode(zram, text.removesuffix("\n")), range(pages))
            index = _index(text.removeprefix(PAGE_WB_SIG))
            if index >= pages and _is_checked_as_read(zram.machine.kernel):
                raise Refusal(EINVAL)
            return Selection(PAGE, range(index, index + 1))


def _index(text: str) -> int:
    """Read an index as kstrtol does, into a variable without a sign."""
    try:
        index = kstrtou_decimal(text.removeprefix("-"), bits=63)
    except Refusal:
        raise Refusal(EINVAL) from None
    return -index & U64_MASK if text.startswith("-") else index


def _is_checked_as_read(kernel: Kernel) -> bool:
    match kernel.features.index_check:
        case IndexCheck.AS_READ:
            return True
        case IndexCheck.AT_LAST:
            return False


def settled(zram: Zram, selection: Selection, pages: int) -> Selection:
    """Fit a selection to the size of the device, on a kernel that looks at that last; EINVAL."""
    if _is_checked_as_read(zram.machine.kernel):
        return selection
    if selection.mode is not PAGE:
        return Selection(selection.mode, range(pages))
    if selection.indexes.stop > pages:
        raise Refusal(EINVAL)
    return selection


def request(zram: Zram, text: str) -> Callable[[], Iterator[Selection]]:
    """Read a text that selects slots, before init_lock is taken; call the result with it held.

    A text of pairs of a key and a value is read only then [6.16].
    """
    pages = nr_pages(zram)
    if zram.machine.kernel.features.writeback_text is WritebackText.PAIRS:
        return lambda: requests(zram, text, _pages_under_lock(zram, pages))
    selection = legacy_request(zram, text, pages)
    return lambda: iter((settled(zram, selection, _pages_under_lock(zram, pages)),))


def _pages_under_lock(zram: Zram, pages: int) -> int:
    """Return the size, which was `pages` before init_lock was taken, as the kernel believes it."""
    return pages if _is_checked_as_read(zram.machine.kernel) else nr_pages(zram)


def requests(zram: Zram, text: str, pages: int) -> Iterator[Selection]:
    """Read `type=MODE`, `page_index=N`, `page_indexes=N-N` one after another [6.16].

    What comes before an error is yielded before it is raised: EINVAL, or ERANGE for no such page.
    A mode, of which the bare word will do, is the last that is read; it keeps to the pages that
    were named before it. Unknown keys are passed over.
    """
    indexes = range(pages)
    for token in text.split():
        key, _, value = token.partition("=")
        if not value:
            yield Selection(_mode(zram, key), indexes)
            return
        match key:
            case "type":
                yield Selection(_mode(zram, value), indexes)
                return
            case "page_index":
                low = _page(value, pages)
                indexes = range(low, low + 1)
            case "page_indexes":
                indexes = _pages(value, pages)
            case _:
                continue
        yield Selection(PAGE, indexes)


def _mode(zram: Zram, word: str) -> Mode:
    for known, mode in MODES:
        if word == known and word in zram.machine.kernel.features.writeback_modes:
            return mode
    raise Refusal(EINVAL)


def _page(text: str, pages: int) -> int:
    index = kstrtou_decimal(text, bits=64)
    if index >= pages:
        raise Refusal(ERANGE)
    return index


def _pages(text: str, pages: int) -> range:
    """Read `N-N`, both included."""
    low_text, dash, high_text = text.partition("-")
    if not dash:
        raise Refusal(EINVAL)
    low, high = _page(low_text, pages), _page(high_text, pages)
    if low > high:
        raise Refusal(ERANGE)
    return range(low, high + 1)
