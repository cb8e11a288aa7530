"""The peer that is plain Atheris: its own mutator of bytes, and bytes decoded as they come.

This is what the documentation of Atheris shows: a data provider turns bytes into draws, one after
another, and edges of the target's Python code are all the feedback; no byte means anything.
When the bytes are used up, every draw is 0. The schedule is a random walk of a drawn seed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.search.engines.atheris_engine import Callbacks, drive
from fuzz.search.engines.uniform import random_case
from fuzz.values.choices import Choices

if TYPE_CHECKING:
    from fuzz.search.explorer import Explorer

BYTE: Final = 256
INPUT_BYTES_MAX: Final = 4096
"""What libFuzzer takes by itself; an operation takes about eight."""


class BytesAsChoices(Choices):
    """Draws that take bytes, as few as the bound needs."""

    __slots__ = ("_data", "_used")

    def __init__(self, data: bytes) -> None:
        """Take the bytes from the front."""
        super().__init__(0)
        self._data = data
        self._used = 0

    def below(self, bound: int) -> int:
        """Take an integer of 0 to `bound - 1`; 0 when there are no bytes left."""
        value, reach = 0, 1
        while reach < bound and self._used < len(self._data):
            value = value * BYTE + self._data[self._used]
            reach *= BYTE
            self._used += 1
        return value % bound


class Decoded:
    """Inputs of bytes, each run as the case that it decodes to."""

    def __init__(self, explorer: Explorer) -> None:
        """Run with `explorer`."""
        self._explorer = explorer

    def run(self, data: bytes) -> set[int]:
        """Run what the bytes say; that no counter is told of is the point."""
        if not self._explorer.over:
            case = random_case(self._explorer.assignment, "walk", BytesAsChoices(data))
            self._explorer.run(case)
        return set()


def search(explorer: Explorer) -> None:
    """Let libFuzzer search among bytes."""
    drive(explorer, Callbacks(Decoded(explorer)), bytes_max=INPUT_BYTES_MAX)
