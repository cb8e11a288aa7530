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
    rig.world.spawn("A", lambda: look(rig.core, rig.mm))
    rig.world.spawn("B", lambda: change(rig.core, rig.mm))
    rig.world.run()
    return [finding.place for finding in rig.world.findings]


@pytest.mark.parametrize("change", [mlock, munlock, madvise_mergeable])
@pytest.mark.parametrize("look", [fault, fork, madvise_dontneed, swap_in])
def test_looks_and_changes_exclude_each_other(
    look: Callable[..., object], change: Callable[..., object]
) -> None:
    place = () if look in {fault, fork} else (0,)
    assert races(lambda core, mm: look(core, mm, *place), lambda c, m: change(c, m, 0)) == []


def test_a_fault_without_mmap_sem_is_a_race() -> None:
    place = "fault_without_mmap_sem+mlock"
    assert races(fault_without_mmap_sem, lambda core, mm: mlock(core, mm, 0)) == [place]
