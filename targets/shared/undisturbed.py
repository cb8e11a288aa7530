"""Whether anything else happened while something was done: if not, what comes of it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fuzz.world.world import World


class Undisturbed:
    """Remembers a moment; says of a later one whether the running task was alone in between.

    Interrupts count, too: they end what was begun.
    """

    def __init__(self, world: World) -> None:
        """Begin now."""
        self._world = world
        self._began = self._now()

    @property
    def holds(self) -> bool:
        """Whether no other task has had a turn since, and nothing was made to fail."""
        return self._began == self._now()

    def _now(self) -> tuple[int, int]:
        world = self._world
        turns = sum(task.turns for task in world.tasks if task is not world.running)
        return turns, len(world.injected)
