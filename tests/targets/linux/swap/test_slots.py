"""Finding a free slot: order, priorities, what happens when there are few left."""

import pytest

from fuzz.values.choices import Choices
from fuzz.world.faults import Attributes, DrawnFaults, OrderOfTests
from targets.linux.kernel.versions import VERSIONS
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_store
from targets.linux.swap.area import Entry, swp_offset, swp_type
from targets.linux.swap.counts import swapcache_free
from targets.linux.swap.inspect import slots_in_use
from targets.linux.swap.slots import get_swap_page, get_swap_pages
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, Spy, faults, filled


def swap_on(rig: Rig, *priorities: int | None) -> None:
    for driver, priority in zip(rig.drivers, priorities, strict=True):
        mkswap(rig.core, driver.disk)
        swapon(rig.core, driver.disk, priority)


def place(entry: Entry) -> tuple[int, int]:
    return swp_type(entry), swp_offset(entry)


@pytest.mark.parametrize("version", VERSIONS)
def test_slots_are_taken_in_turn_and_then_from_the_lowest(version: str) -> None:
    rig = Rig(version, pages=5)

    def body() -> list[int]:
        swap_on(rig, None)
        taken = [get_swap_page(rig.core) for _ in range(3)]
        for entry in taken[:2]:
            swapcache_free(rig.core, entry)
        return [*taken, *(get_swap_page(rig.core) for _ in range(4))]

    assert rig.run(body) == [[1, 2, 3, 4, 1, 2, 0]]
    assert (rig.core.nr_swap_pages, rig.core.swap_info[0].highest_bit) == (0, 0)
    assert rig.core.avail == []


def test_a_full_area_offers_slots_again_when_one_is_freed() -> None:
    rig = Rig(pages=3)

    def body() -> list[int]:
        swap_on(rig, None)
        taken = [get_swap_page(rig.core) for _ in range(3)]
        swapcache_free(rig.core, taken[1])
        return [*taken, get_swap_page(rig.core)]

    assert rig.run(body) == [[1, 2, 0, 2]]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_highest_priority_goes_first_and_equals_take_turns(version: str) -> None:
    rig = Rig(version, pages=3, disks=3)

    def body() -> list[tuple[int, int]]:
        swap_on(rig, None, 7, 7)
        return [place(get_swap_page(rig.core)) for _ in range(6)]

    assert rig.run(body) == [[(1, 1), (2, 1), (1, 2), (2, 2), (0, 1), (0, 2)]]


def test_when_swap_is_half_full_a_slot_that_only_the_cache_needs_is_taken_over() -> None:
    """Pages 0 and 1 were read back, and their slots 1 and 2 kept in case they stay clean."""
    rig = Rig(pages=9)

    def body() -> dict[int, int]:
        swap_on(rig, None)
        for index in range(4):
            user_store(rig.core, rig.mm, index, filled("a"))
            swap_out(rig.core, rig.mm, index)
        for index in range(2):
            rig.load(index)
        rig.core.swap_info[0].cluster_next = 1
        user_store(rig.core, rig.mm, 4, filled("b"))
        swap_out(rig.core, rig.mm, 4)
        return {slot.entry: slot.counted for slot in slots_in_use(rig.core)}

    assert rig.run(body) == [{1: 1, 2: 0, 3: 1, 4: 1}]


def test_without_a_tree_node_the_slot_is_given_back_and_the_page_stays() -> None:
    rig = Rig(faults=faults("A swap_cache.node#1 ENOMEM"))

    def body() -> list[bool]:
        swap_on(rig, None)
        user_store(rig.core, rig.mm, 0, filled("a"))
        return [swap_out(rig.core, rig.mm, 0), bool(slots_in_use(rig.core))]

    assert rig.run(body) == [[False, False]]
    assert (rig.where(0), rig.core.nr_swap_pages) == ("writable", 7)


def test_failslab_spares_atomic_masks_too() -> None:
    """The masks of 4.6 to 4.20 all have a reclaim bit, which ignore-gfp-wait exempts."""
    failslab = Attributes("failslab", probability=100, times=-1)
    rig = Rig(faults=DrawnFaults(failslab, Choices(1), OrderOfTests.PLAIN))

    def body() -> bool:
        swap_on(rig, None)
        user_store(rig.core, rig.mm, 0, filled("a"))
        return swap_out(rig.core, rig.mm, 0)

    assert rig.run(body) == [True]


@pytest.mark.parametrize(("version", "users"), [("6.12", 0), ("6.14", 1), ("6.19", 1)])
def test_from_6_14_on_whoever_takes_slots_is_a_user_of_the_area(version: str, users: int) -> None:
    rig = Rig(version)
    seen: list[int] = []

    def body() -> int:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        (area,) = rig.core.swap_info
        rig.world.watch(Spy("swap_info.lock", lambda: seen.append(area.users)))
        get_swap_pages(rig.core, 1)
        return area.users

    assert rig.run(body) == [0]
    assert max(seen) == users
