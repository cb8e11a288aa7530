"""What must come of reclaim, mlock, readahead and merging: each judge fires on who does nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from targets.linux.content.recipe import Recipe
from targets.linux.machine.page import Page
from targets.linux.mm.mm_struct import MappedPte
from targets.linux.mm.reclaim import swap_out
from targets.swap import merging_operations, operations
from targets.swap.merging_operations import Ksmd
from targets.swap.operations import MLock, SwapIn, SwapOut
from targets.swap.seat import Seat
from targets.swap.system import SwapSystem
from tests.targets.running import signatures
from tests.targets.swap.test_judges import damaged

NOTHING: dict[str, Any] = {
    "swap_out": lambda *_: False,
    "madvise_pageout": lambda *_: None,
    "mlock": lambda *_: None,
    "swap_in": lambda *_: None,
    "ksm_do_scan": lambda _: 0,
}


def asked(*calls: Callable[[Seat], object]) -> list[str]:
    def act(system: SwapSystem) -> None:
        seat = system.seat("A")
        for call in calls:
            call(seat)

    return damaged(act)


def mergeable(seat: Seat) -> None:
    for index in (2, 3):
        seat.store(index, Recipe.parse("text:5").page())
        seat.mm.vm_mergeable[index] = None


@pytest.mark.parametrize(
    ("name", "calls", "found"),
    [
        ("swap_out", [SwapOut(1).run], "reclaim-stalls-shrink_page_list"),
        ("mlock", [MLock(5).run], "mlocked-page-left-vm_locked"),
        ("swap_in", [SwapIn(0).run], "readahead-stalls-read_swap_cache_async"),
        (
            "ksm_do_scan",
            [mergeable, Ksmd().run],
            "merging-stalls-cmp_and_merge_page",
        ),
    ],
)
def test_who_does_nothing_is_found_and_who_does_it_is_not(
    monkeypatch: pytest.MonkeyPatch, name: str, calls: list[Callable[[Seat], object]], found: str
) -> None:
    assert asked(*calls) == []
    where = merging_operations if name == "ksm_do_scan" else operations
    monkeypatch.setattr(where, name, NOTHING[name])
    assert asked(*calls) == [found]


def test_reclaim_that_denies_what_it_did_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(*arguments: Any) -> bool:
        return not swap_out(*arguments)

    monkeypatch.setattr(operations, "swap_out", deny)
    assert asked(SwapOut(1).run) == ["reclaim-stalls-shrink_page_list"]


def page_of(seat: Seat) -> Page:
    pte = seat.mm.page_table[1]
    assert isinstance(pte, MappedPte)
    return pte.page


def hold(seat: Seat) -> None:
    page_of(seat).lock.acquire()


def let_go(seat: Seat) -> None:
    page_of(seat).lock.release()


def isolate(seat: Seat) -> None:
    seat.core.isolated[page_of(seat).pfn] = page_of(seat)


def put_back(seat: Seat) -> None:
    seat.core.isolated.clear()


def mlock(seat: Seat) -> None:
    MLock(1).run(seat)


def nothing(seat: Seat) -> None:
    del seat


@pytest.mark.parametrize(
    ("before", "after"), [(hold, let_go), (isolate, put_back), (mlock, nothing)]
)
def test_reclaim_may_leave_a_page_that_somebody_keeps(
    before: Callable[[Seat], None], after: Callable[[Seat], None]
) -> None:
    assert asked(before, SwapOut(1).run, after) == []


def test_a_locked_page_that_reclaim_takes_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def take(core: Any, mm: Any, index: int) -> bool:
        del core
        mm.page_table[index] = replace(mm.page_table[0])
        return False

    monkeypatch.setattr(operations, "swap_out", take)
    found = asked(mlock, SwapOut(1).run)
    assert found[0] == "mlocked-page-left-vm_locked"


FORKED = """\
target swap
kernel 6.1
config without=all
task A
  mergeable page=0
  mergeable page=1
  store page=0 with=zeros
  fork task=B
  store page=1 with=zeros
  fork task=D
  exit
task B
  ksmd
task D
"""
"""Pages 0 and 1 of D are equal, but page 0 of B, which is merged with page 1, is its page 0."""


def test_ksmd_may_leave_one_of_the_places_of_a_page_that_processes_share() -> None:
    assert signatures(FORKED) == []


PINNED = """\
target swap
kernel 6.3
config without=all
task A
  mergeable page=0
  mergeable page=1
  mergeable page=2
  pin page=0 for=read
  store page=1 with=zeros
  store page=2 with=zeros
  ksmd
"""
"""Page 0 stands in the tree for its equals, and cannot be merged with any of them."""


def test_ksmd_may_leave_pages_that_are_equal_to_one_that_somebody_holds() -> None:
    assert signatures(PINNED) == []
    assert signatures(PINNED.replace("  pin page=0 for=read\n", "")) == []
