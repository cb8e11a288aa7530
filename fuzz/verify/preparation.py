"""Preparing the machine: the part of a run before there is anything to choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.program.execute import OPERATION
from fuzz.program.target import CannotRun

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from fuzz.world.task import Task


class Preparation:
    """Lets one task after the other do its first operations, as bounds name them, undisturbed."""

    __slots__ = ("_left", "_tasks")

    def __init__(self, setup: Sequence[tuple[str, int]], tasks: Collection[str]) -> None:
        """Begin before the first of `setup`; `tasks` are those of the case."""
        self._left = list(setup)
        self._tasks = frozenset(tasks)

    def __bool__(self) -> bool:
        """Whether something is left to do."""
        return bool(self._left)

    def pick(self, eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task | None:
        """Choose who goes on; None when all is done. CannotRun when nobody comes further."""
        name, operations = self._left[0]
        begins = stays and announcer.name == name and announcer.pending is OPERATION
        if begins and announcer.pending_instance == operations:
            del self._left[0]
            if not self._left:
                return None
            name, operations = self._left[0]
        able = [task for task in eligible if task.name == name] or [
            task for task in eligible if task.name not in self._tasks
        ]
        if not able:
            raise CannotRun(f"{name} does not come to operation {operations} by itself")
        return able[0]
