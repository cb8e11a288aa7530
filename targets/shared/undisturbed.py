"""Whether anything else happened while something was done: if not, what comes of it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.program.answered import turns_of_others

if TYPE_CHECKING:
    from fuzz.world.world import World


class Undisturbed:
    """Remembers a moment; says of a later one whether the running task was alone in between."""

    def __init__(self, world: World) -> None:
        """Begin now."""
        self._world = world
        self._began = self._now()

    @property
    def holds(self) -> bool:
        """Whether no other task has had a turn since, and nothing was made to fail."""
        return self._began == self._now()

    def _now(self) -> tuple[int, int]:
        return turns_of_others(self._world), len(self._world.injected)
