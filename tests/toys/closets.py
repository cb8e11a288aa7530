"""A target of two closets, each with a lock: who looks into one may go on to the other.

Kernel 1 lets tasks go both ways, and so lets two of them wait for each other; kernel 2 does not.
Where the setting `doors` is 1 nobody goes east in a case in which anybody goes west.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fuzz.program.domain import Number
from fuzz.program.operation import Operation
from fuzz.program.target import Setting, System
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from fuzz.world.world import World

EAST: Final = LockClass("east", "the east closet")
WEST: Final = LockClass("west", "the west closet")


class Closets(System):
    """Two locks."""

    def __init__(self, world: World, *, both_ways: bool) -> None:
        self._both_ways = both_ways
        self._east, self._west = Mutex(world, EAST), Mutex(world, WEST)

    def go_west(self) -> str:
        with self._east, self._west:
            return "west"

    def go_east(self) -> str:
        if not self._both_ways:
            return self.go_west()
        with self._west, self._east:
            return "east"

    def judge(self) -> None:
        """Promise nothing."""


@dataclass(frozen=True, slots=True)
class West(Operation[Closets]):
    word = "west"

    def run(self, seat: Closets) -> str:
        return seat.go_west()


@dataclass(frozen=True, slots=True)
class East(Operation[Closets]):
    word = "east"

    def run(self, seat: Closets) -> str:
        return seat.go_east()


class ClosetsTarget:
    name = "closets"
    sentence = "two closets that lead into each other"
    kernels = ("1", "2")
    settings = (Setting("doors", Number(1, 2), "2", "doors of the second closet"),)
    operations = (West, East)
    fault_points = ()
    promises = ()

    def check(self, kernel: str, settings: Mapping[str, Any]) -> None:
        """Take everything."""

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> Closets:
        del launch
        ways = {type(operation) for operations in tasks.values() for operation in operations}
        crowded = settings["doors"] == 1 and len(ways) > 1
        return Closets(world, both_ways=kernel == "1" and not crowded)


TARGET: Final = ClosetsTarget()
