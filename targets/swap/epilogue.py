"""What comes of damage on a machine that swaps: who gets the wrong bytes, and who never goes on.

Hugh Dickins asked who cares about a torn image of a page that has a newer copy in memory.
A process would: then its data is lost. Root, who reads a device that is swapped to, is a reader
too, as Minchan Kim said, but nobody promised him anything about slots that no process needs:
what he sees is told, and hurts nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.program.epilogue import Shown, Step, kinds_of
from fuzz.values.finding import Harm
from fuzz.world.contexts import HUNG_TASK
from targets.linux.block.promises import CRC_MISMATCH, CRC_MISMATCH_READ
from targets.linux.content.recipe import Recipe
from targets.linux.machine.errno import VM_FAULT_OOM, Refusal
from targets.linux.machine.promises import PAGE_LEAK
from targets.linux.mm.exit import exit_mm
from targets.linux.mm.mm_struct import PoisonedPte
from targets.linux.mm.mmlist import mm_alloc
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_load, user_store
from targets.linux.swap.inspect import areas_in_use, slots_in_use
from targets.linux.swap.swapoff import swapoff
from targets.linux.zram.sysfs import store_file
from targets.linux.zsmalloc.promises import ZSMALLOC_LEAK
from targets.shared import raw_io
from targets.shared.pool_epilogue import POOL_DAMAGE, pool_steps
from targets.shared.promises import (
    ZRAM_BLOCK_LEAK,
    ZRAM_OVERSIZED_SLOT,
    ZSWAP_LEAK,
    ZSWAP_STALE_ENTRY,
)
from targets.swap.damage import damaged_blocks
from targets.swap.promises import (
    PAGE_CHANGED_UNDER_WRITEBACK,
    PAGE_STUCK,
    PAGE_WRITABLE_UNDER_WRITEBACK,
    STABLE_WRITES_MISSED,
    SWAP_MISCOUNT,
    SWAP_SLOT_LEAK,
    TORN_IMAGE,
    WRONG_MEMORY,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.values.finding import Finding
    from targets.linux.mm.mm_struct import MmStruct
    from targets.swap.system import SwapSystem

IMAGES: Final = kinds_of(
    CRC_MISMATCH,
    CRC_MISMATCH_READ,
    PAGE_CHANGED_UNDER_WRITEBACK,
    PAGE_WRITABLE_UNDER_WRITEBACK,
    TORN_IMAGE,
    ZRAM_OVERSIZED_SLOT,
)
"""Kinds of findings after which a device may hold what its page never was."""

MEMORY: Final = kinds_of(SWAP_MISCOUNT, WRONG_MEMORY, ZSWAP_STALE_ENTRY)
"""Kinds of findings after which a process may get the page of another one, or an old one."""

LEAKS: Final = kinds_of(PAGE_LEAK, SWAP_SLOT_LEAK, ZRAM_BLOCK_LEAK, ZSMALLOC_LEAK, ZSWAP_LEAK)
HANGS: Final = kinds_of(HUNG_TASK, PAGE_STUCK)
"""Kinds of findings after which whoever needs the same page or lock may wait for ever."""


def epilogue(system: SwapSystem, finding: Finding) -> list[Step]:
    """Offer steps for what a finding has damaged."""
    offers = [offer for kinds, offer in OFFERS if finding.kind in kinds]
    return offers[0](system) if offers else []


def _after_damage_to_the_pool(system: SwapSystem) -> list[Step]:
    pool = pool_steps(system.zram.meta.pool) if system.zram is not None else []
    return [_processes_read(system), *pool, _processes_read(system)]


def _after_damage_to_an_image(system: SwapSystem) -> list[Step]:
    return [_processes_read(system, Harm.DATA_LOSS), _root_reads(system)]


def _after_a_missed_wish(system: SwapSystem) -> list[Step]:
    return [_process_writes_on(system), *_after_damage_to_an_image(system)]


def _after_damage_to_memory(system: SwapSystem) -> list[Step]:
    newcomer = [_newcomer_swaps(system), _processes_read(system)]
    return [_processes_read(system), *newcomer, *_everything_goes_out_and_in(system)]


def _after_a_hang(system: SwapSystem) -> list[Step]:
    return [_processes_read(system, Harm.HANG), *_areas_go(system, Harm.HANG)]


def _processes_read(system: SwapSystem, worst: Harm = Harm.CRASH) -> Step:
    """Every process that lives reads all that it ever wrote."""

    def run() -> Shown | None:
        living = [mm for mm in system.core.mms if mm.alive]
        wrong = (_wrong(system, mm, index) for mm in living for index in sorted(mm.last_written))
        return next((Shown(Harm.DATA_LOSS, words) for words in wrong if words), None)

    return Step("every process reads its pages", run, worst)


def _wrong(system: SwapSystem, mm: MmStruct, index: int) -> str:
    """Read a page of a process, and say what is wrong with it.

    A page that is known to be lost is not, nor is one for which a small machine has no memory.
    """
    if isinstance(mm.page_table.get(index), PoisonedPte):
        return ""
    try:
        data = user_load(system.core, mm, index)
    except Refusal as refusal:
        spared = refusal.name == VM_FAULT_OOM and system.machine.memory.zone is not None
        return "" if spared else f"process {mm.number} gets {refusal.name} for page {index}"
    if data != mm.last_written[index]:
        return f"process {mm.number} gets what it did not write as page {index}"
    return ""


def _root_reads(system: SwapSystem) -> Step:
    """Root reads the damaged blocks of the device itself, which no process can."""

    def run() -> Shown | None:
        seen = [_as_root(system, block) for block in damaged_blocks(system)]
        return Shown(Harm.LATENT, f"{seen[0]}; no process does") if seen else None

    return Step(f"root reads /dev/{system.disk.name} raw", run, worst=Harm.LATENT)


def _as_root(system: SwapSystem, block: int) -> str:
    try:
        raw_io.read_block(system.disk, block)
    except Refusal as refusal:
        return f"he gets {refusal.name} for block {block}"
    return f"he gets what no page ever was as block {block}"


def _process_writes_on(system: SwapSystem) -> Step:
    """A process writes to a page of its own before the device has all of it."""

    def run() -> None:
        seat, page = system.seat(""), 0
        seat.store(page, Recipe.parse("text:1").page())
        swap_out(system.core, seat.mm, page)
        seat.store(page, Recipe.parse("random:1").page())

    return Step("a process writes to a page that is being swapped out", run, Harm.DATA_LOSS)


def _newcomer_swaps(system: SwapSystem) -> Step:
    """A new process gets every slot that is believed to be free."""

    def run() -> None:
        mm = mm_alloc(system.core)
        for index in range(sum(area.max for area in areas_in_use(system.core))):
            data = Recipe.parse(f"text:{index}").page()
            system.stored[data] = None
            user_store(system.core, mm, index, data)
            swap_out(system.core, mm, index)

    return Step("a new process is swapped out", run)


def _everything_goes_out_and_in(system: SwapSystem) -> list[Step]:
    """Reclaim takes every page, twice: the first time most of them are only written."""

    def run() -> None:
        for mm in [mm for mm in system.core.mms if mm.alive]:
            for index in sorted(mm.page_table):
                swap_out(system.core, mm, index)

    written = Step("every page is swapped out", run)
    freed = Step("every page is reclaimed", run)
    return [written, freed, _processes_read(system), *_areas_go(system), _processes_read(system)]


def _areas_go(system: SwapSystem, worst: Harm = Harm.CRASH) -> list[Step]:
    """Everything comes back from each device that is swapped to."""

    def run() -> None:
        for area in areas_in_use(system.core):
            assert area.disk is not None, "an area in use has a device"
            swapoff(system.core, area.disk)

    return [Step("swapoff", run, worst)]


def _all_is_given_back(system: SwapSystem) -> list[Step]:
    """Every process exits, swap ends, the device is reset: then nothing is in use."""

    def leave() -> Shown | None:
        for mm in [mm for mm in system.core.mms if mm.alive]:
            exit_mm(system.core, mm)
        return None

    def slots() -> Shown | None:
        taken = len([slot for slot in slots_in_use(system.core) if slot.leaked])
        return Shown(Harm.LEAK, f"swap slots stay in use: {taken}") if taken else None

    def blocks() -> Shown | None:
        taken = sum(system.zram.backing.bitmap) if system.zram is not None else 0
        return Shown(Harm.LEAK, f"backing blocks stay taken: {taken}") if taken else None

    def reset() -> Shown | None:
        if system.zram is not None:
            store_file(system.zram, "reset", "1")
        memory = system.machine.memory
        left = memory.in_use - len(system.buffers.pages)
        return Shown(Harm.LEAK, f"page frames never come back: {left}") if left else None

    return [
        Step("every process exits", leave, Harm.LEAK),
        Step("somebody looks for free swap slots", slots, Harm.LEAK),
        *_areas_go(system, Harm.LEAK),
        Step("somebody looks for free backing blocks", blocks, Harm.LEAK),
        Step("the device is reset", reset, Harm.LEAK),
    ]


OFFERS: Final[tuple[tuple[frozenset[str], Callable[[SwapSystem], list[Step]]], ...]] = (
    (POOL_DAMAGE, _after_damage_to_the_pool),
    (IMAGES, _after_damage_to_an_image),
    (kinds_of(STABLE_WRITES_MISSED), _after_a_missed_wish),
    (MEMORY, _after_damage_to_memory),
    (LEAKS, _all_is_given_back),
    (HANGS, _after_a_hang),
)
"""What is offered after each kind of finding."""
