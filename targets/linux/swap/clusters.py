"""Clusters: each CPU takes slots of a run of 256 of its own, on devices without seeks.

[4.9 mm/swapfile.c] Only a run that is wholly free is given to a CPU; where none is, which is so in
every area of fewer than 512 slots, the search is the one for rotating disks.
From 6.12 on kernels also share runs that are partly used; which slot is taken then may differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.world.cell import CellClass
from fuzz.world.shared import Fields, Watch, share, shared
from targets.linux.swap.promises import CLUSTERS_OUT_OF_BOUNDS

if TYPE_CHECKING:
    from fuzz.world.world import World
    from targets.linux.swap.area import SwapArea
    from targets.linux.swap.core import SwapCore
    from targets.linux.swap.header import Header

SWAPFILE_CLUSTER: Final = 256
"""Slots of a cluster."""


CLUSTERS: Final = CellClass("swap clusters", "the lock of the area")


@shared(Fields(CLUSTERS, "used", "free", "next", watch=Watch.USE))
class Clusters:
    """What the clusters of one area hold, and which CPU takes slots of which."""

    __slots__ = ("cells", "free", "next", "used")

    def __init__(self, world: World, swap_map: bytearray) -> None:
        """Divide a new area, whose map has entries for bad slots only."""
        self.used = [
            sum(byte != 0 for byte in swap_map[start : start + SWAPFILE_CLUSTER])
            for start in range(0, len(swap_map), SWAPFILE_CLUSTER)
        ]
        """For each cluster, how many of its slots are in use or bad."""
        self.free = [number for number, used in enumerate(self.used) if not used]
        """Clusters with no slot in use, in the order in which they are given out."""
        self.next: dict[int, int] = {}
        """For each CPU that has a cluster, where it looks next."""
        share(world, self)


def setup_clusters(core: SwapCore, swap_map: bytearray, header: Header) -> Clusters:
    """Divide a new area, and count its bad pages as used.

    From 6.12 on they are counted by the header, which may name some behind the last slot.
    """
    clusters = Clusters(core.world, swap_map)
    behind = [page for page in header.bad_pages if page >= header.slots]
    if behind and core.machine.kernel.features.clusters_trust_header:
        for page in behind:
            inc_cluster_info_page(core, clusters, page)
    return clusters


def inc_cluster_info_page(core: SwapCore, clusters: Clusters, page: int) -> None:
    """Count a page as used, whether there is a cluster for it or not."""
    number = page // SWAPFILE_CLUSTER
    if number >= len(clusters.used):
        core.world.report(
            CLUSTERS_OUT_OF_BOUNDS,
            "BUG: KASAN: vmalloc-out-of-bounds in inc_cluster_info_page",
            f"the header names the bad page {page}, there are {len(clusters.used)} clusters of "
            f"{SWAPFILE_CLUSTER}; the count of another one is written to",
            place="inc_cluster_info_page",
            fatal=True,
        )
    clusters.used[number] += 1


def inc_cluster_info(clusters: Clusters, offset: int) -> None:
    """Count a slot that is taken; its cluster is not free any more."""
    number = offset // SWAPFILE_CLUSTER
    if number in clusters.free:
        clusters.free.remove(number)
    clusters.used[number] += 1


def dec_cluster_info(clusters: Clusters, offset: int) -> None:
    """Count a slot that is freed; a cluster without slots in use can be given out."""
    number = offset // SWAPFILE_CLUSTER
    clusters.used[number] -= 1
    if not clusters.used[number]:
        clusters.free.append(number)


def try_ssd_cluster(area: SwapArea, clusters: Clusters, cpu: int) -> int:
    """Return a free slot of the CPU's cluster, or of one that it is given; 0 if there is none."""
    while True:
        if cpu not in clusters.next:
            if not clusters.free:
                return 0
            clusters.next[cpu] = clusters.free[0] * SWAPFILE_CLUSTER
        start = clusters.next[cpu]
        end = min(start - start % SWAPFILE_CLUSTER + SWAPFILE_CLUSTER, area.max)
        offset = area.swap_map.find(0, start, end)
        if offset >= 0:
            clusters.next[cpu] = offset + 1
            if clusters.next[cpu] == end:
                del clusters.next[cpu]
            return offset
        del clusters.next[cpu]
