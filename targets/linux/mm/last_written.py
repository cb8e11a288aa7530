"""What a process wrote to its memory: kept for judges, no part of the kernel.

What a page must hold is what was last written to it. What it had to hold earlier tells a page that
was wrong when its contents came from one that was right, but is out of date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from targets.linux.machine.page import PAGE_SIZE

if TYPE_CHECKING:
    from fuzz.world.world import World

ZEROS: Final = bytes(PAGE_SIZE)


class LastWritten(dict[int, bytes]):
    """What was last written to each page, by index; pages that are zeros again are left out."""

    def __init__(self, world: World) -> None:
        """Remember nothing yet."""
        super().__init__()
        self._world = world
        self._past: dict[int, list[tuple[int, bytes]]] = {}
        """For each index, the points that had passed when it changed, and what was there then."""

    def __setitem__(self, index: int, data: bytes) -> None:
        """Note what was written now."""
        super().__setitem__(index, data)
        self._note(index, data)

    def drop(self, index: int) -> None:
        """Note that a page is zeros now."""
        if super().pop(index, None) is not None:
            self._note(index, ZEROS)

    def inherit(self, index: int, parent: LastWritten) -> None:
        """Have what another process has at an index, as if it had always been so."""
        if index in parent:
            super().__setitem__(index, parent[index])
            self._past[index] = list(parent._past[index])

    def at(self, index: int, passed: int) -> bytes:
        """Return what a page had to hold when so many points of the run had passed."""
        past = self._past.get(index, ())
        return next((data for since, data in reversed(past) if since <= passed), ZEROS)

    def _note(self, index: int, data: bytes) -> None:
        self._past.setdefault(index, []).append((len(self._world.trace), data))
