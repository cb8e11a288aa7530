"""What comes of damage to a zram that is used directly: whoever reads it next gets it.

Whoever reads a block has the right to what was last written there, so that wrong data is
corruption at once; nobody has a newer copy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.program.epilogue import Shown, Step, kinds_of
from fuzz.values.finding import Harm
from fuzz.world.contexts import HUNG_TASK
from targets.linux.machine.errno import EAGAIN, EIO, Refusal
from targets.linux.machine.promises import PAGE_LEAK
from targets.linux.zram.device import init_done
from targets.linux.zram.promises import ZRAM_FREE_BLOCK_FREED
from targets.linux.zram.sysfs import store_file
from targets.linux.zsmalloc.promises import ZSMALLOC_LEAK
from targets.shared import raw_io
from targets.shared.pool_epilogue import POOL_DAMAGE, pool_steps
from targets.shared.promises import (
    ZRAM_BLOCK_LEAK,
    ZRAM_BLOCK_SHARED,
    ZRAM_OVERSIZED_SLOT,
    ZRAM_STUCK_WRITEBACK,
)
from targets.zram.promises import ZRAM_IMPOSSIBLE_READ, ZRAM_TORN_IMAGE, ZRAM_UNREADABLE_BLOCK

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.values.finding import Finding
    from targets.linux.zram.device import Zram
    from targets.zram.system import ZramSystem

DATA: Final = kinds_of(
    ZRAM_BLOCK_SHARED,
    ZRAM_FREE_BLOCK_FREED,
    ZRAM_IMPOSSIBLE_READ,
    ZRAM_OVERSIZED_SLOT,
    ZRAM_TORN_IMAGE,
    ZRAM_UNREADABLE_BLOCK,
)
"""Kinds of findings after which a block may not hold what was written to it."""

LEAKS: Final = kinds_of(PAGE_LEAK, ZRAM_BLOCK_LEAK, ZSMALLOC_LEAK)
STUCK: Final = kinds_of(HUNG_TASK, ZRAM_STUCK_WRITEBACK)


def epilogue(system: ZramSystem, finding: Finding) -> list[Step]:
    """Offer steps for what a finding has damaged; after a leak, to devices without a size too."""
    for kinds, offer in OFFERS:
        if finding.kind in kinds:
            every = system.control.every
            devices = [zram for zram in every if init_done(zram) or kinds is LEAKS]
            return [step for zram in devices for step in offer(system, zram)]
    return []


def _after_damage_to_the_pool(system: ZramSystem, zram: Zram) -> list[Step]:
    return [_read(system, zram), *pool_steps(zram.meta.pool), _read(system, zram)]


def _after_damage_to_data(system: ZramSystem, zram: Zram) -> list[Step]:
    return [_read(system, zram), *_write_back(zram, Harm.CORRUPTION_READ_BACK), _read(system, zram)]


def _after_a_leak(system: ZramSystem, zram: Zram) -> list[Step]:
    return [_discard(zram), _reset(system, zram)]


def _after_a_hang(system: ZramSystem, zram: Zram) -> list[Step]:
    return [*_write_back(zram, Harm.HANG), _read(system, zram, Harm.HANG)]


def _read(system: ZramSystem, zram: Zram, worst: Harm = Harm.CRASH) -> Step:
    """Every block that holds something is read, as a file system would."""

    def run() -> Shown | None:
        seen = (_wrong(system, zram, block) for block in sorted(zram.meta.slots))
        return next((Shown(Harm.CORRUPTION_READ_BACK, words) for words in seen if words), None)

    return Step(f"somebody reads every block of {zram.disk.name}", run, worst)


def _wrong(system: ZramSystem, zram: Zram, block: int) -> str:
    """Read a block, and say what is wrong with it; what its writer himself spoilt is not."""
    history = system.history_of(zram)
    try:
        data = raw_io.read_block(zram.disk, block)
    except Refusal as refusal:
        failed = refusal.name == EIO and not history.excuses(block)
        return f"he gets {EIO} for block {block}" if failed else ""
    if history.excuses(block) or history.held(block, data):
        return ""
    return f"he gets what nobody wrote as block {block}"


def _write_back(zram: Zram, worst: Harm) -> list[Step]:
    """Every page goes to the backing device, if there is one."""

    def run() -> Shown | None:
        try:
            store_file(zram, "idle", "all")
            store_file(zram, "writeback", "idle")
        except Refusal as refusal:
            again = refusal.name == EAGAIN
            return Shown(Harm.HANG, f"he is told {EAGAIN}, for ever") if again else None
        return None

    backed = zram.backing.dev is not None
    return [Step(f"root writes everything back from {zram.disk.name}", run, worst)] * backed


def _discard(zram: Zram) -> Step:
    """Every block is discarded; then the backing device is empty."""

    def run() -> Shown | None:
        for block in sorted(zram.meta.slots) if init_done(zram) else ():
            raw_io.discard_blocks(zram.disk, block, 1)
        taken = sum(zram.backing.bitmap)
        return Shown(Harm.LEAK, f"backing blocks stay taken: {taken}") if taken else None

    return Step(f"every block of {zram.disk.name} is discarded", run, Harm.LEAK)


def _reset(system: ZramSystem, zram: Zram) -> Step:
    """The device is reset; with the last one, all memory comes back."""

    def run() -> Shown | None:
        store_file(zram, "reset", "1")
        left = system.frames_left
        return Shown(Harm.LEAK, f"page frames never come back: {left}") if left else None

    return Step(f"{zram.disk.name} is reset", run, Harm.LEAK)


OFFERS: Final[tuple[tuple[frozenset[str], Callable[[ZramSystem, Zram], list[Step]]], ...]] = (
    (POOL_DAMAGE, _after_damage_to_the_pool),
    (DATA, _after_damage_to_data),
    (LEAKS, _after_a_leak),
    (STUCK, _after_a_hang),
)
"""What is offered after each kind of finding."""
