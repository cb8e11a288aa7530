"""A bench for zsmalloc: one pool in a world with one task, on a kernel of either kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.world.strategy import default_choice
from fuzz.world.world import World
from targets.linux.kernel.features import Features
from targets.linux.kernel.history.zsmalloc import FreeLink, FullnessLists
from targets.linux.kernel.kernel import Kernel
from targets.linux.machine.gfp import GFP_NOIO, Gfp
from targets.linux.machine.machine import Machine
from targets.linux.machine.memory import Memory
from targets.linux.zsmalloc.mapping import zs_map_object, zs_unmap_object
from targets.linux.zsmalloc.pool import get_zspage, zs_create_pool
from targets.linux.zsmalloc.structs import MapMode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fuzz.values.point import Point
    from fuzz.world.strategy import FaultPlan, Strategy
    from fuzz.world.task import Task
    from targets.linux.zsmalloc.structs import Pool

SLOW: Final = GFP_NOIO | Gfp.HIGHMEM
FAST: Final = Gfp.KSWAPD_RECLAIM | Gfp.NOWARN | Gfp.HIGHMEM

LOCATION: Final = Kernel("4.7", Features())
INDEX: Final = Kernel(
    "4.9",
    Features(free_link=FreeLink.INDEX, fullness_lists=FullnessLists.ALL, zspage_struct=True),
)
KERNELS: Final = [LOCATION, INDEX]


class FailAt:
    """A fault plan that fails one visit of one point."""

    def __init__(self, point: str, visit: int) -> None:
        self._at = (point, visit)
        self.exempt: list[bool] = []

    def decide(
        self, task: Task, point: Point, visit: int, size: int, *, exempt: bool
    ) -> str | None:
        del task, size
        if (point.name, visit) != self._at:
            return None
        self.exempt.append(exempt)
        return point.faults[0]


class SwitchAt:
    """A strategy that hands over once, at one point, and else follows the default."""

    def __init__(self, point: str) -> None:
        self._point = point
        self._switched = False

    def pick(self, eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task:
        if announcer.pending.name == self._point and not self._switched and len(eligible) > 1:
            self._switched = True
            return next(task for task in eligible if task is not announcer)
        return default_choice(eligible, announcer, stays=stays)


def pool_on(
    kernel: Kernel, *, strategy: Strategy | None = None, faults: FaultPlan | None = None
) -> Pool:
    world = World(strategy=strategy, faults=faults)
    return zs_create_pool(Machine(world, kernel, Memory(world)), "zram0")


def run(pool: Pool, body: Callable[[], None]) -> list[str]:
    """Run one task to its end and return the kinds of what was found."""
    pool.world.spawn("A", body)
    pool.world.run()
    return [finding.kind for finding in pool.world.findings]


def put(pool: Pool, handle: int, data: bytes) -> None:
    mapping = zs_map_object(pool, handle, MapMode.WO)
    mapping.write(data)
    zs_unmap_object(pool, handle)


def get(pool: Pool, handle: int, length: int) -> bytes:
    mapping = zs_map_object(pool, handle, MapMode.RO)
    data = mapping.read(length)
    zs_unmap_object(pool, handle)
    return data


def number_of(pool: Pool, handle: int) -> int:
    return get_zspage(pool, handle)[1]
