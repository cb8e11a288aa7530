"""What the files of a zram promise: what a store accepted holds, what it refused changes nothing.

Judged of a store by somebody who was alone at it, and of every look at statistics.
Nothing here changes anything.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from fuzz.program.answered import turns_of_others
from fuzz.world.cell import Unseen
from targets.linux.block.files import path_of
from targets.linux.machine.errno import Refusal
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zram.device import init_done
from targets.shared.due_refusals import due_refusal_of_store
from targets.shared.promises import (
    BACKING_NOT_NAMED,
    BROKEN_LINE,
    REFUSAL_MISSING,
    REFUSED_STORE_CHANGED,
    STORE_NOT_KEPT,
    ZRAM_NEGATIVE_COUNT,
)
from targets.shared.store_effects import effects_of, judge_effects

if TYPE_CHECKING:
    from collections.abc import Generator

    from fuzz.world.world import World
    from targets.linux.zram.device import Zram


COUNTS: Final = ("mm_stat", "io_stat", "debug_stat", "bd_stat")
"""Files of counts."""
LIMIT_COLUMN: Final = 3
"""The column of mm_stat that shows what root has set, which may be as large as he likes."""
COUNT_MAX: Final = 1 << 63
"""A count that large is one that has fallen below nothing, shown without its sign."""

CHOICES: Final = MappingProxyType(
    {
        "recomp_algorithm": re.compile(r"algo=(?P<name>\w+) priority=(?P<priority>[1-3])"),
        "algorithm_params": re.compile(r"priority=(?P<priority>[0-3]) level=(?P<level>-?\d+)"),
    }
)
"""What is written to choose something for a priority."""


class Settings(NamedTuple):
    """What the files of a device set."""

    disksize: int
    limit_pages: int
    algorithms: tuple[str | None, ...]
    backing_dev: object
    wb_limit_enable: bool
    wb_limit: int
    wb_batch_size: int


@contextmanager
def store_judged(world: World, zram: Zram, name: str, text: str) -> Generator[None]:
    """Judge a write of `text` to the file `name`."""
    turns = turns_of_others(world)
    with Unseen(world):
        before, effects = _settings(zram), effects_of(zram)
        due = due_refusal_of_store(zram, name, text)
    try:
        yield
    except Refusal:
        with Unseen(world):
            if turns == turns_of_others(world):
                _judge_refused(zram, name, before)
                judge_effects(zram, name, text, effects, refused=True)
        raise
    with Unseen(world):
        if text and turns == turns_of_others(world):  # A write of no bytes reaches no file.
            if name == "backing_dev":
                _judge_named(zram, text)
            _judge_due(zram, name, text, due)
            _judge_accepted(zram, name, text.strip())
            judge_effects(zram, name, text, effects, refused=False)


def judge_shown(zram: Zram, name: str, text: str) -> None:
    """Judge what a file of counts shows: nothing is less than none, be it for an instant."""
    if name not in COUNTS:
        return
    for column, word in enumerate(text.split()):
        is_limit = name == "mm_stat" and column == LIMIT_COLUMN
        if word.isdigit() and int(word) >= COUNT_MAX and not is_limit:
            zram.machine.world.report(
                ZRAM_NEGATIVE_COUNT,
                f"{zram.disk.name}: {name} shows a count below nothing",
                f"its column {column + 1} is {word}",
                place=name,
            )
            return


def judge_lines(zram: Zram, text: str) -> None:
    """What is read of a file of lines are whole lines."""
    if text and not text.endswith("\n"):
        zram.machine.world.report(
            BROKEN_LINE,
            f"{zram.disk.name}: block_state ends in the middle of a line",
            f"what was read ends with {text[-1]!a}",
            place="read_block_state",
        )


def _settings(zram: Zram) -> Settings:
    backing = zram.backing
    return Settings(
        zram.disksize,
        zram.limit_pages,
        tuple(zram.comps.algs),
        backing.dev,
        backing.wb_limit_enable,
        backing.bd_wb_limit,
        backing.wb_batch_size,
    )


def _judge_refused(zram: Zram, name: str, before: Settings) -> None:
    """A refused store changes no setting; writeback may have used some of its budget by then."""
    after = _settings(zram)
    if name == "writeback":
        after = after._replace(wb_limit=before.wb_limit)
    if after != before:
        changed = [key for key in before._fields if getattr(before, key) != getattr(after, key)]
        zram.machine.world.report(
            REFUSED_STORE_CHANGED,
            f"{zram.disk.name}: a write to {name} was refused, and changed the device",
            f"it changed {', '.join(changed)}",
            place=name,
        )


def _judge_named(zram: Zram, path: str) -> None:
    """The backing device is the file whose path was written."""
    disk = zram.backing.dev
    if disk is not None and path_of(disk) != path.removesuffix("\n"):
        zram.machine.world.report(
            BACKING_NOT_NAMED,
            f"{zram.disk.name}: its backing device is {path_of(disk)}",
            f"{path.strip()} was named; what is written back overwrites the data of the other one",
            place="backing_dev_store",
        )


def _judge_accepted(zram: Zram, name: str, text: str) -> None:
    """An accepted store is what the device does from then on."""
    expected, is_now = _kept(zram, name, text)
    if expected != is_now:
        zram.machine.world.report(
            STORE_NOT_KEPT,
            f"{zram.disk.name}: {name} accepted a value, and has another",
            f"{text!a} was written, which means {expected}; it is {is_now}",
            place=name,
        )


def _judge_due(zram: Zram, name: str, text: str, due: str) -> None:
    """A store that had to be refused was not accepted."""
    if due:
        zram.machine.world.report(
            REFUSAL_MISSING,
            f"{zram.disk.name}: {name} accepted what it has to refuse",
            f"{text!a} was written, although {due}",
            place=name,
        )


def _kept(zram: Zram, name: str, text: str) -> tuple[object, object]:
    """Return what a plain number or word must have come to, and what it has come to."""
    now = _settings(zram)
    number = int(text) if text.isascii() and text.isdigit() and text[0] != "0" else None
    words = {
        "reset": ((0, 0, 0), (now.disksize, now.limit_pages, zram.stats.pages_stored)),
        "comp_algorithm": (text, now.algorithms[0]),
        "backing_dev": (True, now.backing_dev is not None),
    }
    numbers = {
        "disksize": (-(-(number or 0) // PAGE_SIZE) * PAGE_SIZE, now.disksize),
        "mem_limit": (-(-(number or 0) // PAGE_SIZE), now.limit_pages),
        "writeback_limit": (number, now.wb_limit),
        "writeback_limit_enable": (True, now.wb_limit_enable),
        "writeback_batch_size": (number, now.wb_batch_size),
    }
    if name in CHOICES:
        return _chosen(zram, name, text)
    if name == "idle":
        unmarked = [index for index in _to_mark(zram) if not zram.meta.slots[index].idle]
        return ([], unmarked) if text == "all" else (None, None)
    if name == "mem_used_max" and init_done(zram):
        return zram.meta.pool.pages_allocated, zram.stats.max_used_pages
    return words.get(name) or (numbers.get(name) if number else None) or (None, None)


def _chosen(zram: Zram, name: str, text: str) -> tuple[object, object]:
    """Return what was chosen for a priority, and what it has; nothing if that is said otherwise."""
    match = CHOICES[name].fullmatch(text)
    if match is None:
        return None, None
    priority = int(match["priority"])
    if name == "recomp_algorithm":
        return match["name"], zram.comps.algs[priority]
    return int(match["level"]), zram.comps.params[priority].level


def _to_mark(zram: Zram) -> list[int]:
    """Return the slots that can be idle: their pages are here, and on no way elsewhere."""
    slots = sorted(zram.meta.slots.items()) if init_done(zram) else []
    return [
        index
        for index, slot in slots
        if slot.handle and not (slot.same or slot.wb or slot.under_wb)
    ]
