"""What is asked of a real kernel: one program of steps at a time, and its answers.

A guest that runs is one; so is whatever a test puts in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias

Step: TypeAlias = Mapping[str, Any]
"""One thing to do, as the agent understands it: `{"op": "store", "file": "reset", "text": "1"}`."""

Reply: TypeAlias = Mapping[str, Any]
"""How a step went: `ok` with a value or `errno` with a name, and what was `seen` afterwards."""


class RealKernel(Protocol):
    """A kernel that runs programs."""

    @property
    def hello(self) -> Mapping[str, Any]:
        """What the agent said of it: release, CPUs, files, algorithms, build options."""
        ...

    def run(
        self, steps: Sequence[Step], watch: Sequence[str] = (), devices: int = 1
    ) -> Sequence[Reply]:
        """Run a program on so many fresh devices; watched files come with each reply."""
        ...
