"""A process's memory areas: who looks at them, or changes them, holds mmap_sem."""

from collections.abc import Callable

import pytest

from fuzz.sanitize.races import Races
from targets.linux.mm.fault import handle_mm_fault
from targets.linux.mm.fork import fork
from targets.linux.mm.madvise import madvise_dontneed
from targets.linux.mm.mergeable import madvise_mergeable
from targets.linux.mm.mlock import mlock, munlock
from targets.linux.mm.mm_struct import MmStruct
from targets.linux.mm.user import do_page_fault, swap_in
from targets.linux.swap.core import SwapCore
from tests.targets.linux.swap.machines import Rig

Work = Callable[[SwapCore, MmStruct], object]


def fault(core: SwapCore, mm: MmStruct) -> None:
    do_page_fault(core, mm, 0, write=True)


def fault_without_mmap_sem(core: SwapCore, mm: MmStruct) -> None:
    handle_mm_fault(core, mm, 0, write=True, may_retry=False)


def races(look: Work, change: Work) -> list[str]:
    """Run two tasks of one process, and return the places of races."""
    rig = Rig()
    rig.world.attach(Races(rig.world))

    def looks() -> None:
        look(rig.core, rig.mm)

    def changes() -> None:
        change(rig.core, rig.mm)

    rig.world.spawn("A", looks)
    rig.world.spawn("B", changes)
    rig.world.run()
    return [finding.place for finding in rig.world.findings]


def lock_page(core: SwapCore, mm: MmStruct) -> None:
    mlock(core, mm, 0)


def unlock_page(core: SwapCore, mm: MmStruct) -> None:
    munlock(core, mm, 0)


def offer_page(core: SwapCore, mm: MmStruct) -> None:
    madvise_mergeable(core, mm, 0)


def drop_page(core: SwapCore, mm: MmStruct) -> None:
    madvise_dontneed(core, mm, 0)


def read_page_ahead(core: SwapCore, mm: MmStruct) -> None:
    swap_in(core, mm, 0)


@pytest.mark.parametrize("change", [lock_page, unlock_page, offer_page])
@pytest.mark.parametrize("look", [fault, fork, drop_page, read_page_ahead])
def test_looks_and_changes_exclude_each_other(look: Work, change: Work) -> None:
    assert races(look, change) == []


def test_a_fault_without_mmap_sem_is_a_race() -> None:
    assert races(fault_without_mmap_sem, lock_page) == ["fault_without_mmap_sem"]
