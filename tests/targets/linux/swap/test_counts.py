"""The byte of a slot: references, SWAP_HAS_CACHE, continuations."""

import pytest

from targets.linux.kernel.versions import VERSIONS
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.swap.area import (
    SWAP_HAS_CACHE,
    SWAP_MAP_MAX,
    Entry,
    full_swap_count,
    swp_entry,
    swp_offset,
    swp_type,
)
from targets.linux.swap.counts import (
    add_swap_count_continuation,
    swap_duplicate,
    swap_entry_dup,
    swap_free,
    swapcache_free,
    swapcache_prepare,
)
from targets.linux.swap.slots import get_swap_page
from targets.linux.swap.swapoff import swapoff
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, faults, refusal_of


def entry_of(rig: Rig) -> Entry:
    mkswap(rig.core, rig.disk)
    swapon(rig.core, rig.disk)
    return get_swap_page(rig.core)


def test_an_entry_is_a_type_and_an_offset() -> None:
    entry = swp_entry(3, 5)
    assert (entry, swp_type(entry), swp_offset(entry)) == (3 << 57 | 5, 3, 5)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_slot_is_free_when_its_byte_becomes_zero_and_the_device_is_told_once(
    version: str,
) -> None:
    rig = Rig(version)
    rig.driver.has_slot_free_notify = True
    bytes_seen: list[int] = []

    def body() -> None:
        entry = entry_of(rig)
        steps = (
            lambda: None,
            lambda: swap_duplicate(rig.core, entry),
            lambda: swap_duplicate(rig.core, entry),
            lambda: swapcache_free(rig.core, entry),
            lambda: swap_free(rig.core, entry),
            lambda: swapcache_prepare(rig.core, entry),
            lambda: swapcache_free(rig.core, entry),
            lambda: swap_free(rig.core, entry),
        )
        for step in steps:
            step()
            bytes_seen.append(rig.core.swap_info[0].swap_map[1])

    rig.run(body)
    assert bytes_seen == [0x40, 0x41, 0x42, 0x02, 0x01, 0x41, 0x01, 0x00]
    assert (rig.driver.notified, rig.core.nr_swap_pages) == ([1], 7)


@pytest.mark.parametrize(
    ("offset", "usage", "answer"),
    [
        (1, 1, ""),
        (1, SWAP_HAS_CACHE, "EEXIST"),
        (2, 1, "ENOENT"),
        (2, SWAP_HAS_CACHE, "ENOENT"),
        (0, 1, "ENOENT"),
        (8, 1, "EINVAL"),
    ],
    ids=["used", "cached", "free", "free for the cache", "bad", "beyond the end"],
)
def test_a_reference_is_added_only_to_what_is_in_use(offset: int, usage: int, answer: str) -> None:
    rig = Rig()

    def body() -> str:
        entry_of(rig)
        return refusal_of(lambda: swap_entry_dup(rig.core, swp_entry(0, offset), usage))

    assert rig.run(body) == [answer]


def test_a_count_above_62_continues_in_a_page_and_comes_back() -> None:
    rig = Rig()
    up: list[tuple[int, int]] = []
    down: list[tuple[int, int]] = []

    def body() -> None:
        entry = entry_of(rig)
        area = rig.core.swap_info[0]
        for _ in range(130):
            swap_duplicate(rig.core, entry)
            up.append((area.swap_map[1], full_swap_count(area, 1)))
        for _ in range(130):
            down.append((area.swap_map[1], full_swap_count(area, 1)))
            swap_free(rig.core, entry)

    rig.run(body)
    assert up == down[::-1]
    assert [count for _, count in up] == list(range(1, 131))
    assert [up[61][0], up[62][0], up[63][0]] == [0x7E, 0xC0, 0xC1]
    assert rig.core.swap_info[0].swap_map[1] == SWAP_HAS_CACHE


def test_a_continuation_page_is_allocated_once_and_freed_by_swapoff() -> None:
    rig = Rig()

    def body() -> list[int]:
        entry = entry_of(rig)
        for _ in range(SWAP_MAP_MAX + 1):
            swap_duplicate(rig.core, entry)
        held = [rig.core.memory.in_use]
        add_swap_count_continuation(rig.core, entry, GFP_KERNEL)
        held.append(rig.core.memory.in_use)
        for _ in range(SWAP_MAP_MAX + 1):
            swap_free(rig.core, entry)
        swapcache_free(rig.core, entry)
        swapoff(rig.core, rig.disk)
        return [*held, rig.core.memory.in_use]

    assert rig.run(body) == [[1, 1, 0]]


def test_without_a_continuation_page_the_count_stays() -> None:
    rig = Rig(faults=faults("A swap_map.continuation#1 ENOMEM"))

    def body() -> list[object]:
        entry = entry_of(rig)
        for _ in range(SWAP_MAP_MAX):
            swap_duplicate(rig.core, entry)
        name = refusal_of(lambda: swap_duplicate(rig.core, entry))
        return [name, full_swap_count(rig.core.swap_info[0], 1)]

    assert rig.run(body) == [["ENOMEM", SWAP_MAP_MAX]]


def test_a_duplicate_of_a_free_slot_is_swallowed() -> None:
    rig = Rig()

    def body() -> int:
        entry_of(rig)
        swap_duplicate(rig.core, swp_entry(0, 5))
        return rig.core.swap_info[0].swap_map[5]

    assert rig.run(body) == [0]
