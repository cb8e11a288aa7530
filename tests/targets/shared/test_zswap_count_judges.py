"""Events that zswap miscounts are found, and nothing else."""

from typing import Any, Final

import pytest

from targets.linux.zswap import hooks, store
from targets.shared import zswap_operations
from tests.targets.running import answers, signatures

KERNELS: Final = ("4.9", "5.10", "6.8", "6.12", "6.19")
OUT: Final = """\
target swap
kernel {}
config zswap=on without=all
task A
  store page=0 with=text:1
  swap_out page=0
"""
BACK: Final = "  zswap_writeback\n" * 2
"""Twice, as newer kernels pass over an entry once."""
FULL: Final = "  zswap_limit pages=0\n  store page=1 with=text:2\n  swap_out page=1\n"
NO_ENTRY: Final = "fault A zswap.entry#1 ENOMEM\n"
OLDER: Final = """\
target swap
kernel {}
config disk=crc zswap=on zswap_pool_pages=1 without=all
task A
  store page=0 with=text:0
  store page=1 with=text:0
  swap_out page=0
  load page=0
  store page=0 with=same:0x01
  swap_out page=1
  swap_out page=0
"""


def miscounting(then: Any, name: str, by: int) -> Any:
    """Do what was to be done to a zswap, and count more than that, or less."""

    def wrong(zswap: Any, *arguments: Any) -> Any:
        answer = then(zswap, *arguments)
        setattr(zswap.counters, name, max(0, getattr(zswap.counters, name) + by))
        return answer

    return wrong


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("rest", ["", BACK, FULL, NO_ENTRY])
def test_no_kernel_miscounts(kernel: str, rest: str) -> None:
    assert signatures(OUT.format(kernel) + rest) == []


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_page_that_is_replaced_may_make_room_first(kernel: str) -> None:
    assert signatures(OLDER.format(kernel)) == []


def test_the_cases_come_to_what_is_counted() -> None:
    assert answers(OUT.format("6.12") + BACK)[2:] == ["EAGAIN", "ok"]
    assert answers(OUT.format("6.12") + FULL)[-1] == "freed"


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(
    ("place", "count", "rest"),
    [
        ((store, "has_room"), ("pool_limit_hit", 1), ""),
        ((store, "has_room"), ("pool_limit_hit", -9), FULL),
        ((store, "insert"), ("duplicate_entry", 1), ""),
        ((store, "has_room"), ("reject_kmemcache_fail", 1), ""),
        ((hooks, "zswap_store"), ("reject_kmemcache_fail", -1), NO_ENTRY),
        ((zswap_operations, "zswap_shrink"), ("written_back_pages", 1), BACK),
        ((zswap_operations, "zswap_shrink"), ("written_back_pages", -1), BACK),
    ],
)
def test_a_kernel_that_miscounts_is_found(
    monkeypatch: pytest.MonkeyPatch,
    kernel: str,
    place: tuple[Any, str],
    count: tuple[str, int],
    rest: str,
) -> None:
    (where, function), (name, by) = place, count
    monkeypatch.setattr(where, function, miscounting(getattr(where, function), name, by))
    found = signatures(OUT.format(kernel) + rest)
    assert set(found) == {f"zswap-event-miscounted-{name}"}
