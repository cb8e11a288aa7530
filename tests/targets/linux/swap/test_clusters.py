"""Clusters: runs of 256 slots, one for each CPU."""

import pytest

from targets.linux.swap.area import swp_offset
from targets.linux.swap.slots import get_swap_page
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import NAP, Rig


def offsets(rig: Rig, count: int) -> list[int]:
    return [swp_offset(get_swap_page(rig.core)) for _ in range(count)]


def first_slots_of_two_cpus(*, nonrot: bool, pages: int) -> list[object]:
    rig = Rig("4.9", pages=pages, cpus=2)
    rig.disk.nonrot = nonrot

    def boot() -> list[int]:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        return offsets(rig, 2)

    def other() -> list[int]:
        rig.world.sleep(NAP, 1)
        return offsets(rig, 2)

    return rig.run(boot, other)


def test_without_seeks_each_cpu_has_a_run_of_its_own() -> None:
    """The first run has the header, so it is not free as a whole."""
    taken = first_slots_of_two_cpus(nonrot=True, pages=1024)
    assert taken == [[256, 257], [512, 513]]


@pytest.mark.parametrize(("nonrot", "pages"), [(False, 1024), (True, 256)])
def test_otherwise_slots_are_taken_in_turn(*, nonrot: bool, pages: int) -> None:
    assert first_slots_of_two_cpus(nonrot=nonrot, pages=pages) == [[1, 2], [3, 4]]


def test_a_run_that_is_used_up_is_followed_by_another_and_then_by_single_slots() -> None:
    rig = Rig("4.9", pages=512)
    rig.disk.nonrot = True

    def body() -> list[int]:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        return offsets(rig, 258)

    assert rig.run(body) == [[*range(256, 512), 1, 2]]
