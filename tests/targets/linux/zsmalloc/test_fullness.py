"""Fullness groups: which zspage comes first, in kernels of either kind."""

import pytest

from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.world import World
from targets.linux.kernel.kernel import Kernel
from targets.linux.kernel.versions import VERSIONS, kernel_named
from targets.linux.zsmalloc.fullness import (
    RATIO_FULL,
    find_get_zspage,
    fix_fullness_group,
    get_fullness_group,
    insert_zspage,
    isolate_zspage,
    putback_zspage,
)
from targets.linux.zsmalloc.size_class import SizeClass
from targets.linux.zsmalloc.structs import CLASS_LOCK, Group, ZsClass, Zspage
from tests.targets.linux.zsmalloc.bench import INDEX, KERNELS, LOCATION

EIGHT = SizeClass(index=30, size=512, pages=1, objects=8)


def class_on(kernel: Kernel, facts: SizeClass = EIGHT) -> ZsClass:
    world = World()
    return ZsClass(world, facts, kernel.features, SpinLock(world, CLASS_LOCK))


def zspage_with(zs_class: ZsClass, inuse: int) -> Zspage:
    zspage = Zspage(World(), zs_class, [], 0, 0)
    zspage.inuse = inuse
    return zspage


def insert(zs_class: ZsClass, *inuse: int) -> None:
    for count in inuse:
        zspage = zspage_with(zs_class, count)
        insert_zspage(zspage, get_fullness_group(zspage))


def inuse_in(zs_class: ZsClass, group: int) -> list[int]:
    return [zspage.inuse for zspage in zs_class.lists[group]]


def test_up_to_three_quarters_a_zspage_is_almost_empty() -> None:
    zs_class = class_on(LOCATION)
    groups = [get_fullness_group(zspage_with(zs_class, inuse)) for inuse in range(9)]
    assert groups == [Group.EMPTY] + 6 * [Group.ALMOST_EMPTY] + [Group.ALMOST_FULL, Group.FULL]


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [(LOCATION, [[], [6, 3], [7], []]), (INDEX, [[0], [6, 3], [7], [8]])],
    ids=["4.7", "4.9"],
)
def test_which_groups_keep_a_list(kernel: Kernel, expected: list[list[int]]) -> None:
    zs_class = class_on(kernel)
    insert(zs_class, 0, 3, 6, 7, 8)
    assert [inuse_in(zs_class, group) for group in Group] == expected


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [(LOCATION, [5, 4, 2, 1, 3]), (INDEX, [5, 3, 4, 2, 1])],
    ids=["4.7: less full ones go to the end", "4.9: less full ones go to the second place"],
)
def test_a_zspage_goes_first_if_it_is_as_full_as_the_first(
    kernel: Kernel, expected: list[int]
) -> None:
    zs_class = class_on(kernel)
    insert(zs_class, 2, 1, 4, 5, 3)
    assert inuse_in(zs_class, Group.ALMOST_EMPTY) == expected


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.version)
def test_the_fullest_sort_is_used_first_for_new_objects(kernel: Kernel) -> None:
    zs_class = class_on(kernel)
    insert(zs_class, 8)
    assert find_get_zspage(zs_class) is None
    for inuse in (2, 7):
        insert(zs_class, inuse)
        zspage = find_get_zspage(zs_class)
        assert zspage is not None
        assert zspage.inuse == inuse


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.version)
def test_compaction_takes_from_the_emptiest_sort_and_gives_to_the_fullest(kernel: Kernel) -> None:
    zs_class = class_on(kernel)
    insert(zs_class, 2, 7)
    source = isolate_zspage(zs_class, source=True)
    target = isolate_zspage(zs_class, source=False)
    assert source is not None
    assert target is not None
    assert (source.inuse, target.inuse) == (2, 7)
    assert isolate_zspage(zs_class, source=True) is None
    groups = [get_fullness_group(zspage) for zspage in (source, target)]
    assert [putback_zspage(source), putback_zspage(target)] == groups
    assert [zspage for group in groups for zspage in zs_class.lists[group]] == [source, target]


FOUR_GROUPS = [LOCATION, INDEX, kernel_named("6.3")]


@pytest.mark.parametrize("kernel", FOUR_GROUPS, ids=lambda kernel: kernel.version)
def test_a_zspage_changes_its_list_with_its_group(kernel: Kernel) -> None:
    zs_class = class_on(kernel)
    insert(zs_class, 6)
    [zspage] = zs_class.lists[Group.ALMOST_EMPTY]
    zspage.inuse = 7
    assert fix_fullness_group(zspage) is Group.ALMOST_FULL
    assert [inuse_in(zs_class, group) for group in Group] == [[], [], [7], []]


@pytest.mark.parametrize(
    ("objects", "inuse", "group"),
    [
        (8, 0, 0), (8, 1, 2), (8, 2, 3), (8, 4, 6), (8, 7, 9), (8, 8, RATIO_FULL),
        (127, 1, 1), (127, 12, 1), (127, 13, 2), (127, 126, 10), (127, 127, RATIO_FULL),
        (1, 0, 0), (1, 1, RATIO_FULL), (3, 1, 4), (3, 2, 7),
    ],
)  # fmt: skip
def test_from_6_5_on_a_zspage_counts_by_tenths(objects: int, inuse: int, group: int) -> None:
    facts = SizeClass(index=30, size=32, pages=1, objects=objects)
    zs_class = class_on(kernel_named("6.5"), facts)
    zspage = zspage_with(zs_class, inuse)
    assert get_fullness_group(zspage) == group
    insert_zspage(zspage, group)
    assert [at for at, zspages in enumerate(zs_class.lists) if zspages] == [group]


def test_from_6_5_on_the_newest_zspage_of_a_group_comes_first() -> None:
    facts = SizeClass(index=0, size=32, pages=1, objects=128)
    zs_class = class_on(kernel_named("6.5"), facts)
    insert(zs_class, 100, 102, 101, 20, 0, 128)
    assert inuse_in(zs_class, 8) == [101, 102, 100]
    assert [isolated_inuse(zs_class, source=False) for _ in range(2)] == [101, 102]
    assert [isolated_inuse(zs_class, source=True) for _ in range(2)] == [20, 100]
    found = find_get_zspage(zs_class)
    assert found is not None
    assert found.inuse == 0


def isolated_inuse(zs_class: ZsClass, *, source: bool) -> int:
    zspage = isolate_zspage(zs_class, source=source)
    assert zspage is not None
    return zspage.inuse


def test_an_isolated_zspage_changes_its_group_but_comes_into_no_list() -> None:
    zs_class = class_on(INDEX)
    zspage = zspage_with(zs_class, 7)
    zspage.isolated = 1
    assert fix_fullness_group(zspage) == Group.ALMOST_FULL
    assert [len(zspages) for zspages in zs_class.lists] == [0] * 12


def test_the_groups_were_changed_twice() -> None:
    lists = [kernel_named(version).features.fullness_lists for version in VERSIONS]
    changes = [VERSIONS[at] for at in range(1, len(VERSIONS)) if lists[at] is not lists[at - 1]]
    assert changes == ["4.9", "6.5"]
