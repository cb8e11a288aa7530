"""What zswap promises: each promise notices its damage, and no other."""

from collections.abc import Callable

import pytest

from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.zswap.zswap import Tree, Zswap
from targets.shared.zswap_judges import judge_zswap
from tests.targets.linux.zswap.benches import TEXT, Bench


def free_the_slot(zswap: Zswap) -> None:
    area = zswap.core.swap_info[0]
    (offset,) = zswap.trees[0].entries
    area.swap_map[offset] = 0


def lose_an_object(zswap: Zswap) -> None:
    zswap.pool.malloc(100, GFP_KERNEL)


def miscount_pages(zswap: Zswap) -> None:
    zswap.counters.stored_pages += 1


def miscount_words(zswap: Zswap) -> None:
    zswap.counters.same_filled_pages += 1


def plant_a_tree(zswap: Zswap) -> None:
    zswap.trees[5] = Tree(zswap.world, 5)


@pytest.mark.parametrize("kernel", ["4.9", "6.12"])
@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (lambda _: None, []),
        (free_the_slot, ["zswap-stale-entry-zswap_invalidate"]),
        (lose_an_object, ["zswap-leak-zswap_store"]),
        (miscount_pages, ["zswap-wrong-count-stored_pages"]),
        (miscount_words, ["zswap-wrong-count-same_filled_pages"]),
        (plant_a_tree, ["zswap-unfindable-zswap_swapon"]),
    ],
)
def test_a_promise_notices_its_damage_and_no_other(
    kernel: str, damage: Callable[[Zswap], None], found: list[str]
) -> None:
    bench = Bench(kernel)

    def body() -> None:
        bench.out(1, TEXT)
        damage(bench.zswap)

    bench.run(body)
    judge_zswap(bench.zswap)
    assert [finding.signature for finding in bench.rig.world.findings] == found


def test_an_entry_without_an_age_is_found() -> None:
    bench = Bench("6.12")

    def body() -> list[object]:
        bench.out(1, TEXT)
        bench.zswap.lru.clear()
        return []

    bench.run(body)
    judge_zswap(bench.zswap)
    found = [finding.signature for finding in bench.rig.world.findings]
    assert found == ["zswap-unfindable-zswap_lru_add"]
