"""Whose is each page frame in use? One that nobody knows of is lost for good.

No promise looks at features, defects, designs or versions: judges are blind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.machine.promises import PAGE_LEAK
from targets.linux.mm.mm_struct import MappedPte
from targets.linux.swap.inspect import page_table_entries, pages_in_swap_cache
from targets.linux.zram.device import init_done
from targets.linux.zswap.inspection import pool_frames, pool_pages

if TYPE_CHECKING:
    from targets.swap.system import SwapSystem


def judge_frames(system: SwapSystem) -> None:
    """Every page frame in use belongs to a process, the swap cache, a count or the pool.

    Frames that a pool has lost with its objects were reported then.
    """
    memory = system.machine.memory
    anonymous, counts, pool = _anonymous(system), _counts(system), _pool_pages(system)
    known = len(anonymous) + len(counts) + pool + len(memory.lost)
    if memory.in_use != known:
        place = memory.leaked_by(anonymous | counts | _pool_frames(system))
        system.machine.world.report(
            PAGE_LEAK,
            f"BUG: memory leak in {place}",
            f"{memory.in_use - known} page frames are lost: {memory.in_use} are in use; "
            f"{len(anonymous)} are anonymous memory, {pool} hold "
            f"compressed objects, {len(counts)} hold swap counts or are the buffers of users",
            place=place,
        )


def _anonymous(system: SwapSystem) -> set[int]:
    """Return the frames of processes, of the swap cache, and those that somebody holds."""
    core = system.core
    mapped = {pte.page.pfn for _, _, pte in page_table_entries(core) if isinstance(pte, MappedPte)}
    cached = {page.pfn for page in pages_in_swap_cache(core)}
    return mapped | cached | {pin.page.pfn for pin in core.pins}


def _counts(system: SwapSystem) -> set[int]:
    """Return the frames of continued counts, and of users' buffers."""
    areas = system.core.swap_info
    counts = {page.pfn for area in areas for page in area.continuation_pages.values()}
    return counts | {page.pfn for page in system.buffers.pages.values()}


def _pool_pages(system: SwapSystem) -> int:
    """Count the pages that pools say they have: a count that is wrong is a leak, or hides one."""
    zram = system.zram
    pages = zram.meta.pool.pages_allocated if zram is not None and init_done(zram) else 0
    return pages + (pool_pages(system.zswap) if system.zswap is not None else 0)


def _pool_frames(system: SwapSystem) -> set[int]:
    zram = system.zram
    frames = set(zram.meta.pool.zspages) if zram is not None and init_done(zram) else set[int]()
    return frames | (pool_frames(system.zswap) if system.zswap is not None else set())
