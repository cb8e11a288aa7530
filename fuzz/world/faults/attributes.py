"""Attributes of a fault-injection facility, and their text in a case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

UNLIMITED: Final = -1
"""The value of `times` that never runs out."""

PERCENT_MAX: Final = 100

NUMBER_MAX: Final = 2**31 - 1
"""The kernel keeps these numbers in 32 bits."""

NUMBER: Final = r"-?[0-9]{1,10}"
"""Plain digits only, so that a number has one way to be written and never overflows its reader."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """How one facility draws its faults; the names and the defaults are the kernel's."""

    capability: str
    """The facility, as fault points name it; or one point by its name, as fail_function takes one
    function."""
    probability: int = 0
    """Percent of the requests that fail, of those that pass the other tests."""
    interval: int = 1
    """Of so many requests only the last one may fail."""
    times: int = 1
    """How many failures there may be."""
    space: int = 0
    """How much, in the facility's own unit, is granted before anything fails."""
    task_filter: tuple[str, ...] = ()
    """The tasks that are to fail; empty when the filter is off."""
    within: str = ""
    """A function that must be on the stack; empty when the filter is off."""
    fail_nth: int = 0
    """Fail a task's n-th request, counted over all facilities; 0 when off.

    It is set for the tasks of the filter, or for all tasks when the filter is off.
    """
    ignore_gfp_wait: bool = True
    """Spare the requests that are exempt: most of them may wait for memory. Off, any may fail."""


def _words(attributes: Attributes) -> dict[str, str]:
    return {
        "capability": attributes.capability,
        "probability": str(attributes.probability),
        "interval": str(attributes.interval),
        "times": str(attributes.times),
        "space": str(attributes.space),
        "tasks": ",".join(attributes.task_filter),
        "within": attributes.within,
        "nth": str(attributes.fail_nth),
        "ignore-gfp-wait": _switch_text(on=attributes.ignore_gfp_wait),
    }


def _switch_text(*, on: bool) -> str:
    return "Y" if on else "N"


PLAIN: Final = Attributes("")
"""The defaults."""

PLAIN_WORDS: Final = MappingProxyType(_words(PLAIN))


def attributes_text(attributes: Attributes) -> str:
    """Write attributes as a case does: `capability=slabs probability=10`, defaults left out."""
    words = _words(attributes).items()
    return " ".join(f"{word}={text}" for word, text in words if text != PLAIN_WORDS[word])


def attributes_from_words(words: Mapping[str, str]) -> Attributes:
    """Read attributes back from words and their values; ValueError says what was expected."""
    for word in words:
        if word not in PLAIN_WORDS:
            raise ValueError(f"one of {', '.join(PLAIN_WORDS)}, not {word!r}")
    if not words.get("capability"):
        raise ValueError("capability=NAME")
    return Attributes(
        capability=words["capability"],
        probability=_number(words, "probability", 0, PERCENT_MAX),
        interval=_number(words, "interval", 1),
        times=_number(words, "times", UNLIMITED),
        space=_number(words, "space", 0),
        task_filter=_tasks(words),
        within=_function(words),
        fail_nth=_number(words, "nth", 0),
        ignore_gfp_wait=_is_on(words, "ignore-gfp-wait"),
    )


def _number(words: Mapping[str, str], word: str, least: int, greatest: int = NUMBER_MAX) -> int:
    text = words.get(word, PLAIN_WORDS[word])
    if not re.fullmatch(NUMBER, text) or not least <= int(text) <= greatest:
        raise ValueError(f"{word}={least}..{greatest}, not {text!r}")
    return int(text)


def _is_on(words: Mapping[str, str], word: str) -> bool:
    text = words.get(word, PLAIN_WORDS[word])
    if text not in {"Y", "N"}:
        raise ValueError(f"{word}=Y or N, not {text!r}")
    return text == "Y"


def _tasks(words: Mapping[str, str]) -> tuple[str, ...]:
    if "tasks" not in words:
        return PLAIN.task_filter
    names = tuple(words["tasks"].split(","))
    if not all(names):
        raise ValueError(f"tasks=NAME,NAME..., not {words['tasks']!r}")
    return names


def _function(words: Mapping[str, str]) -> str:
    name = words.get("within", PLAIN.within)
    if "within" in words and not name.isidentifier():
        raise ValueError(f"within=FUNCTION, not {name!r}")
    return name
