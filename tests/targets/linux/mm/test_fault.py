"""Page faults: what is mapped, how, and who has the page afterwards."""

from functools import partial

import pytest

from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import swap_in, user_load, user_store
from targets.linux.swap.inspect import pages_in_swap_cache, slots_in_use
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import NAP, ZEROS, Rig, Spy, faults, filled, switch, walk


def swap_on(rig: Rig) -> None:
    mkswap(rig.core, rig.disk)
    swapon(rig.core, rig.disk)


def test_memory_that_was_never_written_is_zero() -> None:
    rig = Rig()
    assert rig.run(lambda: user_load(rig.core, rig.mm, 3)) == [ZEROS]
    assert rig.mm.last_written == {}


def test_a_store_is_noted_as_what_was_last_written() -> None:
    rig = Rig()

    def body() -> str:
        user_store(rig.core, rig.mm, 0, filled("a"))
        user_store(rig.core, rig.mm, 0, filled("b"))
        return rig.load(0)

    assert rig.run(body) == ["b"]
    assert rig.mm.last_written == {0: filled("b")}


@pytest.mark.parametrize("write", [True, False])
def test_a_first_access_without_memory_is_refused(*, write: bool) -> None:
    rig = Rig(faults=faults("A do_anonymous_page.page#1 ENOMEM"))
    access = (lambda: user_store(rig.core, rig.mm, 0, ZEROS)) if write else (lambda: rig.load(0))
    assert rig.run(access) == ["VM_FAULT_OOM"]
    assert (rig.mm.page_table, rig.mm.last_written, rig.core.memory.in_use) == ({}, {}, 0)


def test_a_read_of_a_swapped_page_keeps_the_slot_and_a_write_frees_it() -> None:
    rig = Rig()

    def body() -> list[tuple[str, list[tuple[int, int, bool]]]]:
        swap_on(rig)
        user_store(rig.core, rig.mm, 0, filled("a"))
        seen: list[tuple[str, list[tuple[int, int, bool]]]] = []
        for step in (
            lambda: swap_out(rig.core, rig.mm, 0),
            lambda: rig.load(0),
            lambda: user_store(rig.core, rig.mm, 0, filled("b")),
        ):
            step()
            slots = [(slot.entry, slot.counted, slot.cached) for slot in slots_in_use(rig.core)]
            seen.append((rig.where(0), slots))
        return seen

    steps = [("swap", [(1, 1, False)]), ("read-only", [(1, 0, True)]), ("writable", [])]
    assert rig.run(body) == [steps]


def test_two_threads_that_fault_on_the_same_new_page_share_it() -> None:
    """B allocates while A is between its allocation and the page table."""
    for seed in range(50):
        rig = Rig(strategy=walk(seed))
        answers = rig.run(*[partial(rig.load, 0)] * 2)
        assert (answers, rig.core.memory.in_use) == (["\0", "\0"], 1)


def test_a_fault_that_meets_a_locked_page_waits_for_it_without_mmap_sem() -> None:
    rig = Rig()

    def body() -> str:
        swap_on(rig)
        user_store(rig.core, rig.mm, 0, filled("a"))
        swap_out(rig.core, rig.mm, 0)
        swap_in(rig.core, rig.mm, 0)
        (page,) = pages_in_swap_cache(rig.core)
        page.lock.acquire()
        rig.world.sleep(NAP, 1)
        with rig.mm.mmap_sem.writing():
            page.lock.release()
            return rig.where(0)

    assert rig.run(body, lambda: rig.load(0)) == ["swap", "a"]
    assert "page.wait" in [event[1].name for event in rig.world.trace]


def test_who_finds_a_place_reserved_goes_on_as_soon_as_it_is_filled() -> None:
    """Preemption is off while it is empty: only B, on another CPU, can see that."""
    rig = Rig(strategy=switch("A swap_cache.insert#2 B"))
    seen: list[tuple[str, int, bool]] = []

    def body() -> str:
        swap_on(rig)
        user_store(rig.core, rig.mm, 0, filled("a"))
        swap_out(rig.core, rig.mm, 0)
        return rig.load(0)

    def look(point: str) -> None:
        a, b = rig.world.tasks
        seen.append((point, a.preempt_count, b.ready))

    for point in ("swapin.reserved", "swap_cache.insert", "page.write"):
        rig.world.watch(Spy(point, partial(look, point)))
    assert rig.run(body, lambda: rig.load(0)) == ["a", "a"]
    assert seen[-3:] == [
        ("swapin.reserved", 2, False),
        ("swap_cache.insert", 2, False),
        ("page.write", 0, True),
    ]


def test_who_reads_ahead_waits_for_a_fault_that_changes_the_page_table() -> None:
    rig = Rig(strategy=switch("A pte.write#4 B"))

    def body() -> str:
        swap_on(rig)
        user_store(rig.core, rig.mm, 0, filled("a"))
        swap_out(rig.core, rig.mm, 0)
        return rig.load(0)

    def read_ahead() -> str:
        swap_in(rig.core, rig.mm, 0)
        return rig.where(0)

    assert rig.run(body, read_ahead) == ["a", "read-only"]
    assert "ptl.wait" in [event[1].name for event in rig.world.trace]
