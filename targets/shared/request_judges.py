"""What a request to a zram promises to who made it, if nobody else was at work meanwhile.

Slots and counters are compared before and after; nothing here changes anything.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from fuzz.program.answered import turns_of_others
from fuzz.world.cell import Unseen
from targets.linux.block.ram_disk import RamDisk
from targets.linux.machine.errno import ENOMEM, Refusal
from targets.linux.zram.device import init_done
from targets.shared.differing import FAILED_WRITE
from targets.shared.promises import (
    REFUSED_REQUEST_MARKED,
    REFUSED_WRITE_CHANGED,
    ZRAM_GAVE_UP,
    ZRAM_LIMIT_EXCEEDED,
    ZRAM_NEEDLESS_STALL,
    ZRAM_WRONG_COUNT,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from fuzz.world.world import World
    from targets.linux.zram.device import Zram
    from targets.linux.zram.stats import ZramStats


class Moment(NamedTuple):
    """A device at one moment, as far as a request for a block may change it."""

    world: World
    turns: int
    """How often other tasks had their turn."""
    injected: int
    held: tuple[object, ...]
    """What the slot of the block holds."""
    marks: tuple[bool, int]
    """Whether it is marked as idle, and when it was used last."""
    pool_pages: int
    refusals: int
    """Requests for memory that could wait, and got none."""
    counters: Mapping[str, int]
    stats: ZramStats
    fetched: int | None
    """Pages that the backing device has read; None while it is at work, or there is none."""


COUNTED_FAILURES: Final = (("failed_reads", "num_reads"), ("failed_writes", "num_writes"))
"""Counters of requests that failed, and of all of them."""
NOWHERE: Final = -1
"""The block of a request for several: some of it may be done when it is refused."""
COUNTED: Final = (
    "num_reads",
    "num_writes",
    "failed_reads",
    "failed_writes",
    "notify_free",
    "bd_reads",
    "writestall",
)


@contextmanager
def request_judged(world: World, zram: Zram | None, block: int, **counted: int) -> Generator[None]:
    """Judge a request for blocks from `block` on; accepted, it adds `counted` to the counters.

    A device that has no size, or is no zram, promises nothing.
    """
    with Unseen(world):
        there = zram is not None and not zram.disk.removed and init_done(zram)
        before = _moment(world, zram, block) if zram is not None and there else None
    try:
        yield
    except Refusal:
        with Unseen(world):
            if before is not None and zram is not None and _was_alone(zram, before):
                _judge_refused(zram, block, before, writes="num_writes" in counted)
        raise
    with Unseen(world):
        if before is not None and zram is not None and _was_alone(zram, before):
            _judge_accepted(zram, block, before, counted)


def _moment(world: World, zram: Zram, block: int) -> Moment:
    slot, stats = zram.meta.slots.get(block), zram.stats
    held = (
        (0, 0, False, 0, False, 0)
        if slot is None
        else (slot.handle, slot.size, slot.same, slot.element, slot.wb, slot.block)
    )
    return Moment(
        world,
        turns_of_others(world),
        len(world.injected),
        held,
        (False, 0) if slot is None else (slot.idle, slot.ac_time),
        zram.meta.pool.pages_allocated,
        zram.machine.memory.fs_reclaim.refusals,
        {name: getattr(stats, name) for name in COUNTED},
        stats,
        _fetched(zram),
    )


def _fetched(zram: Zram) -> int | None:
    disk = zram.backing.dev.operations if zram.backing.dev is not None else None
    return disk.pages_read if isinstance(disk, RamDisk) and not disk.in_flight else None


def _was_alone(zram: Zram, before: Moment) -> bool:
    """Whether only the running task did anything, so that all that changed is its doing."""
    alone = before.turns == turns_of_others(before.world)
    return alone and zram.stats is before.stats and init_done(zram)


def _judge_refused(zram: Zram, block: int, before: Moment, *, writes: bool) -> None:
    """A request that is refused leaves what there was, and is counted as a failure."""
    after = _moment(before.world, zram, block)
    if after.held != before.held and not FAILED_WRITE.applies(zram):
        zram.machine.world.report(
            REFUSED_WRITE_CHANGED,
            f"{zram.disk.name}: a request for block {block} was refused, and changed it",
            "what was there, and was never overwritten, cannot be had any more",
            place="zram_bvec_write",
        )
    met = [fault.outcome for fault in before.world.injected[before.injected :]]
    if met and all(outcome == ENOMEM for outcome in met):
        _judge_want_of_memory(zram, before, after, writes=writes)
        for failed, all_of_them in COUNTED_FAILURES:
            if _added(before, after, all_of_them) and not _added(before, after, failed):
                _report_count(zram, failed, "a request that found no memory is not counted")
    for failed, all_of_them in COUNTED_FAILURES:
        if _added(before, after, failed) > _added(before, after, all_of_them):
            _report_count(zram, failed, "more requests failed than there were")


def _judge_want_of_memory(zram: Zram, before: Moment, after: Moment, *, writes: bool) -> None:
    """A request that found no memory leaves marks alone; a write has asked in a way that waits."""
    if after.marks != before.marks and not FAILED_WRITE.applies(zram):
        zram.machine.world.report(
            REFUSED_REQUEST_MARKED,
            f"{zram.disk.name}: a request that was refused counts as an access",
            "the page is not idle any more, although nobody got it: it will not be written back",
            place="zram_accessed",
        )
    if writes and after.refusals == before.refusals and not zram.limit_pages:
        zram.machine.world.report(
            ZRAM_GAVE_UP,
            f"Buffer I/O error on {zram.disk.name}: lost async page write",
            "no request for memory that could wait was refused: to wait would have saved the page",
            place="zram_bvec_write",
        )


def _judge_accepted(zram: Zram, block: int, before: Moment, counted: Mapping[str, int]) -> None:
    """A request that is accepted is counted, keeps to mem_limit, and stalls only for memory."""
    after = _moment(before.world, zram, block)
    for name, number in {"failed_reads": 0, "failed_writes": 0, **counted}.items():
        if _added(before, after, name) != number:
            _report_count(zram, name, f"{_added(before, after, name)} were counted, not {number}")
    if before.fetched is not None and after.fetched is not None:
        fetched = after.fetched - before.fetched
        if _added(before, after, "bd_reads") != fetched:
            _report_count(zram, "bd_reads", f"the backing device has read {fetched} pages for it")
    limit, pages = zram.limit_pages, after.pool_pages
    if limit and pages > limit and pages > before.pool_pages:
        zram.machine.world.report(
            ZRAM_LIMIT_EXCEEDED,
            f"{zram.disk.name}: a write was accepted beyond mem_limit",
            f"the limit is {limit} pages, the pool grew to {pages}",
            place="mem_limit",
        )
    if _added(before, after, "writestall") and after.injected == before.injected:
        zram.machine.world.report(
            ZRAM_NEEDLESS_STALL,
            f"{zram.disk.name}: a write counts as stalled that had all memory at once",
            "nothing was injected that it had to wait for",
            place="writestall",
        )


def _added(before: Moment, after: Moment, name: str) -> int:
    return after.counters[name] - before.counters[name]


def _report_count(zram: Zram, name: str, why: str) -> None:
    zram.machine.world.report(
        ZRAM_WRONG_COUNT, f"{zram.disk.name}: {name} is wrong", why, place=name
    )
