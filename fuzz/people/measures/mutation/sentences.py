"""Sentences about mutants that nobody notices: which are equivalent, and what no judge sees.

In a file, a sentence follows the mutants that it is about. Lines move, so mutants are named without
them; `*` stands for anything:

    - targets.linux.mm.reclaim handle_write_error: deleted-lock: without `page.lock.acquire()`
      equivalent: the lock is dropped at once, and nothing lies between.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from fuzz.people.measures.mutation.mutants import Mutant

KEY: Final = "- "
EQUIVALENT: Final = "equivalent"


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is to be said of some mutants."""

    pattern: re.Pattern[str]
    text: str

    @property
    def says_equivalent(self) -> bool:
        """Whether the mutants do, for all that anybody could see, what they should."""
        return self.text.startswith(EQUIVALENT)


def read_sentences(path: Path) -> list[Sentence]:
    """Read the sentences of a file; several mutants may come before one."""
    sentences: list[Sentence] = []
    keys: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(KEY):
            keys.append(line.removeprefix(KEY).strip())
        elif keys and line.startswith("  "):
            sentences += _about(keys, line.strip())
            keys = []
    return sentences


def sentence_about(mutant: Mutant, sentences: Sequence[Sentence]) -> Sentence | None:
    """Return the first sentence about a mutant, if there is one."""
    return next((one for one in sentences if one.pattern.fullmatch(mutant.name)), None)


def _about(keys: Sequence[str], text: str) -> Iterator[Sentence]:
    for key in keys:
        parts = map(re.escape, key.split("*"))
        yield Sentence(re.compile(".*".join(parts)), text)
