"""Which kinds of locks interrupts take, and which tasks hold where an interrupt may come.

An interrupt that waits for what the task under it holds waits for ever: that task cannot go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.sanitize.locks.promises import LOCK_IN_INTERRUPT, LOCK_ORDER_IN_INTERRUPT
from fuzz.world.event import current_place

if TYPE_CHECKING:
    from fuzz.sanitize.locks.graph import LockGraph
    from fuzz.world.task import Task
    from fuzz.world.world import World


class InterruptUse:
    """Uses of each kind of lock, with the function in which each was first seen."""

    __slots__ = ("_by_interrupts", "_graph", "_interruptible", "_world")

    def __init__(self, world: World, graph: LockGraph) -> None:
        """Start with no use."""
        self._world = world
        self._graph = graph
        self._by_interrupts: dict[str, str] = {}
        self._interruptible: dict[str, str] = {}

    def used(self, task: Task, name: str, *, tried: bool = False) -> None:
        """Note that a task is about to hold a lock, or does; who tried would not have waited."""
        if task.interrupt:
            if tried:
                return
            uses = self._by_interrupts
        elif not task.cpu.masked:
            uses = self._interruptible
        else:
            return
        if name in uses:
            return
        uses[name] = current_place()
        if self._by_interrupts:
            self._judge(name)
            self.judge_orders()

    def judge_orders(self) -> None:
        """Judge what the orders of kinds mean for interrupts."""
        for safe, taken in self._by_interrupts.items():
            for unsafe in self._graph.after(safe):
                held = self._interruptible.get(unsafe)
                if held is not None and safe not in self._interruptible:
                    self._world.report(
                        LOCK_ORDER_IN_INTERRUPT,
                        "WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected: "
                        f"{safe} -> {unsafe}",
                        f"an interrupt takes {safe} in {taken}; who holds it may wait for "
                        f"{unsafe}, which tasks hold with interrupts enabled in {held}",
                        place=(safe, unsafe),
                    )

    def _judge(self, name: str) -> None:
        taken, held = self._by_interrupts.get(name), self._interruptible.get(name)
        if taken is None or held is None:
            return
        self._world.report(
            LOCK_IN_INTERRUPT,
            f"WARNING: inconsistent lock state: {name}",
            f"an interrupt takes {name} in {taken}, "
            f"which tasks hold with interrupts enabled in {held}",
            place=name,
        )
