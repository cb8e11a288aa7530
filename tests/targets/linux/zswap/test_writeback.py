"""Writeback: an entry goes to its slot by way of the swap cache, if the slot is still its own."""

import pytest

from fuzz.world.strategy import DefaultOrder
from targets.linux.kernel.versions import VERSIONS
from targets.linux.zswap.inspection import ZswapRecount, zswap_recount
from targets.linux.zswap.shrink import zswap_shrink
from tests.targets.linux.swap.machines import faults
from tests.targets.linux.zswap.benches import TEXT, Bench, contents, since
from tests.targets.running import answers, signatures

COMES_BACK = """
target swap
kernel {kernel}
config zswap=on disk=crc
task A
  fill page=0 with=text:3
  swap_out page=0
  swap_in page=0
  zswap_writeback
  zswap_writeback
  load page=0
"""

CHANGES_HANDS = """
target swap
kernel {kernel}
config zswap=on disk_pages=2
task A
  fill page=0 with=text:3
  swap_out page=0
  {first_round}
  zswap_writeback
  load page=1
task B
  store page=0 with=random:1
  fill page=1 with=text:5
  swap_out page=1
switch A zswap.writeback.page#1 B
"""


def written_back(bench: Bench) -> str:
    """Shrink once, and once more where the first round only passes over a new entry."""
    error = zswap_shrink(bench.zswap)
    if bench.core.machine.kernel.version in since("6.12"):
        assert error == "EAGAIN"
        error = zswap_shrink(bench.zswap)
    return error


@pytest.mark.parametrize("kernel", VERSIONS)
def test_what_is_written_back_is_on_the_device_and_in_the_swap_cache(kernel: str) -> None:
    bench = Bench(kernel)

    def body() -> list[object]:
        bench.out(0, TEXT)
        error = written_back(bench)
        (cached,) = bench.core.spaces[0].pages.values()
        return [error, bench.held(), cached.dirty, cached.lock.locked, bench.load(0)]

    assert bench.run(body) == [["", [], False, False, contents(TEXT)]]
    assert bench.written() == [1]
    assert bench.zswap.counters.written_back_pages == 1
    assert zswap_recount(bench.zswap) == ZswapRecount(0, 0, 0, 0)


@pytest.mark.parametrize("kernel", VERSIONS)
def test_an_error_of_the_device_leaves_a_dirty_page_in_the_swap_cache(kernel: str) -> None:
    bench = Bench(kernel)
    bench.rig.driver.refusals = ["EIO"]
    bench.rig.driver.write_errors = ["EIO"]

    def body() -> list[object]:
        bench.out(0, TEXT)
        error = written_back(bench)
        (cached,) = bench.core.spaces[0].pages.values()
        return [error, cached.dirty, bench.load(0)]

    assert bench.run(body) == [["", True, contents(TEXT)]]
    assert (bench.held(), bench.written()) == ([], [])


@pytest.mark.parametrize("kernel", VERSIONS)
def test_an_entry_whose_page_is_in_the_swap_cache_is_kept_or_gone(kernel: str) -> None:
    case = COMES_BACK.format(kernel=kernel)
    error = "EINVAL" if kernel in since("6.12") else "EAGAIN"
    assert (answers(case)[3:5], signatures(case)) == ([error, error], [])


@pytest.mark.parametrize("kernel", VERSIONS)
def test_without_memory_for_a_page_nothing_is_written_back(kernel: str) -> None:
    bench = Bench(kernel)
    plan = faults(*(f"A zswap.writeback.page#{visit} ENOMEM" for visit in range(1, 9)))
    bench.rig.world.follow(DefaultOrder(), plan)

    def body() -> list[object]:
        bench.out(0, TEXT)
        return [written_back(bench), bench.held(), bench.load(0)]

    assert bench.run(body) == [["EAGAIN", [1], contents(TEXT)]]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_slot_that_changes_hands_is_overwritten_then_costs_a_page_then_is_left_alone(
    kernel: str,
) -> None:
    """CVE-2023-53178, its fix of 6.4, and CVE-2024-26832, which that brought."""
    expected = ["wrong-memory-zswap_writeback_entry"]
    if kernel == "6.5":
        expected = ["page-leak-zswap_get_swap_cache_page"]
    elif kernel in since("6.8"):
        expected = []
    first_round = "zswap_writeback" if kernel in since("6.12") else "load page=5"
    case = CHANGES_HANDS.format(kernel=kernel, first_round=first_round)
    assert signatures(case) == expected
