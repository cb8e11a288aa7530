"""What zsmalloc promises: each promise notices the damage that it is about, and no other."""

from collections.abc import Callable

import pytest

from fuzz.program.target import settings_of
from fuzz.world.world import World
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.zsmalloc.inspection import zspages_of
from targets.linux.zsmalloc.mapping import zs_map_object, zs_unmap_object
from targets.linux.zsmalloc.pool import zs_malloc
from targets.linux.zsmalloc.structs import MapMode
from targets.linux.zsmalloc.zspage import NO_PAGE, alloc_zspage, set_word
from targets.zsmalloc import TARGET
from targets.zsmalloc.operations import Free, Malloc, Read, Write
from targets.zsmalloc.system import ZsmallocSystem
from tests.targets.running import signatures


def damaged(damage: Callable[[ZsmallocSystem], None]) -> list[str]:
    """Allocate two objects, do some damage, and return what is found."""
    world = World()
    system = TARGET.build(world, "4.9", settings_of(TARGET, {}), {}, lambda _: False)

    def body() -> None:
        for number in range(2):
            Malloc(number, 1300).run(system)
            Write(number, 7).run(system)
        damage(system)

    world.spawn("A", body)
    world.run()
    system.judge()
    return [finding.signature for finding in world.findings]


def break_chain(system: ZsmallocSystem) -> None:
    zspages_of(system.pool)[0].freeobj = 0xDEAD


def break_header(system: ZsmallocSystem) -> None:
    set_word(zspages_of(system.pool)[0], 0, 0)


def lose_object(system: ZsmallocSystem) -> None:
    zs_malloc(system.pool, 1300, GFP_KERNEL)


def forget_to_free(system: ZsmallocSystem) -> None:
    for number in range(2):
        Free(number).run(system)
    zspage = alloc_zspage(system.pool, system.pool.classes[83], GFP_KERNEL)
    assert zspage is not None
    system.pool.pages_allocated += len(zspage.pages)
    zspage.zs_class.obj_allocated += zspage.zs_class.facts.objects


def miscount_objects(system: ZsmallocSystem) -> None:
    system.pool.classes[83].obj_used += 1


def miscount_pages(system: ZsmallocSystem) -> None:
    system.pool.pages_allocated += 1


def lose_page(system: ZsmallocSystem) -> None:
    system.memory.alloc_page(GFP_KERNEL, NO_PAGE)


def scribble(system: ZsmallocSystem) -> None:
    with system.owned(0) as one:
        zs_map_object(system.pool, one.handle, MapMode.RW).write(b"?")
        zs_unmap_object(system.pool, one.handle)
    Read(0).run(system)


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (break_chain, "zsmalloc-broken-chain-free_chain"),
        (lose_object, "zsmalloc-leak-lose_object"),
        (forget_to_free, "zsmalloc-empty-zspage-free_zspage"),
        (miscount_objects, "zsmalloc-wrong-count-class_stat"),
        (miscount_pages, "zsmalloc-wrong-count-pages_allocated"),
        (lose_page, "zsmalloc-wrong-count-in_use"),
        (scribble, "zsmalloc-wrong-contents-object_contents"),
        (break_header, "zsmalloc-broken-header-object_header"),
    ],
)
def test_a_promise_notices_its_damage(
    damage: Callable[[ZsmallocSystem], None], expected: str
) -> None:
    assert damaged(damage) == [expected]


def test_without_damage_nothing_is_found() -> None:
    assert damaged(lambda _: None) == []


COMPACTED_TWICE = """
target zsmalloc
kernel {kernel}
config objects=6
task A
  malloc object=6 size=2500
  malloc object=7 size=2500
  malloc object=8 size=2500
  malloc object=9 size=2500
  free object=0
  free object=1
  free object=3
  free object=4
  free object=7
  free object=8
  compact
task B
  compact
switch A object.lock#9 B
switch B {point}#1 A
"""


@pytest.mark.parametrize(
    ("kernel", "point", "lost"),
    [
        ("4.6", "zsmalloc.pages_compacted.write", 1),
        ("5.10", "zsmalloc.pages_compacted.write", 1),
        ("5.15", "zsmalloc.class.unlock", 0),
    ],
)
def test_two_compactions_at_once_lost_count_up_to_5_10(kernel: str, point: str, lost: int) -> None:
    found = signatures(COMPACTED_TWICE.format(kernel=kernel, point=point))
    kinds = ["data-race", "zsmalloc-wrong-count"] * lost
    assert [
        name.removesuffix("-pages_compacted").partition("-count_")[0] for name in found
    ] == kinds


EMPTIED_WHILE_ISOLATED = """
target zsmalloc
kernel {kernel}
config objects=0
task A
  malloc object=0 size=1300
  migrate object=0
task B
  free object=0
switch A migrate.page#1 B
"""


@pytest.mark.parametrize(("kernel", "left"), [("4.9", 0), ("4.14", 1), ("5.0", 1), ("5.4", 0)])
def test_a_zspage_emptied_while_its_page_moved_was_kept_for_ever(kernel: str, left: int) -> None:
    found = signatures(EMPTIED_WHILE_ISOLATED.format(kernel=kernel))
    assert found == left * ["zsmalloc-empty-zspage-free_zspage"]
