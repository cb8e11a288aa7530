"""Slots in batches: taken and freed together where there are many, at once where there are few."""

import pytest

from targets.linux.kernel.versions import VERSIONS
from targets.linux.swap.area import SWAP_HAS_CACHE, swp_offset
from targets.linux.swap.counts import swapcache_free
from targets.linux.swap.inspect import slots_in_use
from targets.linux.swap.slots import get_swap_page
from targets.linux.swap.swapoff import swapoff
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig

WITH_CACHE = VERSIONS[VERSIONS.index("4.14") : VERSIONS.index("6.17")]
"""It came in 4.11 and went in 6.15."""
ENOUGH = 2 * 5 * 64 + 2
"""Slots above which two CPUs use the cache, and the header."""


def in_use(rig: Rig) -> int:
    return sum(byte == SWAP_HAS_CACHE for byte in rig.core.swap_info[0].swap_map)


def one_slot_taken_and_freed(version: str, pages: int) -> object:
    rig = Rig(version, pages=pages, cpus=2)

    def body() -> object:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        entry = get_swap_page(rig.core)
        taken = in_use(rig)
        swapcache_free(rig.core, entry)
        left = in_use(rig), len(rig.core.slot_caches.parked)
        swapoff(rig.core, rig.disk)
        return taken, left, rig.core.swap_info[0].inuse_pages

    (answer,) = rig.run(body)
    return answer


@pytest.mark.parametrize("version", WITH_CACHE)
def test_with_many_slots_a_batch_is_taken_and_freed_slots_are_parked(version: str) -> None:
    assert one_slot_taken_and_freed(version, ENOUGH) == (64, (64, 64), 0)


@pytest.mark.parametrize("version", WITH_CACHE)
def test_with_few_slots_none_is_parked(version: str) -> None:
    assert one_slot_taken_and_freed(version, ENOUGH - 1) == (1, (0, 0), 0)


@pytest.mark.parametrize("version", ["4.6", "4.10", "6.17", "6.19"])
def test_other_kernels_park_nothing(version: str) -> None:
    assert one_slot_taken_and_freed(version, ENOUGH) == (1, (0, 0), 0)


def test_the_cache_is_emptied_when_slots_become_few() -> None:
    rig = Rig("5.10", pages=ENOUGH, cpus=2)

    def body() -> list[int]:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        for _ in range(449):
            get_swap_page(rig.core)
        return [len(rig.core.slot_caches.parked), rig.core.nr_swap_pages, in_use(rig)]

    assert rig.run(body) == [[0, 192, 449]]


def test_a_batch_that_is_full_is_freed_before_the_next_slot_is_parked() -> None:
    rig = Rig("5.10", pages=ENOUGH + 200, cpus=2)

    def body() -> list[int]:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        entries = [get_swap_page(rig.core) for _ in range(65)]
        for entry in entries:
            swapcache_free(rig.core, entry)
        (_, *others) = entries
        freed = rig.core.swap_info[0].swap_map[swp_offset(others[0])]
        return [len(rig.core.slot_caches.caches[0].returned), freed]

    assert rig.run(body) == [[1, 0]]


def test_judges_do_not_take_a_parked_slot_for_a_lost_one() -> None:
    rig = Rig("5.10", pages=ENOUGH, cpus=2)

    def body() -> None:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        get_swap_page(rig.core)

    rig.run(body)
    slots = slots_in_use(rig.core)
    assert [slot.parked for slot in slots].count(False) == 1, "the one that was taken"
    assert [slot.leaked for slot in slots].count(True) == 1
