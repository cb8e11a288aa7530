"""Baselines: what an earlier triage wrote as JSON, read back as far as it matters.

Somebody else may have written or edited the file: whatever is wrong with it is said in one line.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fuzz.people.errors import in_file
from fuzz.people.triage.triaged import State
from fuzz.values.finding import Harm

if TYPE_CHECKING:
    from pathlib import Path

FORMAT: Final = 1
"""Goes up when a key changes its meaning; a later one is not read."""
BYTES_MAX: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class Known:
    """A bug of the baseline."""

    kind: str
    place: str
    title: str
    harm: Harm
    state: State
    expected: tuple[str, ...]
    """What its cases expected, as signatures."""
    also: tuple[str, ...] = ()
    """Other identities that it had."""

    @property
    def signatures(self) -> tuple[str, ...]:
        """Its identities as words."""
        return (f"{self.kind}-{self.place}", *self.also)


@dataclass(frozen=True, slots=True)
class Baseline:
    """Everything that was known."""

    name: str
    known: tuple[Known, ...]

    def find(self, shown: frozenset[str], expected: frozenset[str]) -> Known | None:
        """Return what was known of a bug: by its identities, else by what its cases expect."""
        same = (known for known in self.known if shown.intersection(known.signatures))
        alike = (known for known in self.known if expected.intersection(known.expected))
        return next(same, None) or next(alike, None)


def read_baseline(path: Path) -> Baseline:
    """Read what an earlier triage wrote; UserError says what is wrong with it."""
    try:
        with path.open("rb") as file:
            words: Any = json.loads(file.read(BYTES_MAX))
    except OSError as error:
        raise in_file(path, error.strerror or type(error).__name__) from None
    except (ValueError, RecursionError):
        raise in_file(path, "expected JSON that a triage has written") from None
    try:
        if words["format"] > FORMAT:
            raise in_file(path, f"format {words['format']!a} is of a later Swapstorm")
        return Baseline(str(path), tuple(map(_known, words["groups"])))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        why = f"expected JSON that a triage has written: {type(error).__name__} {error}"
        raise in_file(path, why) from None


def _known(words: Any) -> Known:
    expected = tuple(str(case["expected"]) for case in words["cases"] if case["expected"])
    return Known(
        kind=str(words["kind"]),
        place=str(words["place"]),
        title=str(words["title"]),
        harm=Harm(words["harm"]),
        state=State(words["state"]),
        expected=expected,
        also=tuple(map(str, words.get("also", ()))),
    )
