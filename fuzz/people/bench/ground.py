"""Grounds: the kernels on which searchers are measured, each with the bugs to find there."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Ground:
    """A kernel of a target, with what is fixed of its settings, and bugs that it has."""

    target: str
    """The name of an installed target, or `module:attribute`."""
    kernel: str
    settings: tuple[tuple[str, str], ...]
    """What every case has, as text; here further bugs are put in."""
    bugs: tuple[str, ...]
    """What is to be found; it may have others, which are found on another ground."""

    @property
    def name(self) -> str:
        """Name it in tables and files."""
        return f"{self.target.rpartition(':')[2]}-{self.kernel}"

    def text(self) -> str:
        """Write the ground on one line."""
        return json.dumps(asdict(self), sort_keys=True)

    @staticmethod
    def parse(text: str) -> Ground:
        """Read a ground that `text` wrote."""
        words = json.loads(text)
        settings = tuple((name, value) for name, value in words["settings"])
        return Ground(words["target"], words["kernel"], settings, tuple(words["bugs"]))
