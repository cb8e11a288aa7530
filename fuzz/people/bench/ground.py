"""Grounds: the kernels on which searchers are measured, each with the bugs to find there."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ground:
    """A kernel of a target, with what is fixed of its settings, and bugs that it has."""

    name: str
    """In tables and files; of its own."""
    target: str
    """The name of an installed target, or `module:attribute`."""
    kernel: str
    settings: tuple[tuple[str, str], ...]
    """What every case has, as text; here further bugs are put in."""
    bugs: tuple[str, ...]
    """What is to be found; it may have others, which are found on another ground."""

    def text(self) -> str:
        """Write the ground on one line."""
        return json.dumps(asdict(self), sort_keys=True)

    @staticmethod
    def parse(text: str) -> Ground:
        """Read a ground that `text` wrote."""
        words: dict[str, Any] = json.loads(text)
        words["settings"] = tuple((name, value) for name, value in words["settings"])
        words["bugs"] = tuple(words["bugs"])
        return Ground(**words)
