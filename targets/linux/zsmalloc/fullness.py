"""Fullness groups: which zspage the next object goes into, and which one is emptied first.

All of it happens under the lock of the class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from targets.linux.kernel.history.zsmalloc import FullnessLists
from targets.linux.zsmalloc.structs import Group

if TYPE_CHECKING:
    from targets.linux.zsmalloc.structs import ZsClass, Zspage

THRESHOLD: Final = 4
"""A zspage counts as almost full above 3/4 of its objects (fullness_threshold_frac)."""

ALMOST: Final = (Group.ALMOST_FULL, Group.ALMOST_EMPTY)
SELECTION: Final = (*ALMOST, Group.EMPTY)
"""Where to look for a zspage with a free object, best first; some kernels keep no EMPTY list."""


def get_fullness_group(zspage: Zspage) -> Group:
    """Say how full a zspage is."""
    objects = zspage.zs_class.facts.objects
    inuse = zspage.inuse
    if inuse == 0:
        return Group.EMPTY
    if inuse == objects:
        return Group.FULL
    return Group.ALMOST_EMPTY if inuse <= 3 * objects // THRESHOLD else Group.ALMOST_FULL


def insert_zspage(zspage: Zspage, group: Group) -> None:
    """Put a zspage into a group, so that fuller ones tend to come first."""
    zspage.group = group
    zspages = zspage.zs_class.lists[group]
    fullest = not zspages or zspage.inuse >= zspages[0].inuse
    match zspage.zs_class.features.fullness_lists:
        case FullnessLists.ALMOST:
            if group in ALMOST:
                zspages.insert(0 if fullest else len(zspages), zspage)
        case FullnessLists.ALL:
            zspages.insert(0 if fullest else 1, zspage)


def remove_zspage(zspage: Zspage) -> None:
    """Take a zspage off the list of its group, if that group keeps one."""
    zspages = zspage.zs_class.lists[zspage.group]
    if zspage in zspages:
        zspages.remove(zspage)


def fix_fullness_group(zspage: Zspage) -> Group:
    """Move a zspage to the group that it belongs to now, and return that."""
    group = get_fullness_group(zspage)
    if group is not zspage.group:
        remove_zspage(zspage)
        insert_zspage(zspage, group)
    return group


def find_get_zspage(zs_class: ZsClass) -> Zspage | None:
    """Find a zspage with a free object; None when all are full."""
    for group in SELECTION:
        zspages = zs_class.lists[group]
        if zspages:
            return zspages[0]
    return None


def isolate_zspage(zs_class: ZsClass, *, source: bool) -> Zspage | None:
    """Take a zspage out: the emptiest sort as a source of objects, else the fullest sort."""
    for group in reversed(ALMOST) if source else ALMOST:
        zspages = zs_class.lists[group]
        if zspages:
            return zspages.pop(0)
    return None


def putback_zspage(zspage: Zspage) -> Group:
    """Put an isolated zspage back where it belongs now, and return that group."""
    group = get_fullness_group(zspage)
    insert_zspage(zspage, group)
    return group
