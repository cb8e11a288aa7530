"""Timers: an interrupt after some ticks of the virtual clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.world.world import World


class Timer:
    """An interrupt task that starts when its time has come, unless it was cancelled before."""

    __slots__ = ("_action", "_name", "_pending", "_world")

    def __init__(self, world: World, name: str, action: Callable[[], None]) -> None:
        """Make a timer that runs `action` as an interrupt task called `name`."""
        self._world = world
        self._name = name
        self._action = action
        self._pending = 0

    def start(self, ticks: int) -> None:
        """Set the timer to `ticks` from now; a timer that was set before is moved."""
        self._pending += 1
        number = self._pending
        for hook in self._world.hooks.published:
            hook(self._world.running, self)
        self._world.clock.call_after(ticks, lambda: self._expire(number))

    def cancel(self) -> None:
        """Forget the time that was set."""
        self._pending += 1

    def _expire(self, number: int) -> None:
        if number == self._pending:
            self._world.spawn(self._name, self._run, interrupt=True)

    def _run(self) -> None:
        for hook in self._world.hooks.learned:
            hook(self._world.running, self)
        self._action()
