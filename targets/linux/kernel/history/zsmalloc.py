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


class Packing(Enum):
    """How the length of a run of pages is chosen."""

    BY_PERCENT = "the shortest of 1 to 4 pages with the highest used percentage, rounded down"
    BY_BYTES = "one page for powers of two, else the shortest run that wastes the fewest bytes"


class RequestErrors(Enum):
    """What `zs_malloc` answers to a request of a size that no class has."""

    NONE = "0, as for want of memory"
    EINVAL = "-EINVAL"
    TOLD_APART = "-EINVAL for no bytes, -ENOSPC for more than a page"


@dataclass(frozen=True)
class ZsmallocFeatures:
    """The answers of zsmalloc; the defaults are those of 4.6."""

    packing: Packing = Packing.BY_PERCENT
    request_errors: RequestErrors = RequestErrors.NONE

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
    change(
        (6, 1),
        "zs_malloc answers with an errno, and no longer with 0.",
        request_errors=RequestErrors.EINVAL,
    ),
    change(
        (6, 3),
        "zspages are packed by the bytes that are lost, and chain as many pages as was configured.",
        packing=Packing.BY_BYTES,
    ),
    change(
        (6, 8),
        "zs_malloc tells a request that is too large (ENOSPC) from one for nothing (EINVAL).",
        request_errors=RequestErrors.TOLD_APART,
    ),
)
