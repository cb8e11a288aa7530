"""Fullness groups: which zspage comes first, in kernels of either kind."""

import pytest

from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.world import World
from targets.linux.kernel.kernel import Kernel
from targets.linux.zsmalloc.fullness import (
    find_get_zspage,
    fix_fullness_group,
    get_fullness_group,
    insert_zspage,
    isolate_zspage,
    putback_zspage,
)
from targets.linux.zsmalloc.pool import CLASS_LOCK
from targets.linux.zsmalloc.size_class import SizeClass
from targets.linux.zsmalloc.structs import Group, ZsClass, Zspage
from tests.targets.linux.zsmalloc.bench import INDEX, KERNELS, LOCATION

EIGHT = SizeClass(index=30, size=512, pages=1, objects=8)


def class_on(kernel: Kernel) -> ZsClass:
    return ZsClass(EIGHT, kernel.features, SpinLock(World(), CLASS_LOCK))


def zspage_with(zs_class: ZsClass, inuse: int) -> Zspage:
    zspage = Zspage(zs_class, [], 0)
    zspage.inuse = inuse
    return zspage


def insert(zs_class: ZsClass, *inuse: int) -> None:
    for count in inuse:
        zspage = zspage_with(zs_class, count)
        insert_zspage(zspage, get_fullness_group(zspage))


def inuse_in(zs_class: ZsClass, group: Group) -> list[int]:
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
    assert (putback_zspage(source), putback_zspage(target)) == (
        Group.ALMOST_EMPTY,
        Group.ALMOST_FULL,
    )


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.version)
def test_a_zspage_changes_its_list_with_its_group(kernel: Kernel) -> None:
    zs_class = class_on(kernel)
    insert(zs_class, 6)
    [zspage] = zs_class.lists[Group.ALMOST_EMPTY]
    zspage.inuse = 7
    assert fix_fullness_group(zspage) is Group.ALMOST_FULL
    assert [inuse_in(zs_class, group) for group in Group] == [[], [], [7], []]
