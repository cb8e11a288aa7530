"""What a zram device promises, whoever uses it.

Checked when nothing runs; nothing here changes anything.
No promise looks at features, defects, designs or versions: judges are blind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.machine.counts import counts_of
from targets.linux.zram.device import init_done
from targets.linux.zram.inspection import recount
from targets.linux.zram.promises import ZRAM_USE_AFTER_FREE
from targets.linux.zsmalloc.handle import allocated_in, is_live
from targets.linux.zsmalloc.inspection import (
    broken_chains,
    broken_headers,
    leaked_objects,
    recounted_pages,
)
from targets.linux.zsmalloc.pool import usable_size
from targets.linux.zsmalloc.promises import (
    ZSMALLOC_BROKEN_CHAIN,
    ZSMALLOC_BROKEN_HEADER,
    ZSMALLOC_LEAK,
)
from targets.shared.backing_judges import judge_backing
from targets.shared.promises import ZRAM_NEGATIVE_COUNT, ZRAM_OVERSIZED_SLOT, ZRAM_WRONG_COUNT

if TYPE_CHECKING:
    from targets.linux.zram.device import Zram
    from targets.linux.zram.inspection import Recount


def judge_device(zram: Zram) -> None:
    """Check the allocator and the statistics of a device."""
    if init_done(zram) and not _table_is_there(zram):
        return
    truth = recount(zram)
    if init_done(zram):
        _chains_are_whole(zram)
        _headers_and_handles_agree(zram)
        _objects_hold_what_slots_say(zram)
        _every_object_has_a_slot(zram, truth)
        _pages_are_counted(zram)
        _maximum_was_seen(zram)
    _statistics_are_a_recount(zram, truth)
    judge_backing(zram)


def _table_is_there(zram: Zram) -> bool:
    """A device with a size has a table: say so, and return it, because nothing else can hold."""
    if zram.meta.freed:
        zram.machine.world.report(
            ZRAM_USE_AFTER_FREE,
            f"{zram.disk.name}: the table of a device that is set up was freed",
            "whoever reads or writes it next uses memory of others",
            place="slot",
        )
    return not zram.meta.freed


def _chains_are_whole(zram: Zram) -> None:
    """Every free chain visits each free object once, and ends."""
    for broken in broken_chains(zram.meta.pool):
        zram.machine.world.report(
            ZSMALLOC_BROKEN_CHAIN,
            f"zsmalloc: {zram.disk.name}: the chain of free objects is broken",
            f"{broken}; whoever allocates from it next follows the damage",
            place="free_chain",
        )


def _headers_and_handles_agree(zram: Zram) -> None:
    """Every live handle leads to an object whose header names that handle."""
    for broken in broken_headers(zram.meta.pool):
        zram.machine.world.report(
            ZSMALLOC_BROKEN_HEADER,
            f"zsmalloc: {zram.disk.name}: an object's header is destroyed",
            f"{broken}; compaction and migration trust it",
            place="object_header",
        )


def _objects_hold_what_slots_say(zram: Zram) -> None:
    """No slot claims more bytes than its object has room for."""
    pool = zram.meta.pool
    for index in sorted(zram.meta.slots):
        slot = zram.meta.slots[index]
        if (
            slot.handle
            and is_live(pool, slot.handle)
            and slot.size > usable_size(pool, slot.handle)
        ):
            zram.machine.world.report(
                ZRAM_OVERSIZED_SLOT,
                f"{zram.disk.name}: slot {index} claims more than its object can hold",
                f"it claims {slot.size} bytes of an object with room for "
                f"{usable_size(pool, slot.handle)}",
                place="slot_size",
            )


def _every_object_has_a_slot(zram: Zram, truth: Recount) -> None:
    """Every object belongs to a slot: otherwise nobody can ever free it."""
    leaked = leaked_objects(zram.meta.pool, truth.handles)
    if leaked:
        place = allocated_in(zram.meta.pool, leaked)
        zram.machine.world.report(
            ZSMALLOC_LEAK,
            f"BUG: memory leak in {place}",
            f"{len(leaked)} objects of {zram.disk.name} belong to no slot; "
            "they are freed neither by discard nor by overwriting, and reset finds the pool in use",
            place=place,
        )


def _pages_are_counted(zram: Zram) -> None:
    """mem_used_total is the pages of all zspages."""
    counted, recounted = zram.meta.pool.pages_allocated, recounted_pages(zram.meta.pool)
    if counted != recounted:
        _report_count(zram, "mem_used_total", counted, recounted)


def _statistics_are_a_recount(zram: Zram, truth: Recount) -> None:
    """What the statistics say is what the slots hold."""
    for name, value in counts_of(zram.stats).items():
        if value < 0:
            _report_negative(zram, name, value)
    for name in ("pages_stored", "compr_data_size", "same_pages", "huge_pages"):
        counted, recounted = getattr(zram.stats, name), getattr(truth, name)
        if counted != recounted:
            _report_count(zram, name, counted, recounted)


def _maximum_was_seen(zram: Zram) -> None:
    """mem_used_max is no less than what is used; recompression, which looks at no limit, apart.

    An object that was lost before its write looked explains what is missing.
    """
    used, most = zram.meta.pool.pages_allocated, zram.stats.max_used_pages
    recompressed = any(slot.priority for slot in zram.meta.slots.values())
    if used > most and not recompressed and not zram.machine.world.findings:
        _report_count(zram, "max_used_pages", most, used)


def _report_negative(zram: Zram, name: str, value: int) -> None:
    zram.machine.world.report(
        ZRAM_NEGATIVE_COUNT,
        f"{zram.disk.name}: {name} is below nothing",
        f"it is {value}, which is shown as a huge number",
        place=name,
    )


def _report_count(zram: Zram, name: str, counted: int, recounted: int) -> None:
    zram.machine.world.report(
        ZRAM_WRONG_COUNT,
        f"{zram.disk.name}: {name} is wrong",
        f"it says {counted}, a recount says {recounted}",
        place=name,
    )
