"""Records that are wrong when nothing runs: each is found under its own name."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from targets.linux.content.recipe import Recipe
from targets.linux.mm.mm_struct import MappedPte
from targets.linux.swap.area import SwapArea
from targets.linux.swap.space import SwapperSpace
from targets.swap.operations import SwapIn, SwapOut
from targets.swap.rest_judges import judge_rest
from targets.swap.system import SwapSystem
from tests.targets.swap.test_judges import machine, mapped


def found_after(damage: Callable[[SwapSystem], None]) -> list[str]:
    """Swap a page out and in again, keep another mapped, do damage, and say what is found."""
    world, system = machine("zram")

    def body() -> None:
        seat = system.seat("A")
        seat.store(0, Recipe.parse("size:100:1").page())
        seat.store(1, Recipe.parse("text:1").page())
        SwapOut(0).run(seat)
        SwapIn(0).run(seat)
        damage(system)

    world.spawn("A", body)
    world.run()
    judge_rest(system)
    return [finding.signature for finding in world.findings]


def forget_place(system: SwapSystem) -> None:
    system.core.rmap.clear()


def miscount(system: SwapSystem) -> None:
    mapped(system).page.mapcount += 1


def share_writable(system: SwapSystem) -> None:
    page = mapped(system).page
    system.first.page_table[2] = MappedPte(page, writable=True, dirty=True)
    system.core.rmap[page.pfn].append((system.first, 2))
    page.mapcount += 1


def dirty_lost(system: SwapSystem) -> None:
    page = system.core.spaces[0].pages[1]
    page.dirty = False
    page.bytes[0] ^= 1


def wrong_slot(system: SwapSystem) -> None:
    system.core.spaces[0].pages[1].private += 1


def out_of_place(system: SwapSystem) -> None:
    mapped(system).page.swapcache = True
    mapped(system).page.private = 2


def area_off(system: SwapSystem) -> None:
    area = SwapArea(system.core.world, 1)
    area.disk = system.disk
    system.core.swap_info.append(area)
    system.core.spaces.append(SwapperSpace(system.core.world, 1))


def unlist(system: SwapSystem) -> None:
    system.core.mmlist.clear()


def isolate(system: SwapSystem) -> None:
    page = mapped(system).page
    system.core.isolated[page.pfn] = page


def say_alone(system: SwapSystem) -> None:
    share_writable(system)
    for index in (1, 2):
        pte = system.first.page_table[index]
        assert isinstance(pte, MappedPte)
        system.first.page_table[index] = replace(pte, writable=False)
    mapped(system).page.anon_exclusive = True


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (lambda _: None, []),
        (forget_place, ["rmap-wrong-rmap"]),
        (miscount, ["rmap-wrong-mapcount"]),
        (share_writable, ["shared-page-writable-set_pte"]),
        (say_alone, ["shared-page-writable-anon_exclusive"]),
        (dirty_lost, ["clean-page-differs-page_dirty"]),
        (wrong_slot, ["swap-cache-wrong-page_private"]),
        (out_of_place, ["swap-cache-wrong-PG_swapcache"]),
        (area_off, ["swapoff-left-something-swap_file"]),
        (unlist, ["swapped-process-unlisted-mmlist"]),
        (isolate, ["page-off-its-list-isolate_lru_page"]),
    ],
)
def test_a_record_that_is_wrong_at_rest_is_found(
    damage: Callable[[SwapSystem], None], found: list[str]
) -> None:
    assert found_after(damage) == found
