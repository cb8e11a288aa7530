"""What a write to `writeback` promises: the pages that were asked for are written back, no others.

Judged where the words ask for one thing, nobody else was at work but the backing device, and
nothing was made to fail; nothing here changes anything.
"""

from __future__ import annotations

from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from fuzz.world.cell import Unseen
from targets.linux.zram.device import init_done
from targets.linux.zram.inspection import Unreadable, slot_image
from targets.shared.promises import ZRAM_NOT_WRITTEN_BACK, ZRAM_WRITTEN_BACK_UNASKED

if TYPE_CHECKING:
    from collections.abc import Generator

    from fuzz.values.promise import Promise
    from fuzz.world.world import World
    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot

DEVICE_TASKS: Final = ("bdev", "irq")
"""Who does the work of the backing device: the first part of the name of a task."""

MARKS: Final = MappingProxyType(
    {
        "idle": ("idle",),
        "huge": ("huge",),
        "huge_idle": ("huge", "idle"),
        "incompressible": ("incompressible",),
    }
)
"""Which marks a page must have to be asked for."""


class Held(NamedTuple):
    """A slot that holds a page which nobody else writes back, as it was before."""

    number: int
    asked_for: bool
    readable: bool


class Before(NamedTuple):
    """A device before a write to `writeback`."""

    turns: int
    injected: int
    held: tuple[Held, ...]


@contextmanager
def writeback_judged(world: World, zram: Zram, name: str, text: str) -> Generator[None]:
    """Judge a write of `text` to the file `name`, if that is `writeback` and it is accepted."""
    before = None
    if name == "writeback" and _asks_for_one_thing(text):
        with Unseen(world):
            before = _before(world, zram, text.strip())
    yield
    if before is not None and _undisturbed(world, before):
        with Unseen(world):
            _judge(world, zram, before)


def _asks_for_one_thing(text: str) -> bool:
    key, _, value = text.strip().partition("=")
    return key in MARKS or (key == "type" and value in MARKS) or _page(key, value) is not None


def _page(key: str, value: str) -> int | None:
    named = key == "page_index" and value.isascii() and value.isdigit()
    return int(value) if named else None


def _before(world: World, zram: Zram, text: str) -> Before:
    slots = sorted(zram.meta.slots.items()) if init_done(zram) else []
    held = tuple(
        Held(index, _is_asked_for(slot, index, text), _is_readable(zram, index))
        for index, slot in slots
        if slot.handle and not (slot.wb or slot.same or slot.under_wb or slot.pp_slot)
    )
    return Before(_turns_of_users(world), len(world.injected), held)


def _is_asked_for(slot: Slot, index: int, text: str) -> bool:
    key, _, value = text.partition("=")
    page = _page(key, value)
    if page is not None:
        return index == page
    return all(getattr(slot, mark) for mark in MARKS[value or key])


def _is_readable(zram: Zram, index: int) -> bool:
    """Whether a page can be had from a slot; a user may have spoilt what he wrote."""
    return not isinstance(slot_image(zram, index), Unreadable)


def _turns_of_users(world: World) -> int:
    """Count the turns of everybody else but the backing device."""
    me = world.running
    return sum(
        task.turns
        for task in world.tasks
        if task is not me and task.name.split(".")[0] not in DEVICE_TASKS
    )


def _undisturbed(world: World, before: Before) -> bool:
    alone = _turns_of_users(world) == before.turns
    return alone and len(world.injected) == before.injected and not world.findings


def _judge(world: World, zram: Zram, before: Before) -> None:
    slots = zram.meta.slots
    missed = [
        held.number
        for held in before.held
        if held.asked_for and held.readable and not slots[held.number].wb
    ]
    unasked = [held.number for held in before.held if not held.asked_for and slots[held.number].wb]
    if missed:
        _report(world, ZRAM_NOT_WRITTEN_BACK, zram, f"{missed} are not on the backing device")
    if unasked:
        _report(world, ZRAM_WRITTEN_BACK_UNASKED, zram, f"{unasked} were not asked for, and are")


def _report(world: World, promise: Promise, zram: Zram, what: str) -> None:
    world.report(
        promise,
        f"{zram.disk.name}: writeback answers success, and has done something else",
        f"slots {what}",
        place="writeback_store",
    )
