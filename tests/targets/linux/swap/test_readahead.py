"""Readahead: what else a fault reads."""

import pytest

from targets.linux.kernel.versions import VERSIONS
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_store
from targets.linux.swap.area import swp_offset
from targets.linux.swap.inspect import pages_in_swap_cache
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, filled


def cached_after_a_fault(version: str, page_cluster: int, page: int) -> list[int]:
    """Swap pages 0 to 4 out to slots 1 to 5, read one, and return the slots in the swap cache."""
    rig = Rig(version, pages=32)
    rig.core.page_cluster = page_cluster
    rig.driver.has_rw_page = False

    def body() -> str:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        for index, letter in enumerate("abcde"):
            user_store(rig.core, rig.mm, index, filled(letter))
            swap_out(rig.core, rig.mm, index)
        return rig.load(page)

    assert rig.run(body) == ["abcde"[page]]
    return [swp_offset(cached.private) for cached in pages_in_swap_cache(rig.core)]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("page_cluster", "page", "slots"),
    [
        (0, 2, [3]),
        (1, 2, [2, 3]),
        (2, 2, [1, 2, 3]),
        (2, 4, [4, 5]),
        (3, 0, [1, 2, 3, 4, 5]),
    ],
)
def test_a_fault_reads_the_window_of_its_slot(
    version: str, page_cluster: int, page: int, slots: list[int]
) -> None:
    """Slots that nobody uses are not read, nor is the header."""
    assert cached_after_a_fault(version, page_cluster, page) == slots


@pytest.mark.parametrize("version", VERSIONS)
def test_a_slot_that_a_cpu_has_taken_in_advance_is_not_waited_for(version: str) -> None:
    rig = Rig(version, pages=800)
    rig.core.page_cluster = 3
    rig.driver.has_rw_page = False

    def body() -> str:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        user_store(rig.core, rig.mm, 0, filled("a"))
        swap_out(rig.core, rig.mm, 0)
        return rig.load(0)

    assert rig.run(body) == ["a"]


@pytest.mark.parametrize(("version", "slots"), [("4.10", [4]), ("4.14", [1, 4]), ("6.19", [1, 4])])
def test_neighbours_are_those_by_address_from_4_14_on_where_no_device_has_seeks(
    version: str, slots: list[int]
) -> None:
    """Page 1 is the neighbour of page 0 by address, and its slot far from that of page 0."""
    rig = Rig(version, pages=32)
    rig.core.page_cluster = 1
    rig.driver.has_rw_page = False
    rig.disk.nonrot = True

    def body() -> str:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        for index in (1, 2, 3, 0):
            user_store(rig.core, rig.mm, index, filled("a"))
            swap_out(rig.core, rig.mm, index)
        return rig.load(0)

    assert rig.run(body) == ["a"]
    assert [swp_offset(page.private) for page in pages_in_swap_cache(rig.core)] == slots
