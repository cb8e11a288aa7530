"""Slots: their lock, their predicate, what freeing and using one does."""

import pytest

from fuzz.world.sync.mutex import Mutex
from fuzz.world.sync.spinlock import SpinLock
from targets.linux.kernel.versions import VERSIONS
from targets.linux.zram.device import Zram
from targets.linux.zram.discard import zram_free_page
from targets.linux.zram.slot import Slot, filled_page, zram_accessed, zram_allocated
from tests.targets.linux.zram.devices import device, run, write

SLEEPING = ("6.17", "6.18", "6.19")


def flags(slot: Slot) -> list[str]:
    """Name what is set in a slot."""
    return [
        name for name in Slot.__slots__ if name not in ("cells", "lock") and getattr(slot, name)
    ]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_the_holder_of_a_slot_may_sleep_from_6_17_on(kernel: str) -> None:
    lock = device(kernel).meta.slot(0).lock
    assert type(lock) is (Mutex if kernel in SLEEPING else SpinLock)


@pytest.mark.parametrize(
    ("field", "allocated"),
    [("size", True), ("same", True), ("wb", True), ("idle", False), ("under_wb", False)],
)
def test_a_slot_is_allocated_when_something_is_in_it(field: str, *, allocated: bool) -> None:
    slot = device("6.12").meta.slot(0)
    setattr(slot, field, 1)
    assert zram_allocated(slot) is allocated


@pytest.mark.parametrize("kernel", VERSIONS)
@pytest.mark.parametrize("recipe", ["text:1", "random:1", "zeros", None])
def test_a_free_takes_away_all_but_that_writeback_is_under_way(
    kernel: str, recipe: str | None
) -> None:
    zram = device(kernel)

    def fill_and_free(zram: Zram) -> list[str]:
        slot = zram.meta.slot(0)
        if recipe is not None:
            write(zram, 0, recipe)
        slot.idle = slot.under_wb = slot.pp_slot = slot.incompressible = True
        slot.priority, slot.ac_time = 2, 17
        with slot.lock:
            zram_free_page(zram, slot)
        return flags(slot)

    assert run(zram, fill_and_free) == [["under_wb"]]
    stats = zram.stats
    counted = (stats.pages_stored, stats.compr_data_size, stats.same_pages, stats.huge_pages)
    assert counted == (0, 0, 0, 0)


def test_a_page_that_is_stored_whole_is_huge_until_it_is_overwritten() -> None:
    zram = device("5.15")
    stats = zram.stats

    def write_twice(zram: Zram) -> list[object]:
        write(zram, 0, "random:1")
        seen: list[object] = [zram.meta.slot(0).huge, stats.huge_pages]
        write(zram, 0, "text:1")
        return [*seen, zram.meta.slot(0).huge, stats.huge_pages, stats.huge_pages_since]

    assert run(zram, write_twice) == [[True, 1, False, 0, 1]]


def test_using_a_slot_ends_its_idleness_and_its_selection() -> None:
    zram = device("6.14")
    slot = zram.meta.slot(0)
    slot.idle = slot.pp_slot = slot.under_wb = True
    zram_accessed(zram, slot)
    assert flags(slot) == ["under_wb"]


def test_a_word_fills_a_page_with_its_lowest_byte_first() -> None:
    assert filled_page(0x0102)[:9] == b"\x02\x01\0\0\0\0\0\0\x02"
