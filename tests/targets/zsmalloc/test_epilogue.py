"""What comes of damage to a pool of objects."""

from collections.abc import Callable

import pytest

from fuzz.program.target import settings_of
from fuzz.values.finding import Harm
from fuzz.world.world import World
from targets.zsmalloc import TARGET
from targets.zsmalloc.operations import Malloc, Write
from targets.zsmalloc.system import ZsmallocSystem
from tests.targets.aftermath import comes_of
from tests.targets.zsmalloc import test_judges as damage

Damage = Callable[[ZsmallocSystem], None]


def what_comes_of(kind: str, harms: Damage) -> tuple[Harm, str]:
    world = World()
    system = TARGET.build(world, "4.9", settings_of(TARGET, {}), {}, lambda _: False)

    def body() -> None:
        for number in range(2):
            Malloc(number, 1300).run(system)
            Write(number, 7).run(system)
        harms(system)

    world.spawn("A", body)
    world.settle()
    system.judge()
    return comes_of(world, system, kind)


@pytest.mark.parametrize(
    ("harms", "kind", "expected"),
    [
        (
            damage.break_chain,
            "zsmalloc-broken-chain",
            (
                Harm.CRASH,
                "the next writes allocate objects of 1352 bytes until their class is full: "
                "BUG: unable to handle kernel paging request in obj_malloc",
            ),
        ),
        (
            damage.break_header,
            "zsmalloc-broken-header",
            (
                Harm.CRASH,
                "the pages of the pool are migrated: "
                "BUG: KASAN: overlapping-allocation in migrate_pinned",
            ),
        ),
        (
            damage.scribble,
            "zsmalloc-wrong-contents",
            (
                Harm.CORRUPTION_READ_BACK,
                "every owner reads his object: object 0 holds what its owner did not write",
            ),
        ),
        (
            damage.lose_object,
            "zsmalloc-leak",
            (Harm.LEAK, "every owner frees his object: the pool keeps 1 pages"),
        ),
        (damage.miscount_objects, "zsmalloc-wrong-count", (Harm.LATENT, "")),
    ],
)
def test_damage_hurts_whoever_needs_what_is_damaged(
    harms: Damage, kind: str, expected: tuple[Harm, str]
) -> None:
    assert what_comes_of(kind, harms) == expected
