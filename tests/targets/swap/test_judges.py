"""What swap promises: each promise notices the damage that it is about, and no other."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from fuzz.program.target import settings_of
from fuzz.values.point import Point
from fuzz.world.world import World
from targets.linux.block.capabilities import Bdi
from targets.linux.content.recipe import Recipe
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.machine.page import PAGE_SIZE, fill_page
from targets.linux.mm.fault import ANON_PAGE
from targets.linux.mm.mm_struct import MappedPte
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import swap_in
from targets.linux.swap.counts import swapcache_free
from targets.linux.swap.slots import get_swap_page
from targets.swap import TARGET
from targets.swap.system import SwapSystem
from tests.targets.running import signatures

PAUSE = Point("pause", "the disk does what it was asked for")


def machine(disk: str, kernel: str = "4.10") -> tuple[World, SwapSystem]:
    world = World()
    settings = settings_of(TARGET, {"disk": disk})
    system = TARGET.build(world, kernel, settings, {}, lambda _: False)
    world.boot(system.boot)
    return world, system


def damaged(damage: Callable[[SwapSystem], None], disk: str = "zram") -> list[str]:
    """Swap page 0 out, keep page 1, do some damage, and return what is found."""
    world, system = machine(disk)

    def body() -> None:
        seat = system.seat("A")
        seat.store(0, Recipe.parse("size:100:1").page())
        seat.store(1, Recipe.parse("text:1").page())
        swap_out(system.core, system.first, 0)
        damage(system)

    world.spawn("A", body)
    world.run()
    system.judge()
    return [finding.signature for finding in world.findings]


def mapped(system: SwapSystem) -> MappedPte:
    pte = system.first.page_table[1]
    assert isinstance(pte, MappedPte)
    return pte


def change_page(system: SwapSystem) -> None:
    mapped(system).page.bytes[0] ^= 1


def never_read(system: SwapSystem) -> None:
    change_page(system)
    mapped(system).page.uptodate = False


def change_last_written(system: SwapSystem) -> None:
    system.first.last_written[0] = system.first.last_written[1]


def lose_entry(system: SwapSystem) -> None:
    del system.first.page_table[0]


def change_in_cache(system: SwapSystem) -> None:
    swap_in(system.core, system.first, 0)
    system.core.spaces[0].pages[1].bytes[0] ^= 1


def outdate_in_cache(system: SwapSystem) -> None:
    swap_in(system.core, system.first, 0)
    change_last_written(system)


def outdate_mapped(system: SwapSystem) -> None:
    system.seat("A").load(0)
    change_last_written(system)


def write_elsewhere(system: SwapSystem) -> None:
    page = mapped(system).page
    fill_page(page, bytes(PAGE_SIZE))
    page.origin.filled_by = "store_to_another"


def miscount(system: SwapSystem) -> None:
    system.core.swap_info[0].swap_map[1] += 1


def forget_count(system: SwapSystem) -> None:
    area = system.core.swap_info[0]
    area.swap_map[1] = 0
    area.inuse_pages -= 1
    area.lowest_bit = 1
    system.core.nr_swap_pages += 1
    assert area.clusters is not None, "a zram has no seeks"
    area.clusters.used[0] -= 1


def stay_locked(system: SwapSystem) -> None:
    swap_in(system.core, system.first, 0)
    system.core.spaces[0].pages[1].lock.acquire()


def stay_under_writeback(system: SwapSystem) -> None:
    swap_in(system.core, system.first, 0)
    system.core.spaces[0].pages[1].writeback = True


def stop_asking(system: SwapSystem) -> None:
    system.disk.capabilities = Bdi.NONE


def lose_a_page(system: SwapSystem) -> None:
    system.machine.memory.alloc_page(GFP_KERNEL, ANON_PAGE)


def forget_state(system: SwapSystem) -> None:
    del system.stored[system.first.last_written[0]]


def die_after(damage: Callable[[SwapSystem], None]) -> Callable[[SwapSystem], None]:
    def both(system: SwapSystem) -> None:
        damage(system)
        system.first.alive = False
        system.first.users = 0

    return both


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (lambda system: None, []),
        (change_page, ["wrong-memory-page"]),
        (never_read, ["wrong-memory-unread_page"]),
        (change_last_written, ["wrong-memory-swap_slot"]),
        (change_in_cache, ["wrong-memory-swap_slot"]),
        (outdate_in_cache, ["wrong-memory-swap_cache"]),
        (outdate_mapped, ["wrong-memory-do_swap_page"]),
        (write_elsewhere, ["wrong-memory-store_to_another"]),
        (lose_entry, ["wrong-memory-page_table", "swap-slot-leak-swap_free"]),
        (miscount, ["swap-miscount-swap_map"]),
        (forget_count, ["swap-miscount-swap_map", "slot-notice-wrong-release_slot"]),
        (stay_locked, ["page-stuck-unlock_page"]),
        (stay_under_writeback, ["page-stuck-end_page_writeback"]),
        (stop_asking, ["stable-writes-stale-swapon"]),
        (lose_a_page, ["page-leak-lose_a_page"]),
        (forget_state, ["torn-image-zram_bvec_write"]),
        (die_after(change_page), []),
        (die_after(change_last_written), []),
    ],
)
def test_a_promise_notices_its_damage_and_no_other(
    damage: Callable[[SwapSystem], None], found: list[str]
) -> None:
    assert damaged(damage) == found


@pytest.mark.parametrize(("mistaken", "found"), [(False, []), (True, ["synchronous-io-wrong"])])
def test_an_area_that_is_wrong_about_when_io_is_done_is_found(
    mistaken: bool,  # noqa: FBT001 - a parameter of the test
    found: list[str],
) -> None:
    world, system = machine("zram", "5.10")
    if mistaken:
        system.core.swap_info[0].flags ^= system.core.layout.synchronous_io
    system.judge()
    assert [finding.kind for finding in world.findings] == found


def test_the_device_below_is_judged_too() -> None:
    def damage(system: SwapSystem) -> None:
        assert system.zram is not None
        system.zram.stats.pages_stored += 1

    assert damaged(damage) == ["zram-wrong-count-pages_stored"]


def test_a_block_that_does_not_match_its_crc_is_lost_memory() -> None:
    def damage(system: SwapSystem) -> None:
        assert system.crc_disk is not None
        system.machine.world.sleep(PAUSE, 1)
        assert swap_out(system.core, system.first, 0)
        system.crc_disk.blocks[1] = replace(system.crc_disk.blocks[1], guard=0)

    assert damaged(damage, "crc") == ["wrong-memory-swap_slot"]


def test_a_load_is_judged_in_the_step_in_which_it_is_done() -> None:
    def damage(system: SwapSystem) -> None:
        mapped(system).page.bytes[0] ^= 1
        system.seat("A").load(1)
        mapped(system).page.bytes[0] ^= 1

    assert damaged(damage) == ["wrong-memory-page"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [(Bdi.STABLE_WRITES, ["page-changed-under-writeback-reuse_swap_page"]), (Bdi.NONE, [])],
)
def test_a_store_to_a_page_under_writeback_harms_who_asked(wanted: Bdi, found: list[str]) -> None:
    def damage(system: SwapSystem) -> None:
        noted = system.disk.capabilities
        mapped(system).page.writeback = True
        system.disk.capabilities = wanted
        system.seat("A").store(1, Recipe.parse("text:2").page())
        system.disk.capabilities = noted
        mapped(system).page.writeback = False

    assert damaged(damage) == found


def test_what_a_slot_held_before_it_was_one_is_no_torn_image() -> None:
    def damage(system: SwapSystem) -> None:
        system.stored[system.first.last_written[0]] = None

    assert damaged(damage) == []


def test_a_page_that_is_written_and_can_be_changed_is_exposed_where_the_area_promised() -> None:
    def damage(system: SwapSystem) -> None:
        entry = get_swap_page(system.core)
        page = mapped(system).page
        page.swapcache, page.writeback, page.private = True, True, entry
        system.seat("A").load(1)
        page.swapcache, page.writeback, page.private = False, False, 0
        swapcache_free(system.core, entry)

    assert damaged(damage) == ["page-writable-under-writeback-do_swap_page"]


CHANGES_UNDER_WRITEBACK = """target swap
kernel {kernel}
config disk=zram-async {defect}
task A
  store page=0 with=text:1
  swap_out page=0
  load page=0
  store page=0 with=random:1
switch A operation#3 zramd
switch zramd page.read#2 A
"""


@pytest.mark.parametrize(
    ("kernel", "defect", "place"),
    [
        ("6.1", "with=swp-exclusive-inverted-stable-check", "do_swap_page"),
        ("5.17", "with=wp-reuse-without-stable-check", "do_wp_page"),
    ],
)
def test_a_change_under_writeback_is_blamed_on_who_let_it_happen(
    kernel: str, defect: str, place: str
) -> None:
    found = signatures(CHANGES_UNDER_WRITEBACK.format(kernel=kernel, defect=defect))
    assert found[0] == f"page-changed-under-writeback-{place}"
