"""What a write to a file does to the slots and the counts of a zram, looked at before and after.

Asked by somebody who was alone at it; nothing here changes anything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from targets.linux.block.ram_disk import RamDisk
from targets.linux.machine.counts import counts_of
from targets.linux.zram.device import init_done
from targets.linux.zram.inspection import slot_image
from targets.linux.zsmalloc.pool import zs_lookup_class_index
from targets.shared.promises import (
    REFUSED_STORE_CHANGED,
    RESET_LEAVES_BEHIND,
    WRITEBACK_WRONG_COUNT,
    ZRAM_NOT_RECOMPRESSED,
    ZRAM_RECOMPRESSED_OTHERWISE,
)

if TYPE_CHECKING:
    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot


ALGORITHM: Final = re.compile(r"(?:^|\s)algo=(\w+)")
"""How a request for recompression names an algorithm."""


class Effects(NamedTuple):
    """What of a device a write may change besides settings."""

    injected: int
    had_size: bool
    bd_writes: int
    on_disk: int | None
    """Pages that the backing device has written; None while it is at work, or there is none."""
    written_back: int
    """Slots that have a block."""
    budget: int
    compressed: tuple[tuple[int, int, int], ...]
    """Which slots have which object by which algorithm."""


def effects_of(zram: Zram) -> Effects:
    """Look at a device."""
    slots = _slots(zram)
    disk = zram.backing.dev.operations if zram.backing.dev is not None else None
    idle = isinstance(disk, RamDisk) and not disk.in_flight
    return Effects(
        len(zram.machine.world.injected),
        init_done(zram),
        zram.stats.bd_writes,
        disk.pages_written if isinstance(disk, RamDisk) and idle else None,
        sum(slot.wb for _, slot in slots),
        zram.backing.bd_wb_limit,
        tuple((index, slot.handle, slot.priority) for index, slot in slots if slot.handle),
    )


def judge_effects(zram: Zram, name: str, text: str, before: Effects, *, refused: bool) -> None:
    """Judge what a write to a file has done since then."""
    after = effects_of(zram)
    if name == "writeback" and before.on_disk is not None and after.on_disk is not None:
        _judge_writeback(zram, before, after, after.on_disk - before.on_disk)
    if name == "reset" and before.had_size and not refused:
        _judge_reset(zram)
    if name == "recompress" and not refused:
        _judge_algorithm(zram, text, before, after)
    if name == "recompress" and before.injected == after.injected:
        if not refused:
            _judge_recompression(zram, text)
        elif before.compressed != after.compressed:
            zram.machine.world.report(
                REFUSED_STORE_CHANGED,
                f"{zram.disk.name}: recompression was refused, and changed slots",
                "nothing was made to fail in the middle of it",
                place=name,
            )


def _judge_writeback(zram: Zram, before: Effects, after: Effects, on_disk: int) -> None:
    """Pages are counted as the disk has written them, and charged as slots have them there."""
    counted = after.bd_writes - before.bd_writes
    gained = after.written_back - before.written_back
    charged = before.budget - after.budget
    due = gained if zram.backing.wb_limit_enable else 0
    if counted != on_disk:
        _report(zram, "bd_writes", f"{counted} were counted, the disk has written {on_disk}")
    if charged != due:
        _report(zram, "writeback_limit", f"{charged} were charged, {due} should have been")


def _report(zram: Zram, what: str, why: str) -> None:
    zram.machine.world.report(
        WRITEBACK_WRONG_COUNT, f"{zram.disk.name}: writeback counts wrongly", why, place=what
    )


def _judge_reset(zram: Zram) -> None:
    """All that a device had because it had a size is gone."""
    left = [f"{name}={value}" for name, value in counts_of(zram.stats).items() if value]
    left += ["a compressor"] * any(comp is not None for comp in zram.comps.zcomps)
    left += ["a backing device"] * (zram.backing.dev is not None or bool(zram.backing.bitmap))
    left += ["its table"] * (not zram.meta.freed)
    left += ["the size of its disk"] * bool(zram.disk.capacity)
    left += ["post-processing"] * zram.backing.pp_in_progress
    if left:
        zram.machine.world.report(
            RESET_LEAVES_BEHIND,
            f"{zram.disk.name}: a reset has left something behind",
            f"still there: {', '.join(left)}",
            place="zram_reset_device",
        )


def _judge_recompression(zram: Zram, text: str) -> None:
    """No page is left that was asked for and that an algorithm of the device makes smaller."""
    kind = text.strip().removeprefix("type=")
    if kind not in {"all", "idle", "huge", "huge_idle"} or zram.machine.world.findings:
        return
    missed = [index for index, slot in _slots(zram) if _is_worth_it(zram, index, slot, kind)]
    if missed:
        zram.machine.world.report(
            ZRAM_NOT_RECOMPRESSED,
            f"{zram.disk.name}: recompression answers success, and has passed pages over",
            f"slots {missed} would get smaller with an algorithm of a higher priority",
            place="recompress_store",
        )


def _judge_algorithm(zram: Zram, text: str, before: Effects, after: Effects) -> None:
    """Slots that have another object have it by the algorithm that was named."""
    asked = ALGORITHM.search(text)
    known = frozenset(before.compressed)
    by = {zram.comps.algs[priority] for _, _, priority in after.compressed if priority}
    changed = any(slot not in known for slot in after.compressed)
    if asked is not None and changed and asked[1] not in by:
        zram.machine.world.report(
            ZRAM_RECOMPRESSED_OTHERWISE,
            f"{zram.disk.name}: recompression took an algorithm that it was not asked for",
            f"{asked[1]} was asked for, and no slot has it",
            place="recompress_store",
        )


def _is_worth_it(zram: Zram, index: int, slot: Slot, kind: str) -> bool:
    marked = (slot.idle or "idle" not in kind) and (slot.huge or "huge" not in kind)
    if not marked or not slot.handle or slot.same or slot.wb or slot.incompressible:
        return False
    image = slot_image(zram, index)
    pool, codec = zram.meta.pool, zram.machine.codec
    return isinstance(image, bytes) and any(
        zs_lookup_class_index(pool, len(codec.compress(comp.algorithm, image, comp.params)))
        < zs_lookup_class_index(pool, slot.size)
        for comp in zram.comps.zcomps[slot.priority + 1 :]
        if comp is not None
    )


def _slots(zram: Zram) -> list[tuple[int, Slot]]:
    return sorted(zram.meta.slots.items()) if init_done(zram) else []
