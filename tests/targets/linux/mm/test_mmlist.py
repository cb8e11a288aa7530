"""The list of processes that swapoff looks at, and who was taken off it."""

from targets.linux.mm.exit import exit_mm
from targets.linux.mm.fork import fork
from targets.linux.mm.mmlist import add_to_mmlist, is_listed, next_in_mmlist
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_store
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, filled


def swapped_out(rig: Rig) -> None:
    mkswap(rig.core, rig.disk)
    swapon(rig.core, rig.disk)
    user_store(rig.core, rig.mm, 0, filled("a"))
    swap_out(rig.core, rig.mm, 0)


def test_the_child_of_a_process_that_was_taken_off_the_list_is_linked_with_it_only() -> None:
    rig = Rig()

    def body() -> list[object]:
        swapped_out(rig)
        rig.core.mmlist.clear()
        alone = is_listed(rig.core, rig.mm)
        child = fork(rig.core, rig.mm)
        both = [is_listed(rig.core, mm) for mm in (rig.mm, child)]
        add_to_mmlist(rig.core, child)
        round_trip = [next_in_mmlist(rig.core, mm) for mm in (rig.mm, child)]
        first = next_in_mmlist(rig.core, None)
        return [alone, both, round_trip == [child, rig.mm], first, list(rig.core.mmlist)]

    assert rig.run(body) == [[False, [True, True], True, None, []]]


def test_who_is_taken_off_the_list_is_followed_by_itself() -> None:
    rig = Rig()

    def body() -> list[object]:
        swapped_out(rig)
        before = next_in_mmlist(rig.core, rig.mm)
        rig.core.mmlist.clear()
        return [before, next_in_mmlist(rig.core, rig.mm) is rig.mm]

    assert rig.run(body) == [[None, True]]


def test_a_ring_of_one_is_none() -> None:
    rig = Rig()

    def body() -> list[object]:
        swapped_out(rig)
        rig.core.mmlist.clear()
        exit_mm(rig.core, fork(rig.core, rig.mm))
        return [is_listed(rig.core, rig.mm), rig.core.mm_rings]

    assert rig.run(body) == [[False, []]]
