"""The dirty bit of a page table entry, which a processor sets whoever has the lock."""

from collections.abc import Callable

import pytest

from fuzz.values.anchor import Anchor, Switch
from fuzz.world.schedule.replay import Replay
from fuzz.world.world import World
from targets.linux.machine.page import Page
from targets.linux.mm.mm_struct import (
    MappedPte,
    MmStruct,
    Pte,
    ptep_clear_flush,
    ptep_set_wrprotect,
)
from targets.linux.mm.user import mark_dirty
from tests.targets.running import run

LOST_BY_RECLAIM = """\
target swap
kernel 6.19
config second=equal without=all
task A
  swapoff
  swapon
  store page=0 with=zeros
task B
  store page=0 with=same:0x01
  swap_out page=0
  load page=0
  swap_out page=0
switch A operation#2 B
switch B operation#3 A
switch A submit_bio#1 dma
switch A buffer.lock#1 B
switch B page.read#2 A
switch A swap_avail_lock.lock#2 B
switch B operation#4 A
switch A swap_avail_lock.unlock#2 B
switch B lru.isolate#2 A
switch A operation#3 B
switch B page.writeback.test#5 A
switch A page.write#2 B
switch B pte.write#5 A
"""


def after(change: Callable[[MmStruct], Pte]) -> Pte:
    """Let one task change a clean entry, and a store come just before it does."""
    world = World(strategy=Replay((Switch(Anchor("A", "pte.write", 1), "B"),)))
    mm = MmStruct(world, 0)
    mm.page_table[0] = MappedPte(Page(world, 1), writable=True, dirty=False)
    results: list[Pte] = []

    def body() -> None:
        with mm.ptl:
            results.append(change(mm))

    world.spawn("A", body)
    world.spawn("B", lambda: mark_dirty(mm, 0))
    world.run()
    return results[0]


def cleared(mm: MmStruct) -> Pte:
    entry = ptep_clear_flush(mm, 0)
    assert 0 not in mm.page_table
    return entry


def protected(mm: MmStruct) -> Pte:
    ptep_set_wrprotect(mm, 0)
    return mm.page_table[0]


@pytest.mark.parametrize(("change", "writable"), [(cleared, "yes"), (protected, "no")])
def test_an_entry_that_is_changed_keeps_the_dirty_bit_of_a_late_store(
    change: Callable[[MmStruct], Pte], writable: str
) -> None:
    entry = after(change)
    assert isinstance(entry, MappedPte)
    assert (entry.dirty, entry.writable) == (True, writable == "yes")


def test_a_store_that_comes_while_reclaim_unmaps_a_clean_page_is_not_lost() -> None:
    assert run(LOST_BY_RECLAIM).findings == ()
