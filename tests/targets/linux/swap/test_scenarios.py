"""Scenarios of the whole stack, on every kernel."""

import pytest

from targets.linux.kernel.versions import VERSIONS
from targets.linux.mm.exit import exit_mm
from targets.linux.mm.fork import fork
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_store
from targets.linux.swap.inspect import slots_in_use, writable_under_writeback
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, filled

WITHOUT_THE_FLAG = ("4.6", "4.7", "4.9")


def stored_and_read(version: str, *, child_first: bool, stable: bool) -> object:
    """Fork while the page is written; parent and child write to it; then the write ends.

    Return what the device stored, how many pages were exposed meanwhile, and what each reads.
    """
    rig = Rig(version)
    rig.driver.has_rw_page = False
    rig.driver.holds_bios = True
    if stable:
        rig.driver.wants_stable_pages()

    def body() -> object:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        user_store(rig.core, rig.mm, 0, filled("a"))
        swap_out(rig.core, rig.mm, 0)
        child = fork(rig.core, rig.mm)
        writes = [(rig.mm, "p"), (child, "c")]
        for mm, letter in reversed(writes) if child_first else writes:
            user_store(rig.core, mm, 0, filled(letter))
        exposed = len(writable_under_writeback(rig.core))
        rig.driver.finish()
        return exposed, chr(rig.driver.blocks[1][0]), rig.load(0), rig.load(0, child)

    (answer,) = rig.run(body)
    return answer


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("child_first", [True, False])
def test_a_fork_during_writeback_and_writes_of_both_leave_the_device_what_it_began_to_write(
    version: str, *, child_first: bool
) -> None:
    """S8: the first to write gets a copy; the second has the page alone, but for the device."""
    second = "p" if child_first else "c"
    expected = (1, second) if version in WITHOUT_THE_FLAG else (0, "a")
    answer = stored_and_read(version, child_first=child_first, stable=True)
    assert answer == (*expected, "p", "c")


@pytest.mark.parametrize("version", VERSIONS)
def test_processes_keep_their_data_whether_the_device_minds_or_not(version: str) -> None:
    answer = stored_and_read(version, child_first=False, stable=False)
    assert isinstance(answer, tuple)
    assert answer[2:] == ("p", "c")


@pytest.mark.parametrize("version", VERSIONS)
def test_counts_are_those_of_the_page_tables_whoever_shares_the_slot(version: str) -> None:
    """I10: SWAP_HAS_CACHE stands for a page of the swap cache, and nothing else is counted."""
    rig = Rig(version, pages=32)
    rig.driver.has_rw_page = False

    def body() -> object:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        user_store(rig.core, rig.mm, 0, filled("a"))
        swap_out(rig.core, rig.mm, 0)
        child = fork(rig.core, rig.mm)
        states = [slots_in_use(rig.core)]
        for mm in (rig.mm, child):
            rig.load(0, mm)
            states.append(slots_in_use(rig.core))
        exit_mm(rig.core, child)
        exit_mm(rig.core, rig.mm)
        states.append(slots_in_use(rig.core))
        return [[(slot.counted, slot.cached, slot.consistent) for slot in each] for each in states]

    cached = [[(2, False, True)], [(1, True, True)], [(0, True, True)], []]
    assert rig.run(body) == [cached]
    assert rig.core.nr_swap_pages == rig.core.total_swap_pages
