"""The line of a case that says how switches are drawn: `schedule surw seed=5 among=slot.set`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.program.case import Schedule
from fuzz.program.domain import number_of
from fuzz.program.reading import one_of
from fuzz.world.schedule.by_name import STRATEGY_NAMES
from fuzz.world.schedule.hints import Hints

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.reading import Line, Word

FORM: Final = "schedule STRATEGY seed=N [after=N] [steps=N] [HINT=...]"
NUMBERS: Final = ("seed", "after", "steps")
NAMES: Final = ("among",)
PAIRS: Final = ("take", "avoid")
COUNTS: Final = ("counts",)
"""The hints, by what is listed: points, pairs of them as in `set>get`, and tasks as in `A:3`."""
KEYS: Final = (*NUMBERS, *NAMES, *COUNTS, *PAIRS)


def schedule_line(schedule: Schedule) -> str:
    """Write the line; what is as it is by default is left out."""
    return " ".join([f"schedule {schedule.strategy} seed={schedule.seed}", *_extras(schedule)])


def _extras(schedule: Schedule) -> Iterator[str]:
    hints = schedule.hints
    if schedule.after:
        yield f"after={schedule.after}"
    if schedule.steps:
        yield f"steps={schedule.steps}"
    if hints.among:
        yield f"among={','.join(hints.among)}"
    if hints.counts:
        yield "counts=" + ",".join(f"{task}:{count}" for task, count in hints.counts)
    for key, pairs in (("take", hints.take), ("avoid", hints.avoid)):
        if pairs:
            yield f"{key}=" + ",".join(f"{write}>{read}" for write, read in pairs)


def read_schedule(line: Line) -> Schedule:
    """Read the line; CaseError where it is none."""
    line.at_least(3, FORM)
    name = line.words[1]
    found: dict[str, Any] = {}
    for word in line.words[2:]:
        key, value = word.pair()
        if key.text not in KEYS or key.text in found:
            raise key.expected(f"{one_of(KEYS)}, once")
        found[key.text] = _value(key.text, value)
    if "seed" not in found:
        raise line.end().expected("seed=N")
    if name.text not in STRATEGY_NAMES:
        raise name.expected(one_of(STRATEGY_NAMES))
    numbers = {key: found.pop(key) for key in NUMBERS if key in found}
    return Schedule(name.text, **numbers, hints=Hints(**found))


def _value(key: str, value: Word) -> Any:
    if key in NUMBERS:
        return _number(value, value.text, "a number")
    items = value.text.split(",")
    if not all(items):
        raise value.expected("a list without empty places")
    if key in NAMES:
        return tuple(items)
    if key in PAIRS:
        return tuple(_pair(value, item, ">", "pairs such as set>get") for item in items)
    pairs = [_pair(value, item, ":", "tasks such as A:3") for item in items]
    return tuple((task, _number(value, count, "tasks such as A:3")) for task, count in pairs)


def _pair(value: Word, item: str, mark: str, expected: str) -> tuple[str, str]:
    one, _, other = item.partition(mark)
    if not one or not other or mark in other:
        raise value.expected(expected)
    return one, other


def _number(value: Word, text: str, expected: str) -> int:
    number = number_of(text)
    if number is None:
        raise value.expected(expected)
    return number
