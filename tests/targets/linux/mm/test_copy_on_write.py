"""Copy on write, era by era: when a write takes the page that is there, and when it gets a copy."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from targets.linux.mm.fork import fork
from targets.linux.mm.mm_struct import MmStruct, SwapPte
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_store
from targets.linux.swap.inspect import pages_in_swap_cache, slots_in_use
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, filled

COUNTING = ("4.9", "4.10", "5.4")
BY_PAGE_COUNT = ("5.10", "5.17")
EXCLUSIVE = ("5.19", "6.1", "6.12", "6.19")
ALL = (*COUNTING, *BY_PAGE_COUNT, *EXCLUSIVE)


@dataclass
class Play:
    """A machine with one page that was written; steps that tests make of it."""

    rig: Rig

    def begin(self) -> None:
        mkswap(self.rig.core, self.rig.disk)
        swapon(self.rig.core, self.rig.disk)
        self.store("a")

    def store(self, letter: str) -> None:
        user_store(self.rig.core, self.rig.mm, 0, filled(letter))

    def out(self) -> bool:
        return swap_out(self.rig.core, self.rig.mm, 0)

    @property
    def copies(self) -> tuple[int, int]:
        """Pages copied, and those of them that only the device had besides."""
        counters = self.rig.core.counters
        return counters.wp_copies, counters.stable_copies


def play(
    version: str, body: Callable[[Play], object], *, slow: bool, stable: bool = True
) -> object:
    """Run `body` after a page was written; a slow disk leaves pages under writeback.

    It has no rw_page, so that no kernel takes it for a synchronous one.
    """
    rig = Rig(version)
    rig.driver.has_rw_page = False
    rig.driver.holds_bios = slow
    if stable:
        rig.driver.wants_stable_pages()
    act = Play(rig)

    def run() -> object:
        act.begin()
        return body(act)

    (answer,) = rig.run(run)
    return answer


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize("stable", [True, False])
def test_a_page_under_writeback_is_copied_where_the_device_minds(
    version: str, *, stable: bool
) -> None:
    """Without stable pages it is written to in place; 4.9 never asks."""

    def body(act: Play) -> object:
        act.out()
        (page,) = pages_in_swap_cache(act.rig.core)
        act.store("b")
        same = act.rig.mapped(0) is page
        act.rig.driver.finish()
        return same, act.copies, act.rig.load(0)

    copied = stable and version != "4.9"
    expected = (not copied, (1, 1) if copied else (0, 0), "b")
    assert play(version, body, slow=True, stable=stable) == expected


@pytest.mark.parametrize("version", ALL)
def test_a_write_after_a_read_copies_a_page_of_the_swap_cache_only_by_page_count(
    version: str,
) -> None:
    """The swap cache's reference is one too many from 5.9 to 5.17."""

    def body(act: Play) -> object:
        act.out()
        act.rig.load(0)
        act.store("b")
        return act.copies[0], act.rig.load(0)

    assert play(version, body, slow=False) == (int(version in BY_PAGE_COUNT), "b")


@pytest.mark.parametrize("version", ["5.10", "5.15", "5.17"])
def test_from_5_15_on_a_copy_takes_the_old_page_out_of_the_swap_cache(version: str) -> None:
    def body(act: Play) -> object:
        act.out()
        act.rig.load(0)
        act.store("b")
        return len(pages_in_swap_cache(act.rig.core)), len(slots_in_use(act.rig.core))

    left = int(version == "5.10")
    assert play(version, body, slow=False) == (left, left)


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize("writer", ["parent", "child"])
def test_who_writes_after_a_fork_during_writeback_gets_a_copy(version: str, writer: str) -> None:
    """Two processes refer to the slot: nobody may change the page; the other one still has it."""

    def body(act: Play) -> object:
        act.out()
        rig = act.rig
        child = fork(rig.core, rig.mm)
        writing, reading = (rig.mm, child) if writer == "parent" else (child, rig.mm)
        user_store(rig.core, writing, 0, filled("b"))
        rig.driver.finish()
        return rig.load(0, writing), rig.load(0, reading), act.copies[0]

    assert play(version, body, slow=True) == ("b", "a", 1)


@pytest.mark.parametrize("version", ALL)
def test_the_last_one_left_after_a_fork_may_take_the_page(version: str) -> None:
    def body(act: Play) -> object:
        rig = act.rig
        child = fork(rig.core, rig.mm)
        user_store(rig.core, child, 0, filled("b"))
        page = rig.mapped(0)
        act.store("c")
        return rig.mapped(0) is page, act.copies[0], page.anon_exclusive

    assert play(version, body, slow=False) == (True, 1, version in EXCLUSIVE)


@pytest.mark.parametrize("version", ALL)
def test_the_mark_moves_to_the_swap_entry_and_fork_takes_it_off_both(version: str) -> None:
    def marked_entry(mm: MmStruct) -> bool:
        pte = mm.page_table[0]
        assert isinstance(pte, SwapPte)
        return pte.exclusive

    def body(act: Play) -> object:
        rig = act.rig
        marked = rig.mapped(0).anon_exclusive
        act.out()
        swapped = marked_entry(rig.mm)
        child = fork(rig.core, rig.mm)
        return marked, swapped, marked_entry(rig.mm), marked_entry(child)

    tracked = version in EXCLUSIVE
    assert play(version, body, slow=False) == (tracked, tracked, False, False)


@pytest.mark.parametrize("version", ALL)
def test_a_read_maps_a_page_writable_only_from_6_12_on_and_a_store_makes_it_dirty(
    version: str,
) -> None:
    def body(act: Play) -> object:
        act.out()
        act.rig.load(0)
        where = act.rig.where(0)
        act.store("b")
        act.out()
        return where, act.rig.load(0)

    writable = version in ("6.12", "6.19")
    assert play(version, body, slow=False) == ("writable" if writable else "read-only", "b")
