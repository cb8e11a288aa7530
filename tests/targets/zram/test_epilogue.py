"""What comes of damage to a zram that is used directly."""

from collections.abc import Callable

import pytest

from fuzz.program.target import settings_of
from fuzz.values.finding import Harm
from fuzz.world.world import World
from targets.linux.content.recipe import Recipe
from targets.linux.zram.device import Zram
from targets.zram import TARGET
from tests.targets.aftermath import comes_of
from tests.targets.zram import test_promises as damage


def what_comes_of(kind: str, harms: Callable[[Zram], None]) -> tuple[Harm, str]:
    world = World()
    system = TARGET.build(world, "4.9", settings_of(TARGET, {}), {}, lambda _: False)
    world.boot(system.boot)

    def body() -> None:
        seat = system.seat("A")
        seat.write_block(0, Recipe.parse("size:100:1").page())
        harms(seat.zram)

    world.spawn("A", body)
    world.settle()
    system.judge()
    return comes_of(world, system, kind)


@pytest.mark.parametrize(
    ("harms", "kind", "expected"),
    [
        (
            damage.tear,
            "zram-torn-image",
            (
                Harm.CORRUPTION_READ_BACK,
                "somebody reads every block of zram0: he gets EIO for block 0",
            ),
        ),
        (
            damage.break_header,
            "zsmalloc-broken-header",
            (
                Harm.CRASH,
                "somebody reads every block of zram0: "
                "BUG: unable to handle kernel paging request in get_zspage",
            ),
        ),
        (
            damage.lose_a_page,
            "page-leak",
            (Harm.LEAK, "zram0 is reset: page frames never come back: 1"),
        ),
        (damage.miscount_pages_stored, "zram-wrong-count", (Harm.LATENT, "")),
    ],
)
def test_damage_hurts_whoever_needs_what_is_damaged(
    harms: Callable[[Zram], None], kind: str, expected: tuple[Harm, str]
) -> None:
    assert what_comes_of(kind, harms) == expected
