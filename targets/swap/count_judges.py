"""What swap and memory reckon with is true: free slots, areas that have some, free page frames.

No promise looks at features, defects, designs or versions: judges are blind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from targets.linux.swap.area import SWAP_MAP_BAD
from targets.linux.swap.clusters import SWAPFILE_CLUSTER
from targets.linux.swap.flags import SWP_WRITEOK
from targets.linux.swap.inspect import areas_in_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from targets.linux.swap.area import SwapArea
    from targets.linux.swap.core import SwapCore
    from targets.swap.system import SwapSystem

SWAP_WRONG_COUNT: Final = Promise(
    "swap-wrong-count",
    "What swap counts of its slots is what a recount says, and areas with free ones are offered.",
    Harm.WRONG_REPORT,
    "oracle 8",
)
ZONE_WRONG_COUNT: Final = Promise(
    "zone-wrong-count",
    "A zone counts as free what nobody has.",
    Harm.WRONG_REPORT,
    "oracle 8",
)
COUNT_PROMISES: Final = (SWAP_WRONG_COUNT, ZONE_WRONG_COUNT)


def judge_counts(system: SwapSystem) -> None:
    """Recount all that is counted, at rest."""
    world = system.machine.world
    for place, counted, recounted in _swap_counts(system.core):
        if counted != recounted:
            world.report(
                SWAP_WRONG_COUNT,
                f"swap: {place} is wrong",
                f"it says {counted}, a recount says {recounted}",
                place=place,
            )
    memory = system.machine.memory
    if memory.zone is not None and memory.zone.free != memory.zone.frames - memory.in_use:
        world.report(
            ZONE_WRONG_COUNT,
            "the free page frames are miscounted",
            f"{memory.zone.free} are said to be free, {memory.in_use} of {memory.zone.frames} "
            "are in use",
            place="free",
        )


def _swap_counts(core: SwapCore) -> Iterator[tuple[str, object, object]]:
    """Yield each count by its name, with what it says and what it should."""
    areas = areas_in_use(core)
    for area in areas:
        in_use = sum(1 for byte in area.swap_map if byte not in (0, SWAP_MAP_BAD))
        yield "inuse_pages", area.inuse_pages, in_use
        usable = sum(1 for byte in area.swap_map if byte != SWAP_MAP_BAD)
        yield "pages", area.pages, usable
    offered = [area for area in areas if area.flags & SWP_WRITEOK]
    yield "total_swap_pages", core.total_swap_pages, sum(area.pages for area in offered)
    free = sum(area.pages - area.inuse_pages for area in offered)
    yield "nr_swap_pages", core.nr_swap_pages, free
    # One that is full may be listed, after a swapoff that failed: whoever looks takes it off.
    may_be = [area.type for area in offered if area.highest_bit or area in core.avail]
    yield "swap_avail_head", sorted(area.type for area in core.avail), may_be
    for area in offered:
        yield from _search_hints(area)
    if not core.slot_caches.used:
        yield "swap_slots", core.slot_caches.parked, []
    priorities = [area.prio for area in core.avail]
    yield "prio", priorities, sorted(priorities, reverse=True)


def _search_hints(area: SwapArea) -> Iterator[tuple[str, object, object]]:
    """Yield what the search for a free slot goes by: it must miss none."""
    taken = [bool(byte) for byte in area.swap_map]
    free = [offset for offset, is_taken in enumerate(taken) if not is_taken]
    if free:
        yield "lowest_bit", min(free[0], area.lowest_bit), area.lowest_bit
        yield "highest_bit", max(free[-1], area.highest_bit), area.highest_bit
    if area.clusters is not None:
        starts = range(0, len(taken), SWAPFILE_CLUSTER)
        used = [sum(taken[start : start + SWAPFILE_CLUSTER]) for start in starts]
        yield "cluster_info", area.clusters.used, used
        unused = [number for number, count in enumerate(used) if not count]
        yield "free_clusters", sorted(area.clusters.free), unused
