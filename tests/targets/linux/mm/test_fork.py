"""fork: what is shared, and when it stops being shared."""

from targets.linux.mm.exit import exit_mm
from targets.linux.mm.fork import fork
from targets.linux.mm.mm_struct import MmStruct
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_store
from targets.linux.swap.area import SWAP_MAP_MAX
from targets.linux.swap.inspect import slots_in_use
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, faults, filled, refusal_of, shrink_swap_cache


def with_a_page(rig: Rig) -> None:
    mkswap(rig.core, rig.disk)
    swapon(rig.core, rig.disk)
    user_store(rig.core, rig.mm, 0, filled("a"))


def test_a_mapped_page_is_shared_read_only_until_one_of_both_writes() -> None:
    rig = Rig()

    def body() -> list[object]:
        with_a_page(rig)
        child = fork(rig.core, rig.mm)
        shared = [rig.where(0), rig.where(0, child), rig.core.memory.in_use]
        user_store(rig.core, rig.mm, 0, filled("b"))
        split = [rig.where(0), rig.where(0, child), rig.core.memory.in_use]
        user_store(rig.core, child, 0, filled("c"))
        loads = [rig.load(0), rig.load(0, child), rig.core.memory.in_use]
        return [shared, split, loads, rig.core.counters.wp_copies]

    shared = ["read-only", "read-only", 1]
    split = ["writable", "read-only", 2]
    assert rig.run(body) == [[shared, split, ["b", "c", 2], 1]]


def test_a_slot_is_shared_until_one_of_both_writes() -> None:
    rig = Rig()

    def body() -> list[object]:
        with_a_page(rig)
        swap_out(rig.core, rig.mm, 0)
        child = fork(rig.core, rig.mm)
        (shared,) = slots_in_use(rig.core)
        user_store(rig.core, child, 0, filled("b"))
        (split,) = slots_in_use(rig.core)
        counts = [(shared.counted, shared.cached), (split.counted, split.cached)]
        return [counts, rig.core.counters.wp_copies, rig.load(0), rig.load(0, child)]

    assert rig.run(body) == [[[(2, False), (1, True)], 1, "a", "b"]]
    assert rig.core.mmlist == rig.core.mms


def test_a_page_of_both_is_swapped_out_of_both() -> None:
    rig = Rig()

    def body() -> list[object]:
        with_a_page(rig)
        child = fork(rig.core, rig.mm)
        freed = swap_out(rig.core, rig.mm, 0)
        (slot,) = slots_in_use(rig.core)
        return [freed, slot.counted, rig.where(0), rig.where(0, child), rig.load(0, child)]

    assert rig.run(body) == [[True, 2, "swap", "swap", "a"]]


def test_the_child_knows_what_the_parent_had_written() -> None:
    rig = Rig()

    def body() -> list[object]:
        with_a_page(rig)
        user_store(rig.core, rig.mm, 1, filled("b"))
        swap_out(rig.core, rig.mm, 1)
        return [fork(rig.core, rig.mm).last_written]

    assert rig.run(body) == [[{0: filled("a"), 1: filled("b")}]]


def test_a_count_that_cannot_grow_makes_fork_fail_and_nothing_is_left_of_the_child() -> None:
    """The atomic try fails, and so does the one that may sleep."""
    points = [f"A swap_map.continuation#{visit} ENOMEM" for visit in (1, 2)]
    rig = Rig(faults=faults(*points))

    def body() -> list[object]:
        with_a_page(rig)
        swap_out(rig.core, rig.mm, 0)
        for _ in range(SWAP_MAP_MAX - 1):
            fork(rig.core, rig.mm)
        name = refusal_of(lambda: fork(rig.core, rig.mm))
        failed = rig.core.mms[-1]
        (slot,) = slots_in_use(rig.core)
        return [name, failed.users, failed.page_table, slot.counted, slot.referring]

    assert rig.run(body) == [["ENOMEM", 0, {}, SWAP_MAP_MAX, SWAP_MAP_MAX]]


def test_a_count_that_overflows_in_the_page_table_loop_grows_outside_of_it() -> None:
    rig = Rig(faults=faults("A swap_map.continuation#1 ENOMEM"))

    def body() -> list[object]:
        with_a_page(rig)
        swap_out(rig.core, rig.mm, 0)
        for _ in range(SWAP_MAP_MAX + 7):
            fork(rig.core, rig.mm)
        (slot,) = slots_in_use(rig.core)
        counted = slot.counted, slot.referring
        for mm in rig.core.mms:
            exit_mm(rig.core, mm)
        shrink_swap_cache(rig.core)
        return [counted, slots_in_use(rig.core)]

    processes = SWAP_MAP_MAX + 8
    assert rig.run(body) == [[(processes, processes), []]]


def test_a_process_that_has_ended_is_not_copied() -> None:
    rig = Rig()

    def body() -> MmStruct:
        exit_mm(rig.core, rig.mm)
        return fork(rig.core, rig.mm)

    assert rig.run(body) == ["SIGSEGV"]
