"""What a zram device promises: each promise notices the damage that it is about, and no other."""

from collections.abc import Callable

import pytest

from fuzz.program.target import settings_of
from fuzz.world.world import World
from targets.linux.content.recipe import Recipe
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.mm.fault import ANON_PAGE
from targets.linux.zram import control, write_passes
from targets.linux.zram.device import Zram
from targets.linux.zsmalloc.handle import handle_to_obj
from targets.linux.zsmalloc.inspection import zspages_of
from targets.linux.zsmalloc.zspage import number_at, set_word
from targets.zram import TARGET
from targets.zram.system import ZramSystem
from tests.targets.running import run


def damaged(damage: Callable[[Zram], None]) -> list[str]:
    """Write two blocks, do some damage, and return what is found."""
    world = World()
    system = TARGET.build(world, "4.9", settings_of(TARGET, {}), {}, lambda _: False)
    assert isinstance(system, ZramSystem)
    world.boot(system.boot)
    zram = system.seat("A").zram

    def body() -> None:
        seat = system.seat("A")
        seat.write_block(0, Recipe.parse("size:100:1").page())
        seat.write_block(1, Recipe.parse("zeros").page())
        damage(zram)

    world.spawn("A", body)
    world.run()
    system.judge()
    return [finding.signature for finding in world.findings]


def break_chain(zram: Zram) -> None:
    zspages_of(zram.meta.pool)[0].freeobj = 0xDEAD


def break_header(zram: Zram) -> None:
    pool = zram.meta.pool
    zspage = zspages_of(pool)[0]
    number = number_at(zspage, handle_to_obj(pool, zram.meta.slots[0].handle))
    assert number is not None
    set_word(zspage, number, 0)


def claim_more(zram: Zram) -> None:
    zram.meta.slots[0].size += 200
    zram.stats.compr_data_size += 200


def forget_object(zram: Zram) -> None:
    slot = zram.meta.slots[0]
    zram.stats.compr_data_size -= slot.size
    zram.stats.pages_stored -= 1
    slot.handle = slot.size = 0


def miscount_pages_stored(zram: Zram) -> None:
    zram.stats.pages_stored += 1


def miscount_data_size(zram: Zram) -> None:
    zram.stats.compr_data_size -= 1


def miscount_same_pages(zram: Zram) -> None:
    zram.stats.same_pages = 0


def lose_a_page(zram: Zram) -> None:
    zram.machine.memory.alloc_page(GFP_KERNEL, ANON_PAGE)


def tear(zram: Zram) -> None:
    other = Recipe.parse("size:100:2").page()
    pool = zram.meta.pool
    page = zspages_of(pool)[0].pages[0]
    page.bytes[8:100] = other[:92]


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (lambda zram: None, []),
        (break_chain, ["zsmalloc-broken-chain-free_chain"]),
        (break_header, ["zsmalloc-broken-header-object_header"]),
        (forget_object, ["zsmalloc-leak-zram_bvec_write"]),
        (miscount_pages_stored, ["zram-wrong-count-pages_stored"]),
        (miscount_data_size, ["zram-wrong-count-compr_data_size"]),
        (miscount_same_pages, ["zram-wrong-count-same_pages"]),
        (lose_a_page, ["page-leak-lose_a_page"]),
        (tear, ["zram-torn-image-zram_bvec_write"]),
    ],
)
def test_a_promise_notices_its_damage_and_no_other(
    damage: Callable[[Zram], None], found: list[str]
) -> None:
    assert damaged(damage) == found


def test_a_slot_that_claims_more_than_its_object_holds_is_noticed() -> None:
    assert "zram-oversized-slot-slot_size" in damaged(claim_more)


def test_a_miscounted_pool_is_noticed_by_both_who_count() -> None:
    def damage(zram: Zram) -> None:
        zram.meta.pool.pages_allocated += 1

    assert damaged(damage) == ["zram-wrong-count-mem_used_total", "page-leak-free_page"]


@pytest.mark.parametrize("asynchronous", ["no", "yes"])
def test_a_device_that_works_keeps_its_promises(asynchronous: str) -> None:
    case = (
        f"target zram\nkernel 4.9\nconfig asynchronous={asynchronous}\n"
        "task A\n  write block=0 with=text:1\n  read block=0\n  discard block=0\n  reset\n"
        "task B\n  write block=0 with=random:1\n  read block=0\n  write block=1 with=zeros\n"
        "schedule walk seed=3\n"
    )
    outcome = run(case)
    assert outcome.findings == ()
    assert run(case).text() == outcome.text()


def test_a_device_that_is_gone_and_keeps_its_files_is_a_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = "target zram\nkernel 6.1\ntask A\n  hot_add\n  hot_remove device=1\n"
    assert run(case).findings == ()
    monkeypatch.setattr(control, "_remove_files", lambda _: None)
    assert [each.signature for each in run(case).findings] == ["zram-files-and-disk-zram_remove"]


def test_zeros_that_are_kept_as_an_object_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_passes, "page_same_filled", lambda *_: None)
    outcome = run("target zram\nkernel 4.9\ntask A\n  write block=0 with=zeros\n  read block=0\n")
    assert [each.signature for each in outcome.findings] == ["zram-zeros-stored-zram_bvec_write"]


def test_zeros_that_no_object_keeps_are_as_promised() -> None:
    case = "target zram\nkernel 4.9\ntask A\n  write block=0 with=zeros\n  read block=0\n"
    assert run(case).findings == ()
