"""Counts that are wrong at rest are found, each under its own name."""

from collections.abc import Callable

import pytest

from targets.linux.machine.zone import Zone
from targets.linux.swap.core import SwapCore
from targets.swap.system import SwapSystem
from tests.targets.swap.test_judges import damaged


def on_core(change: Callable[[SwapCore], None]) -> Callable[[SwapSystem], None]:
    return lambda system: change(system.core)


def lose_free_slot(core: SwapCore) -> None:
    core.nr_swap_pages -= 1


def count_a_page_twice(core: SwapCore) -> None:
    core.total_swap_pages += 1


def use_a_slot_uncounted(core: SwapCore) -> None:
    core.swap_info[0].inuse_pages += 1
    core.nr_swap_pages -= 1


def offer_nothing(core: SwapCore) -> None:
    core.avail.clear()


def miscount_usable(core: SwapCore) -> None:
    core.swap_info[0].pages -= 1
    core.nr_swap_pages -= 1
    core.total_swap_pages -= 1


def hide_the_first(core: SwapCore) -> None:
    core.swap_info[0].lowest_bit += 5


def hide_the_last(core: SwapCore) -> None:
    core.swap_info[0].highest_bit -= 1


def miscount_clusters(core: SwapCore) -> None:
    clusters = core.swap_info[0].clusters
    assert clusters is not None, "a zram has no seeks"
    clusters.used[0] += 1


def offer_a_used_cluster(core: SwapCore) -> None:
    clusters = core.swap_info[0].clusters
    assert clusters is not None, "a zram has no seeks"
    clusters.free.append(0)


def do_nothing(core: SwapCore) -> None:
    del core


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lose_free_slot, ["swap-wrong-count-nr_swap_pages"]),
        (count_a_page_twice, ["swap-wrong-count-total_swap_pages"]),
        (use_a_slot_uncounted, ["swap-wrong-count-inuse_pages"]),
        (offer_nothing, ["swap-wrong-count-swap_avail_head"]),
        (miscount_usable, ["swap-wrong-count-pages"]),
        (hide_the_first, ["swap-wrong-count-lowest_bit"]),
        (hide_the_last, ["swap-wrong-count-highest_bit"]),
        (miscount_clusters, ["swap-wrong-count-cluster_info"]),
        (offer_a_used_cluster, ["swap-wrong-count-free_clusters"]),
        (do_nothing, []),
    ],
)
def test_a_wrong_count_is_found(change: Callable[[SwapCore], None], found: list[str]) -> None:
    assert damaged(on_core(change)) == found


@pytest.mark.parametrize(("lost", "found"), [(0, []), (1, ["zone-wrong-count-free"])])
def test_a_frame_that_is_neither_free_nor_in_use_is_found(lost: int, found: list[str]) -> None:
    def put_into_a_zone(system: SwapSystem) -> None:
        memory = system.machine.memory
        memory.zone = Zone(system.machine.world, 64, memory.fs_reclaim)
        memory.zone.free = 64 - memory.in_use - lost

    assert damaged(put_into_a_zone) == found
