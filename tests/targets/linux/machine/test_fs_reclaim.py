"""Requests that may reclaim, made with locks that reclaim takes: as zram once held its init_lock.

[D02: up to 3.19 disksize_store allocated under init_lock, which the I/O path took for reading;
D01, D03: up to 3.8 and 4.4 the I/O path itself asked for memory with GFP_KERNEL]
"""

import pytest

from fuzz.sanitize.locks.sanitizer import LockSanitizer
from fuzz.values.point import fault_point
from fuzz.world.sync.rw_semaphore import RwSemaphore
from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.world import World
from targets.linux.machine.gfp import GFP_ATOMIC, GFP_KERNEL, GFP_NOIO, Gfp
from targets.linux.machine.memory import Memory
from targets.linux.zram.device import INIT_LOCK
from targets.linux.zram.slot import SLOT_LOCK

TABLE = fault_point("toy.table", "get memory for a table", "ENOMEM")


def told(
    *,
    under_init_lock: Gfp,
    in_reclaim: Gfp = GFP_NOIO,
    reclaim_for: Gfp = GFP_KERNEL,
    memalloc: bool = True,
) -> list[str]:
    """Set a device up under init_lock, then reclaim into it; return what is reported."""
    world = World()
    world.attach(LockSanitizer(world))
    memory = Memory(world)
    init_lock, slot = RwSemaphore(world, INIT_LOCK), SpinLock(world, SLOT_LOCK)

    def set_up() -> None:
        with init_lock.writing():
            memory.alloc_page(under_init_lock, TABLE)

    def write_page() -> None:
        with init_lock.reading():
            memory.alloc_page(in_reclaim, TABLE)
            with slot:
                pass

    def reclaim() -> None:
        if memalloc:
            with memory.fs_reclaim.reclaiming(reclaim_for):
                write_page()
        else:
            write_page()

    world.spawn("A", set_up)
    world.spawn("B", reclaim)
    world.run()
    return [f"{finding.kind} {finding.place}" for finding in world.findings]


@pytest.mark.parametrize("gfp", [GFP_KERNEL, GFP_KERNEL | Gfp.HIGHMEM, GFP_NOIO | Gfp.IO])
def test_memory_that_may_need_io_is_not_asked_for_under_a_lock_that_io_takes(gfp: Gfp) -> None:
    assert told(under_init_lock=gfp) == ["lock-order fs_reclaim+zram.init_lock"]


@pytest.mark.parametrize("gfp", [GFP_NOIO, GFP_ATOMIC])
def test_memory_that_needs_no_io_may_be_asked_for_under_any_lock(gfp: Gfp) -> None:
    assert told(under_init_lock=gfp) == []


def test_reclaim_that_may_not_write_takes_nothing_that_io_takes() -> None:
    assert told(under_init_lock=GFP_KERNEL, reclaim_for=GFP_NOIO) == []


def test_reclaim_itself_may_ask_for_anything_since_it_does_not_reclaim_again() -> None:
    assert told(under_init_lock=GFP_NOIO, in_reclaim=GFP_KERNEL) == []


def test_the_path_of_io_is_judged_by_what_others_do_in_reclaim() -> None:
    assert told(under_init_lock=GFP_NOIO, in_reclaim=GFP_KERNEL, memalloc=False) == []
    assert told(under_init_lock=GFP_KERNEL, memalloc=False) == []


@pytest.mark.parametrize(("gfp", "expected"), [(GFP_KERNEL, True), (GFP_NOIO, False)])
def test_who_serves_a_request_of_a_disk_does_not_reclaim(gfp: Gfp, *, expected: bool) -> None:
    world = World()
    world.attach(LockSanitizer(world))
    memory = Memory(world)

    def serve() -> None:
        memory.alloc_page(GFP_KERNEL, TABLE)
        with memory.fs_reclaim.serving_io(), memory.fs_reclaim.serving_io():
            memory.alloc_page(gfp, TABLE)

    world.spawn("A", serve)
    world.run()
    orders = [f"{finding.kind} {finding.place}" for finding in world.findings]
    assert orders == ["lock-order fs_reclaim+q_usage_counter"] * expected
