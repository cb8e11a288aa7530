"""How zram's writeback changed: of which pages, in what order, within which budget."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class Writeback(Enum):
    """How pages are written back when somebody asks for it."""

    NONE = "not at all"
    LOOP = "one after another, in one loop over all slots"
    SELECTED = "one after another, of slots that were selected before"
    BATCHED = "several at a time, of slots that were selected before"


class WritebackAnswer(Enum):
    """What the one who asks for writeback is told."""

    LENGTH = "that all went well, whatever happened"
    LAST_BIO = "what became of the last page: an error, or that nothing was written to the file"
    LAST_ERROR = "the last error, if there was one"


class WritebackPage(Enum):
    """When the memory comes through which pages are written back, one at a time."""

    BEFORE_SELECTION = "before that of the selection, without which it is lost"
    AFTER_SELECTION = "once the slots are selected"


class BatchCompletion(Enum):
    """When a selected slot whose page is on the backing device stops being selected."""

    RELEASED_LAST = "once the slot has its block: it is still selected if nobody used it"
    RELEASED_FIRST = "before it is asked whether it still is, which nobody is then; its block stays"


class WritebackText(Enum):
    """How one says what to write back."""

    MODE = "a mode"
    MODE_OR_INDEX = "a mode, or page_index=N"
    PAIRS = "type=MODE, page_index=N, page_indexes=N-N, several of them; a mode alone will do"


class IdleMarking(Enum):
    """Which slots `idle` marks."""

    NEVER = "none: there is no such file"
    ALL = "those that hold a page and are not under writeback"
    BY_AGE = "the same, or of them those that were not used for so many seconds"
    BY_AGE_OR_NOT = "those that can be written back; others of them lose the mark by their age"


class LimitLock(Enum):
    """What guards the budget of writeback."""

    SPINLOCK = "a spinlock; it changes while writeback is under way"
    BOTH = "a spinlock; init_lock keeps it from being set while writeback is under way"
    """What takes the bug out of a kernel in which several may write back at a time."""
    INIT_LOCK = "init_lock"


class SelectedSlots(Enum):
    """When the memory comes from that notes a slot selected for post-processing."""

    BEFORE_LOCK = "before the slot is locked, whether it will be selected or not"
    UNDER_LOCK = "with the slot locked, once it is selected"


class IndexCheck(Enum):
    """When writeback looks up how large the device is, which `page_index=N` must fit."""

    AS_READ = "as its text is read, before init_lock is taken"
    AT_LAST = "under init_lock, when the device is known to have a backing device"


@dataclass(frozen=True)
class WritebackFeatures:
    """The answers of zram's writeback; the defaults are those of 4.6."""

    writeback: Writeback = Writeback.NONE
    writeback_answer: WritebackAnswer = WritebackAnswer.LENGTH
    writeback_page: WritebackPage = WritebackPage.BEFORE_SELECTION
    writeback_goes_on: bool = True
    """Whether the loop goes from slot to slot; one release candidate stays at the first."""
    writeback_minds_mode: bool = True
    """Whether the loop asks what a slot is; one release candidate takes any."""
    writeback_answer_set: bool = True
    """Whether the answer says something before the first error does; it always did in releases."""
    writeback_text: WritebackText = WritebackText.MODE
    writeback_modes: tuple[str, ...] = ("idle", "huge")
    index_check: IndexCheck = IndexCheck.AS_READ
    idle_marking: IdleMarking = IdleMarking.NEVER
    idle_spares_under_wb: bool = True
    """Whether a slot that is on its way is not marked, as writeback relies on; all releases do."""
    idle_size_locked: bool = False
    """Whether who marks all slots looks up the size under init_lock; it came with another way."""
    limit_lock: LimitLock = LimitLock.SPINLOCK
    limit_shown_alone: bool = False
    """Whether who shows the budget keeps writeback out, where no spinlock does; no release does."""
    selected_slots: SelectedSlots = SelectedSlots.BEFORE_LOCK
    batch_completion: BatchCompletion = BatchCompletion.RELEASED_LAST
    batch_returns_block: bool = False
    """Whether a block that no page came for is free again; releases do that from 7.1 on."""
    batch_freed_late: bool = False
    """Whether the control of writeback outlives who ends its requests; from 7.1 on it does."""


WRITEBACK: Final = (
    change(
        (5, 0),
        "Pages that are idle or huge are written back when somebody asks, within a budget.",
        commit="a939888ec38b",
        writeback=Writeback.LOOP,
    ),
    change(
        (5, 0),
        "Slots can be marked as idle.",
        commit="e82592c4fd7e",
        idle_marking=IdleMarking.ALL,
    ),
    change(
        (5, 4),
        "The outcome of the last page that was written back is not hidden any more.",
        commit="3b82a051c101",
        writeback_answer=WritebackAnswer.LAST_BIO,
    ),
    change(
        (5, 12),
        "A single page can be written back.",
        commit="0d8359620d9b",
        writeback_text=WritebackText.MODE_OR_INDEX,
    ),
    change(
        (5, 12),
        "Writeback tells of its last error, and of success as success.",
        commit="57e0076e6575",
        writeback_answer=WritebackAnswer.LAST_ERROR,
    ),
    change(
        (5, 16),
        "Pages can be marked as idle by their age.",
        idle_marking=IdleMarking.BY_AGE,
    ),
    change(
        (5, 18),
        "Pages that are huge and idle can be written back.",
        writeback_modes=("idle", "huge", "huge_idle"),
    ),
    change(
        (6, 1),
        "Stable releases of 6.1 came to look up the size under init_lock [6.1.176 of Debian].",
        index_check=IndexCheck.AT_LAST,
    ),
    change(
        (6, 2),
        "Writeback still looks up the size before it takes init_lock.",
        index_check=IndexCheck.AS_READ,
    ),
    change(
        (6, 2),
        "Pages that no algorithm makes smaller can be written back.",
        writeback_modes=("idle", "huge", "huge_idle", "incompressible"),
    ),
    change(
        (6, 13),
        "Writeback selects slots first, and keeps other post-processing out.",
        commit="330edc2bc059",
        writeback=Writeback.SELECTED,
    ),
    change(
        (6, 13),
        "Only pages that can be written back are marked as idle; younger ones lose the mark.",
        idle_marking=IdleMarking.BY_AGE_OR_NOT,
    ),
    change(
        (6, 16),
        "What to write back is said in pairs of a key and a value, several at a time.",
        writeback_text=WritebackText.PAIRS,
    ),
    change(
        (6, 16),
        "Writeback gets a page to write through when it has selected what to write.",
        writeback_page=WritebackPage.AFTER_SELECTION,
    ),
    change(
        (6, 17),
        "A slot is noted for post-processing while it is locked, as its holder may sleep.",
        selected_slots=SelectedSlots.UNDER_LOCK,
    ),
    change(
        (6, 19),
        "Several pages are written back at a time.",
        commit="f405066a1f0d",
        writeback=Writeback.BATCHED,
    ),
    change(
        (6, 19),
        "The budget of writeback does not change while writeback is under way.",
        commit="7c929664fddf",
        limit_lock=LimitLock.INIT_LOCK,
    ),
)
