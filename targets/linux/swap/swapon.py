"""swapon: a block device becomes a swap area [4.9 mm/swapfile.c], and mkswap, which prepares it.

What the kernel checks is in its order: memory for the area, a free type, the exclusive claim of the
device, the header, memory for the map. Only then does it ask whether the device wants stable pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import fault_point
from fuzz.world.shared_containers import shared_bytes
from targets.linux.block.capabilities import bdev_synchronous
from targets.linux.machine.errno import EINVAL, ENOMEM, ENOSPC, EPERM, Refusal
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.machine.slab import failslab_exempt
from targets.linux.swap.area import COUNTS, MAX_SWAPFILES, SWAP_MAP_BAD, SwapArea
from targets.linux.swap.clusters import setup_clusters
from targets.linux.swap.designs import sample_stable_writes
from targets.linux.swap.extents import claim, extent_of, unclaim
from targets.linux.swap.flags import SWP_BLKDEV, SWP_SOLIDSTATE, SWP_USED, SWP_WRITEOK
from targets.linux.swap.frontswap import frontswap_init
from targets.linux.swap.header import (
    Header,
    header_bytes,
    read_header,
    read_swap_header,
    write_header,
)
from targets.linux.swap.priority import set_priority
from targets.linux.swap.release import add_to_avail_list, init_avail_node
from targets.linux.swap.slot_cache import enable_slot_caches
from targets.linux.swap.space import SwapperSpace
from targets.linux.swap.zeromap import new_zeromap

if TYPE_CHECKING:
    from targets.linux.block.disk import Disk
    from targets.linux.swap.core import SwapCore

SWAP_INFO: Final = fault_point(
    "swapon.swap_info", "memory for a swap_info_struct", ENOMEM, capability="failslab"
)
SWAP_MAP: Final = fault_point(
    "swapon.swap_map", "memory for the swap map (vzalloc)", ENOMEM, capability="fail_page_alloc"
)
MKSWAP: Final = "mkswap"
"""Who holds the device while it is prepared."""
PAGES_MIN: Final = 2
"""A header and one slot."""


def mkswap(core: SwapCore, disk: Disk, header: bytes = b"") -> None:
    """Write the header of a swap area to a device, as user space does; EBUSY while it is in use.

    Without one it is that of an area without bad pages that is as large as can be.
    """
    claim(core, disk, MKSWAP)
    try:
        extent = extent_of(core, disk)
        if extent.pages < PAGES_MIN:
            raise Refusal(ENOSPC)
        write_header(core, disk, extent.start, header or header_bytes(extent.pages - 1))
    finally:
        unclaim(core, disk)


def swapon(core: SwapCore, disk: Disk, priority: int | None = None) -> SwapArea:
    """Swap to a device from now on; without a priority, with one of the kernel's own."""
    area = alloc_swap_info(core)
    try:
        claim_swapfile(core, area, disk)
        set_up_area(core, area, disk)
    except Refusal:
        give_up(core, area)
        raise
    with core.swapon_mutex:
        enable_swap_info(core, area, priority)
    enable_slot_caches(core)
    return area


def alloc_swap_info(core: SwapCore) -> SwapArea:
    """Take the lowest type that is not in use; ENOMEM, or EPERM when all are."""
    core.memory.fs_reclaim.might_alloc(GFP_KERNEL)
    if core.world.fault(SWAP_INFO, exempt=failslab_exempt(GFP_KERNEL)) is not None:
        raise Refusal(ENOMEM)
    with core.swap_lock:
        area = next((area for area in core.swap_info if not area.flags & SWP_USED), None)
        if area is None:
            swap_type = len(core.swap_info)
            if swap_type == MAX_SWAPFILES:
                raise Refusal(EPERM)
            area = SwapArea(core.world, swap_type)
            core.swap_info.append(area)
            core.spaces.append(SwapperSpace(core.world, swap_type))
        init_avail_node(core, area)
        area.flags = SWP_USED
    return area


def claim_swapfile(core: SwapCore, area: SwapArea, disk: Disk) -> None:
    """Open the device, or take the file, for this area alone; EBUSY when somebody else has."""
    claim(core, disk, area)
    area.disk = disk
    area.first_block = extent_of(core, disk).start
    if disk not in core.swap_files:
        area.flags |= SWP_BLKDEV


def set_up_area(core: SwapCore, area: SwapArea, disk: Disk) -> None:
    """Read the header, make the map, and ask the device, once, whether it wants stable pages."""
    extent = extent_of(core, disk)
    found = read_header(core, disk, extent.start)
    header = read_swap_header(found, extent.pages, core.maximum_size)
    if header.bad_pages and disk in core.swap_files:
        raise Refusal(EINVAL)
    core.memory.fs_reclaim.might_alloc(GFP_KERNEL)
    if core.world.fault(SWAP_MAP, exempt=True) is not None:
        raise Refusal(ENOMEM)
    slots, swap_map = header.slots, setup_swap_map(header)
    sample_stable_writes(core.machine.kernel, area, core.spaces[area.type], disk)
    if bdev_synchronous(disk):
        area.flags |= core.layout.synchronous_io
    if disk.nonrot:
        area.flags |= SWP_SOLIDSTATE
    area.clusters = setup_clusters(core, swap_map, header) if disk.nonrot else None
    frontswap_init(core, area.type)
    area.swap_map = shared_bytes(core.world, COUNTS, swap_map, area.type)
    area.zeromap = new_zeromap(core.machine.kernel, slots)
    area.max = slots
    area.pages = sum(byte != SWAP_MAP_BAD for byte in swap_map)
    area.inuse_pages = 0
    area.lowest_bit = 1
    area.highest_bit = slots - 1
    area.cluster_next = 1


def setup_swap_map(header: Header) -> bytearray:
    """Make the map of an area, in which the header and bad pages are marked; EINVAL if all are."""
    swap_map = bytearray(header.slots)
    for page in (0, *header.bad_pages):
        if page < header.slots:
            swap_map[page] = SWAP_MAP_BAD
    if all(swap_map):
        raise Refusal(EINVAL)
    return swap_map


def enable_swap_info(core: SwapCore, area: SwapArea, priority: int | None) -> None:
    """Let slots of an area be taken; swapoff does so again when it fails."""
    with core.swap_lock, area.lock:
        set_priority(core, area, priority)
        area.flags |= SWP_WRITEOK | core.layout.valid
        area.valid = True
        core.nr_swap_pages += area.pages
        core.total_swap_pages += area.pages
        with core.avail_lock:
            add_to_avail_list(core, area)


def give_up(core: SwapCore, area: SwapArea) -> None:
    """Undo what a swapon that fails has done."""
    if area.disk is not None:
        unclaim(core, area.disk)
    with core.swap_lock:
        area.disk = None
        area.flags = 0
