"""Reclaim of one page: when it is freed, when it is kept, and in which state."""

import pytest

from targets.linux.machine.errno import AOP_WRITEPAGE_ACTIVATE, Refusal
from targets.linux.machine.page import Page
from targets.linux.mm import reclaim
from targets.linux.mm.fork import fork
from targets.linux.mm.madvise import madvise_dontneed
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_store
from targets.linux.swap.area import SWAP_MAP_MAX
from targets.linux.swap.core import SwapCore
from targets.linux.swap.inspect import pages_in_swap_cache, slots_in_use
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, faults, filled, shrink_swap_cache, switch


def with_a_page(rig: Rig) -> None:
    mkswap(rig.core, rig.disk)
    swapon(rig.core, rig.disk)
    user_store(rig.core, rig.mm, 0, filled("a"))


def test_a_synchronous_write_frees_the_page_in_the_same_pass() -> None:
    rig = Rig()

    def body() -> list[object]:
        with_a_page(rig)
        return [swap_out(rig.core, rig.mm, 0), rig.core.memory.in_use, rig.core.isolated]

    assert rig.run(body) == [[True, 0, {}]]


def test_a_page_under_writeback_is_marked_and_kept() -> None:
    rig = Rig()
    rig.driver.has_rw_page = False
    rig.driver.holds_bios = True

    def body() -> list[object]:
        with_a_page(rig)
        page = rig.mapped(0)
        first = [swap_out(rig.core, rig.mm, 0), page.reclaim, page.writeback]
        second = [swap_out(rig.core, rig.mm, 0), page.reclaim, page.refcount]
        rig.driver.finish()
        return [first, second, swap_out(rig.core, rig.mm, 0), rig.driver.blocks[1]]

    assert rig.run(body) == [[[False, True, True], [False, True, 1], True, filled("a")]]


def test_a_clean_page_in_the_swap_cache_is_freed_without_a_write() -> None:
    rig = Rig()

    def body() -> list[object]:
        with_a_page(rig)
        swap_out(rig.core, rig.mm, 0)
        rig.load(0)
        freed = swap_out(rig.core, rig.mm, 0)
        return [freed, rig.core.counters.pswpout, rig.load(0)]

    assert rig.run(body) == [[True, 1, "a"]]


def test_without_swap_or_without_a_page_nothing_happens() -> None:
    rig = Rig()

    def body() -> list[bool]:
        user_store(rig.core, rig.mm, 0, filled("a"))
        return [swap_out(rig.core, rig.mm, index) for index in (0, 1)]

    assert rig.run(body) == [[False, False]]
    assert rig.where(0) == "writable"


def test_when_swap_is_full_the_page_stays() -> None:
    rig = Rig(pages=2)

    def body() -> list[object]:
        with_a_page(rig)
        user_store(rig.core, rig.mm, 1, filled("b"))
        return [swap_out(rig.core, rig.mm, 0), swap_out(rig.core, rig.mm, 1), rig.load(1)]

    assert rig.run(body) == [[True, False, "b"]]


def test_a_page_that_was_copied_under_writeback_is_freed_by_a_later_pass() -> None:
    rig = Rig("4.10")
    rig.driver.wants_stable_pages()
    rig.driver.has_rw_page = False
    rig.driver.holds_bios = True

    def body() -> list[object]:
        with_a_page(rig)
        swap_out(rig.core, rig.mm, 0)
        user_store(rig.core, rig.mm, 0, filled("b"))
        seen = [rig.core.memory.in_use, shrink_swap_cache(rig.core)]
        rig.driver.finish()
        return [*seen, shrink_swap_cache(rig.core), rig.core.memory.in_use, rig.load(0)]

    assert rig.run(body) == [[2, 0, 1, 1, "b"]]


@pytest.mark.parametrize(("version", "gives_up"), [("4.10", False), ("4.14", True)])
def test_a_page_that_is_mapped_again_meanwhile_gives_a_scarce_slot_up(
    version: str, *, gives_up: bool
) -> None:
    """B forks while A is about to unmap the page from the parent, and takes it from the parent."""
    rig = Rig(version, pages=2, strategy=switch("A ptl.lock#3 B"))

    def body() -> list[object]:
        with_a_page(rig)
        freed = swap_out(rig.core, rig.mm, 0)
        return [freed, [slot.cached for slot in slots_in_use(rig.core)]]

    def other() -> str:
        child = fork(rig.core, rig.mm)
        madvise_dontneed(rig.core, rig.mm, 0)
        return rig.load(0, child)

    assert rig.run(body, other) == [[False, [] if gives_up else [True]], "a"]


def test_a_page_that_is_not_to_be_written_now_stays_dirty_and_unlocked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever stands in front of the device may say so; the page was not written."""

    def swap_writepage(core: SwapCore, page: Page) -> None:
        assert (core.memory.in_use, page.dirty) == (1, False)
        page.dirty = True
        raise Refusal(AOP_WRITEPAGE_ACTIVATE)

    monkeypatch.setattr(reclaim, "swap_writepage", swap_writepage)
    rig = Rig()

    def body() -> list[object]:
        with_a_page(rig)
        freed = swap_out(rig.core, rig.mm, 0)
        (page,) = pages_in_swap_cache(rig.core)
        return [freed, page.dirty, page.lock.locked, page.reclaim, rig.load(0)]

    assert rig.run(body) == [[False, True, False, False, "a"]]


def test_a_mapping_that_cannot_be_counted_stays() -> None:
    rig = Rig(faults=faults("A swap_map.continuation#1 ENOMEM"))

    def body() -> list[object]:
        with_a_page(rig)
        children = [fork(rig.core, rig.mm) for _ in range(SWAP_MAP_MAX)]
        freed = swap_out(rig.core, rig.mm, 0)
        places = [rig.where(0, mm) for mm in (rig.mm, *children)]
        (slot,) = slots_in_use(rig.core)
        return [freed, places.count("swap"), places[-1], slot.consistent, rig.load(0)]

    assert rig.run(body) == [[False, SWAP_MAP_MAX, "read-only", True, "a"]]


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("dirty", False, []),
        ("dirty", True, ["reclaimed-page-in-use-remove_mapping"]),
        ("writeback", True, ["reclaimed-page-in-use-remove_mapping"]),
        ("mapcount", 1, ["reclaimed-page-in-use-remove_mapping"]),
    ],
)
def test_a_page_that_is_freed_is_clean_and_nobodys(
    field: str, value: object, found: list[str]
) -> None:
    rig = Rig()

    def body() -> list[object]:
        page = Page(rig.world, 1)
        page.refcount = 0
        setattr(page, field, value)
        reclaim.judge_freed_page(rig.core, page)
        return []

    rig.expected = [kind.partition("-remove")[0] for kind in found]
    rig.run(body)
    assert [finding.signature for finding in rig.world.findings] == found
