"""How zsmalloc changed: classes, zspages and their lists, handles, compaction, locks."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class FreeLink(Enum):
    """What the link in a free zsmalloc object holds."""

    LOCATION = "page frame and index of the next free object; 0 ends the chain"
    INDEX = "index of the next free object in its zspage; -1 ends the chain"


class FullnessLists(Enum):
    """Which fullness groups keep a list of their zspages."""

    ALMOST = "almost full and almost empty only"
    ALL = "empty, almost empty, almost full, full"


@dataclass(frozen=True)
class ZsmallocFeatures:
    """The answers of zsmalloc; the defaults are those of 4.6."""

    free_link: FreeLink = FreeLink.LOCATION
    zspage_struct: bool = False
    """Whether a zspage is described by a struct from a slab cache, and not by its first page."""
    fullness_lists: FullnessLists = FullnessLists.ALMOST


ZSMALLOC: Final = (
    change(
        (4, 8),
        "The link in a free zsmalloc object became an index within its zspage.",
        commit="bfd093f5e7f0",
        free_link=FreeLink.INDEX,
    ),
    change(
        (4, 8),
        "zsmalloc lists empty and full zspages too, so that their pages can be migrated.",
        commit="48b4800a1c6a",
        fullness_lists=FullnessLists.ALL,
    ),
    change(
        (4, 8),
        "A zspage got a struct of its own, from a slab.",
        commit="3783689a1aa8",
        zspage_struct=True,
    ),
)
