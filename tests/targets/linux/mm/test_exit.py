"""The end of a process: nothing of it stays but what others are busy with."""

from targets.linux.mm.exit import exit_mm
from targets.linux.mm.fork import fork
from targets.linux.mm.madvise import madvise_dontneed
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import swap_in, user_store
from targets.linux.swap.inspect import pages_in_swap_cache, slots_in_use
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import (
    ZEROS,
    Rig,
    filled,
    refusal_of,
    shrink_swap_cache,
    switch,
    walk,
)


def with_pages(rig: Rig, count: int) -> None:
    mkswap(rig.core, rig.disk)
    swapon(rig.core, rig.disk)
    for index in range(count):
        user_store(rig.core, rig.mm, index, filled("a"))


def test_mapped_swapped_and_cached_pages_all_go() -> None:
    rig = Rig()

    def body() -> list[object]:
        with_pages(rig, 4)
        for index in range(3):
            swap_out(rig.core, rig.mm, index)
        swap_in(rig.core, rig.mm, 0)
        rig.load(1)
        before = [rig.core.memory.in_use, len(slots_in_use(rig.core))]
        exit_mm(rig.core, rig.mm)
        return [*before, rig.core.memory.in_use, slots_in_use(rig.core), rig.mm.page_table]

    assert rig.run(body) == [[3, 3, 0, [], {}]]
    assert (rig.core.rmap, rig.core.mmlist) == ({}, [])


def test_a_page_under_writeback_stays_until_reclaim_comes_again() -> None:
    rig = Rig()
    rig.driver.has_rw_page = False
    rig.driver.holds_bios = True

    def body() -> list[object]:
        with_pages(rig, 1)
        swap_out(rig.core, rig.mm, 0)
        exit_mm(rig.core, rig.mm)
        left = [len(pages_in_swap_cache(rig.core)), shrink_swap_cache(rig.core)]
        rig.driver.finish()
        return [*left, shrink_swap_cache(rig.core), rig.core.memory.in_use, slots_in_use(rig.core)]

    assert rig.run(body) == [[1, 0, 1, 0, []]]


def test_a_process_ends_once_and_then_nothing_can_be_done_with_it() -> None:
    rig = Rig()

    def body() -> list[str]:
        exit_mm(rig.core, rig.mm)
        return [
            refusal_of(lambda: exit_mm(rig.core, rig.mm)),
            refusal_of(lambda: user_store(rig.core, rig.mm, 0, ZEROS)),
            refusal_of(lambda: rig.load(0) and None),
            refusal_of(lambda: swap_in(rig.core, rig.mm, 0)),
        ]

    assert rig.run(body) == [["SIGSEGV"] * 4]


def test_a_thread_that_is_busy_keeps_the_memory_until_it_is_done() -> None:
    for seed in range(50):
        rig = Rig(strategy=walk(seed))
        stored, ended = rig.run(
            lambda rig=rig: user_store(rig.core, rig.mm, 0, ZEROS),
            lambda rig=rig: exit_mm(rig.core, rig.mm),
        )
        assert (stored in (None, "SIGSEGV"), ended) == (True, None)
        assert (rig.core.memory.in_use, rig.mm.users) == (0, 0)


def test_a_page_that_is_unmapped_while_its_slot_goes_is_not_left_behind() -> None:
    """Whether it is mapped is asked last, after PageWriteback; B finds it locked and leaves it."""
    rig = Rig(strategy=switch("A page.writeback.test#4 B"))

    def body() -> list[int]:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        user_store(rig.core, rig.mm, 0, filled("a"))
        child = fork(rig.core, rig.mm)
        swap_out(rig.core, rig.mm, 0)
        rig.load(0, child)
        madvise_dontneed(rig.core, rig.mm, 0)
        return [rig.core.memory.in_use, len(slots_in_use(rig.core))]

    def drop() -> None:
        madvise_dontneed(rig.core, rig.core.mms[1], 0)

    assert rig.run(body, drop) == [[0, 0], None]
