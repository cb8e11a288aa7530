"""A zram is told of each swap slot that is freed, exactly once: judged from outside of both."""

from collections.abc import Callable
from typing import Final

import pytest

from targets.linux.content.recipe import Recipe
from targets.linux.kernel.versions import VERSIONS
from targets.linux.mm.madvise import madvise_dontneed
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import swap_in
from targets.linux.swap.release import invalidate_slot
from targets.linux.swap.swapoff import swapoff
from targets.linux.swap.swapon import mkswap, swapon
from targets.linux.zram.operations import ZramOperations
from targets.swap.system import SwapSystem
from tests.targets.running import signatures
from tests.targets.swap.test_judges import machine

PAGES: Final = 3
OF_NOTICES: Final = ("slot-notice-wrong", "freed-slot-held")


def found(kernel: str, *steps: Callable[[SwapSystem], None], disk: str = "zram") -> list[str]:
    """Take steps on a machine with pages in slots, and return what is found of notices."""
    world, system = machine(disk, kernel)

    def body() -> None:
        for index in range(PAGES):
            system.seat("A").store(index, Recipe.parse(f"text:{index}").page())
            swap_out(system.core, system.first, index)
        for step in steps:
            step(system)

    world.spawn("A", body)
    world.run()
    system.judge()
    return [each.signature for each in world.findings if each.kind in OF_NOTICES]


def read_back(system: SwapSystem) -> None:
    for index in range(PAGES):
        swap_in(system.core, system.first, index)


def drop(system: SwapSystem) -> None:
    for index in range(PAGES):
        madvise_dontneed(system.core, system.first, index)
    flush(system)


def flush(system: SwapSystem) -> None:
    """Swapoff frees what CPUs have kept for later."""
    swapoff(system.core, system.disk)


def again(system: SwapSystem) -> None:
    swapon(system.core, system.disk)
    read_back(system)
    for index in range(PAGES):
        system.seat("A").store(index, Recipe.parse(f"text:{index}").page())
        swap_out(system.core, system.first, index)


def write_raw(system: SwapSystem) -> None:
    for block in range(PAGES):
        system.seat("A").write_block(block + 1, Recipe.parse("text:9").page())


def prepare(system: SwapSystem) -> None:
    mkswap(system.core, system.disk)


def say_it_again(system: SwapSystem) -> None:
    """Tell the device once more of a slot that is free: a second call of the kernel's own."""
    madvise_dontneed(system.core, system.first, 0)
    area = system.core.swap_info[0]
    with area.lock:
        offset = area.swap_map.find(0)
        invalidate_slot(system.core, area, offset)


@pytest.mark.parametrize("disk", ["zram", "zram-async"])
@pytest.mark.parametrize("kernel", VERSIONS)
def test_no_kernel_forgets_a_notice_or_gives_it_twice(kernel: str, disk: str) -> None:
    assert found(kernel, read_back, drop, write_raw, prepare, again, drop, disk=disk) == []


def test_a_slot_that_is_free_is_not_told_of_again() -> None:
    assert found("4.10", drop_first) == []
    assert found("4.10", say_it_again) == ["slot-notice-wrong-swap_slot_free_notify"]


def drop_first(system: SwapSystem) -> None:
    madvise_dontneed(system.core, system.first, 0)


def test_a_free_slot_that_the_device_never_hears_of_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("targets.linux.swap.release.invalidate_slot", lambda *_: None)
    assert found("4.10", drop_first) == ["slot-notice-wrong-release_slot"]


def test_a_notice_that_was_forgotten_is_found_after_the_area_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("targets.linux.swap.release.invalidate_slot", lambda *_: None)
    assert found("6.19", drop, again) == ["slot-notice-wrong-release_slot"]


@pytest.mark.parametrize("kernel", ["4.10", "6.19"])
def test_a_device_that_keeps_a_freed_slot_without_a_word_is_found(
    kernel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deaf(driver: ZramOperations, index: int) -> None:
        del driver, index

    monkeypatch.setattr(ZramOperations, "swap_slot_free_notify", deaf)
    freed = ["freed-slot-held-zram_slot_free_notify"]
    assert found(kernel, drop, swap_again, read_back_and_free) == freed


def swap_again(system: SwapSystem) -> None:
    swapon(system.core, system.disk)
    system.seat("A").store(0, Recipe.parse("text:4").page())
    swap_out(system.core, system.first, 0)


def read_back_and_free(system: SwapSystem) -> None:
    madvise_dontneed(system.core, system.first, 0)


WRITTEN_IN_BETWEEN: Final = """\
target swap
kernel 4.6
config without=all
task A
  load page=0
  swap_out page=0
  swapoff
  write block=1 with=zeros
  swapon
"""


def test_what_was_written_between_two_areas_is_no_freed_slot() -> None:
    assert signatures(WRITTEN_IN_BETWEEN) == []


BAD_NOW: Final = """\
target swap
kernel 6.3
config without=all
task A
  load page=0
  pageout page=0
  swapoff
  mkswap_bad last=2 bad=1
  swapon
"""


def test_a_slot_that_the_next_area_calls_bad_was_told_of() -> None:
    assert signatures(BAD_NOW) == []
