"""KSM: equal pages become one, part when somebody writes, and go through swap together."""

import pytest

from targets.linux.mm.fork import fork
from targets.linux.mm.ksmd import ksm_do_scan
from targets.linux.mm.mergeable import madvise_mergeable, madvise_unmergeable
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_store
from targets.linux.swap.inspect import pages_in_swap_cache, slots_in_use
from targets.linux.swap.swapoff import swapoff
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, faults, filled, refusal_of

KERNELS = ["4.9", "5.0", "5.4", "5.10", "5.19", "6.12", "6.19"]


def merge(rig: Rig, letters: str) -> int:
    """Write a page for each letter, and let ksmd merge what is equal."""
    mkswap(rig.core, rig.disk)
    swapon(rig.core, rig.disk)
    for index, letter in enumerate(letters):
        user_store(rig.core, rig.mm, index, filled(letter))
        madvise_mergeable(rig.core, rig.mm, index)
    return ksm_do_scan(rig.core)


def letters(rig: Rig, count: int) -> str:
    return "".join(rig.load(index) for index in range(count))


@pytest.mark.parametrize("version", KERNELS)
def test_equal_pages_become_one_and_part_at_a_write(version: str) -> None:
    rig = Rig(version)

    def body() -> list[object]:
        merged = merge(rig, "abaa")
        same = rig.mapped(0) is rig.mapped(2) is rig.mapped(3)
        frames = rig.core.memory.in_use
        user_store(rig.core, rig.mm, 2, filled("c"))
        return [merged, same, frames, letters(rig, 4), rig.mapped(0).mapcount]

    assert rig.run(body) == [[2, True, 2, "abca", 2]]


@pytest.mark.parametrize("version", KERNELS)
def test_merged_pages_come_back_from_swap_as_pages_of_their_own(version: str) -> None:
    """The page that is read belongs where it is mapped first; the others get copies."""
    rig = Rig(version)

    def body() -> list[object]:
        merge(rig, "aaa")
        freed = swap_out(rig.core, rig.mm, 1)
        (slot,) = slots_in_use(rig.core)
        read = letters(rig, 3)
        pages = [rig.mapped(index).pfn for index in range(3)]
        for index in range(3):
            user_store(rig.core, rig.mm, index, filled("xyz"[index]))
        return [freed, slot.counted, read, len(dict.fromkeys(pages)), letters(rig, 3)]

    assert rig.run(body) == [[True, 3, "aaa", 3, "xyz"]]


@pytest.mark.parametrize("version", KERNELS)
def test_a_ksm_page_that_is_still_in_the_swap_cache_is_mapped_again_by_all(version: str) -> None:
    rig = Rig(version)
    rig.driver.has_rw_page = False
    rig.driver.holds_bios = True

    def body() -> list[object]:
        merge(rig, "aa")
        swap_out(rig.core, rig.mm, 0)
        (page,) = pages_in_swap_cache(rig.core)
        read = letters(rig, 2)
        shared = rig.mapped(0) is rig.mapped(1) is page
        user_store(rig.core, rig.mm, 0, filled("b"))
        rig.driver.finish()
        return [read, shared, letters(rig, 2)]

    assert rig.run(body) == [["aa", True, "ba"]]


@pytest.mark.parametrize("version", KERNELS)
def test_the_last_place_of_a_ksm_page_takes_it_only_from_5_1_to_5_8(version: str) -> None:
    rig = Rig(version)

    def body() -> list[object]:
        merge(rig, "aa")
        user_store(rig.core, rig.mm, 0, filled("b"))
        page = rig.mapped(1)
        user_store(rig.core, rig.mm, 1, filled("c"))
        return [rig.mapped(1) is page, rig.mapped(1).ksm, letters(rig, 2)]

    assert rig.run(body) == [[version == "5.4", False, "bc"]]


def test_processes_share_a_merged_page_and_a_child_may_be_merged_too() -> None:
    rig = Rig()

    def body() -> list[object]:
        merge(rig, "aa")
        child = fork(rig.core, rig.mm)
        user_store(rig.core, child, 0, filled("b"))
        user_store(rig.core, child, 1, filled("b"))
        return [ksm_do_scan(rig.core), rig.mapped(0, child) is rig.mapped(1, child)]

    assert rig.run(body) == [[1, True]]


def test_a_page_that_may_not_be_merged_any_more_is_a_copy() -> None:
    rig = Rig(faults=faults("A wp_page_copy.page#1 ENOMEM"))

    def body() -> list[object]:
        merge(rig, "aa")
        madvise_unmergeable(rig.core, rig.mm, 0)
        return []

    assert rig.run(body) == ["ENOMEM"]
    rig = Rig()

    def again() -> list[object]:
        merge(rig, "aa")
        madvise_unmergeable(rig.core, rig.mm, 0)
        return [rig.mapped(0).ksm, rig.mapped(1).ksm, ksm_do_scan(rig.core), letters(rig, 2)]

    assert rig.run(again) == [[False, True, 0, "aa"]]


def test_a_page_that_somebody_holds_is_not_merged() -> None:
    """Who does I/O on it would not notice that it is to be read-only."""
    rig = Rig()

    def body() -> list[object]:
        mkswap(rig.core, rig.disk)
        for index in range(2):
            user_store(rig.core, rig.mm, index, filled("a"))
            madvise_mergeable(rig.core, rig.mm, index)
            rig.mapped(index).refcount += 1
        merged = ksm_do_scan(rig.core)
        for index in range(2):
            rig.mapped(index).refcount -= 1
        return [merged, rig.where(0), rig.where(1)]

    assert rig.run(body) == [[0, "writable", "writable"]]


@pytest.mark.parametrize("version", ["4.9", "5.10", "6.12"])
def test_swapoff_gives_each_place_of_a_merged_page_its_own(version: str) -> None:
    rig = Rig(version)

    def body() -> list[object]:
        merge(rig, "aaa")
        swap_out(rig.core, rig.mm, 0)
        swapoff(rig.core, rig.disk)
        return [letters(rig, 3), len(dict.fromkeys(rig.mapped(i).pfn for i in range(3)))]

    assert rig.run(body) == [["aaa", 3]]


def test_a_copy_for_want_of_memory_is_a_fault_that_fails() -> None:
    rig = Rig(faults=faults("A ksm.copy#1 ENOMEM"))

    def body() -> str:
        merge(rig, "aa")
        swap_out(rig.core, rig.mm, 0)
        rig.load(0)
        return rig.load(1)

    assert rig.run(body) == ["VM_FAULT_OOM"]


@pytest.mark.parametrize("version", ["4.9", "5.10"])
def test_swapoff_without_memory_for_a_copy_lets_go_of_the_process(version: str) -> None:
    rig = Rig(version, faults=faults("A ksm.copy#1 ENOMEM"))

    def body() -> list[object]:
        merge(rig, "aa")
        swap_out(rig.core, rig.mm, 0)
        refusal = refusal_of(lambda: swapoff(rig.core, rig.disk))
        return [refusal, rig.mm.users, letters(rig, 2)]

    assert rig.run(body) == [["ENOMEM", 1, "aa"]]


def test_a_merge_that_cannot_be_undone_leaves_a_ksm_page_of_one_place() -> None:
    """The second page is in use, and there is no memory to part the first one again."""
    rig = Rig(faults=faults("A wp_page_copy.page#1 ENOMEM"))

    def body() -> list[object]:
        merge(rig, "")
        for index in range(2):
            user_store(rig.core, rig.mm, index, filled("a"))
            madvise_mergeable(rig.core, rig.mm, index)
        rig.mapped(0).refcount += 1
        merged = ksm_do_scan(rig.core)
        rig.mapped(0).refcount -= 1
        return [merged, rig.mapped(0).ksm, rig.mapped(1).ksm, rig.mm.users, letters(rig, 2)]

    assert rig.run(body) == [[0, False, True, 1, "aa"]]
