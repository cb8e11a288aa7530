"""What comes of damage to a machine that swaps."""

from collections.abc import Callable

import pytest

from fuzz.values.finding import Harm
from targets.linux.content.recipe import Recipe
from targets.linux.mm.reclaim import swap_out
from targets.swap.system import SwapSystem
from tests.targets.aftermath import comes_of
from tests.targets.swap import test_judges as damage
from tests.targets.swap.test_judges import machine

Damage = Callable[[SwapSystem], None]


def break_chain(system: SwapSystem) -> None:
    assert system.zram is not None
    next(iter(system.zram.meta.pool.zspages.values())).freeobj = 0xDEAD


def what_comes_of(kind: str, harms: Damage) -> tuple[Harm, str]:
    world, system = machine("zram")

    def body() -> None:
        seat = system.seat("A")
        seat.store(0, Recipe.parse("size:100:1").page())
        seat.store(1, Recipe.parse("text:1").page())
        swap_out(system.core, system.first, 0)
        harms(system)

    world.spawn("A", body)
    world.settle()
    system.judge()
    return comes_of(world, system, kind)


@pytest.mark.parametrize(
    ("harms", "kind", "harm", "words"),
    [
        (
            damage.change_page,
            "wrong-memory",
            Harm.DATA_LOSS,
            "every process reads its pages: process 0 gets what it did not write as page 1",
        ),
        (
            damage.forget_count,
            "swap-miscount",
            Harm.DATA_LOSS,
            "every process reads its pages: process 0 gets VM_FAULT_OOM for page 0",
        ),
        (damage.stay_locked, "page-stuck", Harm.HANG, "every process reads its pages: "),
        (damage.stay_under_writeback, "page-stuck", Harm.HANG, "swapoff: never comes back"),
        (
            damage.lose_a_page,
            "page-leak",
            Harm.LEAK,
            "the device is reset: page frames never come back: 1",
        ),
        (
            break_chain,
            "zsmalloc-broken-chain",
            Harm.CRASH,
            "the next writes allocate objects of 56 bytes until their class is full: "
            "BUG: unable to handle kernel paging request in obj_malloc",
        ),
        (damage.stop_asking, "stable-writes-stale", Harm.LATENT, ""),
    ],
)
def test_damage_hurts_whoever_needs_what_is_damaged(
    harms: Damage, kind: str, harm: Harm, words: str
) -> None:
    shown, line = what_comes_of(kind, harms)
    assert (shown, line[: len(words)] if words else line) == (harm, words)
