"""Wait queues: tasks that sleep until something holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.values.point import Point
    from fuzz.world.task import Task
    from fuzz.world.world import World


class WaitQueue:
    """Tasks that wait for a condition, in the order in which they came."""

    __slots__ = ("_waiters", "_world")

    def __init__(self, world: World) -> None:
        """Make an empty queue."""
        self._world = world
        self._waiters: list[Task] = []

    def wait_until(
        self, condition: Callable[[], bool], point: Point, instance: int = 0, *, sleeps: bool = True
    ) -> None:
        """Return once `condition` holds; a task that is woken too early waits again.

        A spinner (`sleeps=False`) waits without giving up its CPU.
        """
        if condition():
            return
        task = self._world.running
        task.awaits = condition
        while True:
            self._waiters.append(task)
            self._world.park(point, instance, sleeps=sleeps)
            if condition():
                break
        task.awaits = None

    def wake_all(self) -> None:
        """Wake every waiter; each looks at its condition again when it is chosen."""
        waiters = self._waiters
        if waiters:
            self._waiters = []
            for task in waiters:
                self._world.wake(task)

    @property
    def empty(self) -> bool:
        """Whether nobody waits."""
        return not self._waiters
