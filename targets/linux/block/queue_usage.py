"""Requests that are inside a driver, which its disk outlives (q_usage_counter) [4.6 to 6.19]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from fuzz.world.cell import learn, publish
from fuzz.world.sync.wait_queue import WaitQueue

if TYPE_CHECKING:
    from fuzz.world.world import World

FREEZE: Final = Point(
    "disk.freeze", "wait for requests that are under way", Access.WAIT, "requests of a disk"
)


class QueueUsage:
    """Counts the requests that a driver has been given, and has not served."""

    def __init__(self, world: World, number: int) -> None:
        """Begin with none, for the disk of a number."""
        self._world = world
        self._number = number
        self._requests = 0
        self._gone = WaitQueue(world)

    def enter(self) -> None:
        """Give the driver a request (blk_queue_enter)."""
        self._requests += 1

    def exit(self) -> None:
        """Count a request as served (blk_queue_exit)."""
        publish(self._world, self)
        self._requests -= 1
        if not self._requests:
            self._gone.wake_all()

    def freeze(self) -> None:
        """Wait until no request is under way (blk_mq_freeze_queue_wait)."""
        self._gone.wait_until(lambda: not self._requests, FREEZE, self._number)
        learn(self._world, self)
