"""Fullness groups: which zspage the next object goes into, and which one is emptied first.

All of it happens under the lock of the class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from targets.linux.kernel.history.zsmalloc import FullnessLists
from targets.linux.zsmalloc.structs import GROUPS_MAX, Group

if TYPE_CHECKING:
    from targets.linux.zsmalloc.structs import ZsClass, Zspage

THRESHOLD: Final = 4
"""A zspage counts as almost full above 3/4 of its objects (fullness_threshold_frac)."""

ALMOST: Final[tuple[int, ...]] = (Group.ALMOST_FULL, Group.ALMOST_EMPTY)
SELECTION: Final[tuple[int, ...]] = (*ALMOST, Group.EMPTY)
"""Where to look for a zspage with a free object, best first; some kernels keep no EMPTY list."""

RATIO_FULL: Final = GROUPS_MAX - 1
"""The group of full zspages where groups are tenths (ZS_INUSE_RATIO_100)."""

RATIOS: Final = tuple(range(RATIO_FULL - 1, Group.EMPTY, -1))
"""The groups of zspages with free and used objects, from 99 % down to 10 %."""

RATIO_SELECTION: Final = (*RATIOS, Group.EMPTY)


def get_fullness_group(zspage: Zspage) -> int:
    """Say how full a zspage is."""
    objects = zspage.zs_class.facts.objects
    inuse = zspage.inuse
    if inuse == 0:
        return Group.EMPTY
    match zspage.zs_class.features.fullness_lists:
        case FullnessLists.ALMOST | FullnessLists.ALL:
            if inuse == objects:
                return Group.FULL
            almost_empty = inuse <= 3 * objects // THRESHOLD
            return Group.ALMOST_EMPTY if almost_empty else Group.ALMOST_FULL
        case FullnessLists.RATIOS:
            return RATIO_FULL if inuse == objects else 100 * inuse // objects // 10 + 1


def insert_zspage(zspage: Zspage, group: int) -> None:
    """Put a zspage into a group; up to 6.3 so that fuller ones tend to come first."""
    zspage.group = group
    zspages = zspage.zs_class.lists[group]
    fullest = not zspages or zspage.inuse >= zspages[0].inuse
    match zspage.zs_class.features.fullness_lists:
        case FullnessLists.ALMOST:
            if group in ALMOST:
                zspages.insert(0 if fullest else len(zspages), zspage)
        case FullnessLists.ALL:
            zspages.insert(0 if fullest else 1, zspage)
        case FullnessLists.RATIOS:
            zspages.insert(0, zspage)


def remove_zspage(zspage: Zspage) -> None:
    """Take a zspage off the list of its group, if that group keeps one."""
    zspages = zspage.zs_class.lists[zspage.group]
    if zspage in zspages:
        zspages.remove(zspage)


def is_listed(zspage: Zspage) -> bool:
    """Whether a zspage is on the list of its group."""
    return zspage in zspage.zs_class.lists[zspage.group]


def fix_fullness_group(zspage: Zspage) -> int:
    """Move a zspage to the group that it belongs to now, and return that.

    One that is isolated for migration is on no list [4.8 to 5.15].
    """
    group = get_fullness_group(zspage)
    if group != zspage.group:
        if zspage.isolated:
            zspage.group = group
        else:
            remove_zspage(zspage)
            insert_zspage(zspage, group)
    return group


def find_get_zspage(zs_class: ZsClass) -> Zspage | None:
    """Find a zspage with a free object; None when all are full."""
    lists = zs_class.lists
    match zs_class.features.fullness_lists:
        case FullnessLists.ALMOST | FullnessLists.ALL:
            groups = SELECTION
        case FullnessLists.RATIOS:
            groups = RATIO_SELECTION
    for group in groups:
        if lists[group]:
            return lists[group][0]
    return None


def isolate_zspage(zs_class: ZsClass, *, source: bool) -> Zspage | None:
    """Take a zspage out: the emptiest sort as a source of objects, else the fullest sort."""
    match zs_class.features.fullness_lists:
        case FullnessLists.ALMOST | FullnessLists.ALL:
            groups = ALMOST
        case FullnessLists.RATIOS:
            groups = RATIOS
    for group in reversed(groups) if source else groups:
        zspages = zs_class.lists[group]
        if zspages:
            return zspages.pop(0)
    return None


def putback_zspage(zspage: Zspage) -> int:
    """Put an isolated zspage back where it belongs now, and return that group."""
    group = get_fullness_group(zspage)
    insert_zspage(zspage, group)
    return group
