"""A bench for zsmalloc: one pool in a world with one task, on a kernel of either kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.world.strategy import default_choice
from fuzz.world.world import World
from targets.linux.kernel.build import Build
from targets.linux.kernel.versions import kernel_named
from targets.linux.machine.gfp import GFP_NOIO, Gfp
from targets.linux.machine.machine import Machine
from targets.linux.machine.memory import Memory
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zsmalloc.access import (
    maps_objects,
    zs_obj_read_begin,
    zs_obj_read_end,
    zs_obj_write,
)
from targets.linux.zsmalloc.mapping import zs_map_object, zs_unmap_object
from targets.linux.zsmalloc.pool import zs_create_pool
from targets.linux.zsmalloc.structs import MapMode
from targets.linux.zsmalloc.zspage import get_zspage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fuzz.values.point import Point
    from fuzz.world.strategy import FaultPlan, Strategy
    from fuzz.world.task import Task
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.zsmalloc.structs import Pool

SLOW: Final = GFP_NOIO | Gfp.HIGHMEM
FAST: Final = Gfp.KSWAPD_RECLAIM | Gfp.NOWARN | Gfp.HIGHMEM

LOCATION: Final = kernel_named("4.7")
INDEX: Final = kernel_named("4.9")
ERAS: Final = tuple(
    kernel_named(version, build=Build(chain_size=4))
    for version in ("4.14", "5.10", "5.15", "5.17", "6.1", "6.3", "6.5", "6.8", "6.12", "6.17")
)
KERNELS: Final = (LOCATION, INDEX, *ERAS)
"""A kernel for each way in which zsmalloc was locked, listed, linked, packed or compacted."""

PINNED: Final = tuple(
    kernel for kernel in KERNELS if kernel.version in {"4.7", "4.9", "4.14", "5.10", "5.15"}
)
"""Those whose handles have a pin."""

MAPPED: Final = tuple(kernel for kernel in KERNELS if kernel.version != "6.17")
"""Those whose objects are mapped."""


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
    if not maps_objects(pool):
        zs_obj_write(pool, handle, data)
        return
    mapping = zs_map_object(pool, handle, MapMode.WO)
    mapping.write(data)
    zs_unmap_object(pool, handle)


def get(pool: Pool, handle: int, length: int) -> bytes:
    if maps_objects(pool):
        mapping = zs_map_object(pool, handle, MapMode.RO)
        data = mapping.read(length)
        zs_unmap_object(pool, handle)
        return data
    view = zs_obj_read_begin(pool, handle, bytearray(PAGE_SIZE))
    data = view.read(length)
    zs_obj_read_end(pool, handle)
    return data


def number_of(pool: Pool, handle: int) -> int:
    return get_zspage(pool, handle)[1]
