"""Where swap calls zswap: through frontswap, and from 6.8 on directly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.zswap.entries import invalidate_offset, zswap_invalidate_entry
from targets.linux.zswap.load import zswap_load
from targets.linux.zswap.shrink import shrink_for_reclaim
from targets.linux.zswap.store import zswap_store
from targets.linux.zswap.zswap import Tree, Zswap

if TYPE_CHECKING:
    from targets.linux.machine.gfp import Gfp
    from targets.linux.machine.page import Page
    from targets.linux.swap.core import SwapCore
    from targets.linux.swap.frontswap import Load


class ZswapHooks:
    """What swap is given to call."""

    def __init__(self, zswap: Zswap) -> None:
        """Lead to a zswap."""
        self._zswap = zswap

    def init(self, swap_type: int) -> None:
        """Begin with an area that is empty (zswap_swapon)."""
        self._zswap.trees[swap_type] = Tree(self._zswap.world, swap_type)

    def store(self, page: Page) -> bool:
        """Keep what a locked page holds; False if it must go to the device."""
        return zswap_store(self._zswap, page)

    def load(self, page: Page) -> Load:
        """Fill a locked page."""
        return zswap_load(self._zswap, page)

    def shrink(self, gfp: Gfp) -> None:
        """Give memory back, as reclaim asks for."""
        shrink_for_reclaim(self._zswap, gfp)

    def invalidate_page(self, swap_type: int, offset: int) -> None:
        """Forget a slot that is free now (zswap_invalidate); atomic context."""
        zswap_invalidate(self._zswap, swap_type, offset)

    def invalidate_area(self, swap_type: int) -> None:
        """Forget an area (zswap_swapoff)."""
        tree = self._zswap.trees.get(swap_type)
        if tree is not None:
            with tree.lock:
                for entry in list(tree.entries.values()):
                    zswap_invalidate_entry(self._zswap, tree, entry)
            del self._zswap.trees[swap_type]


def zswap_init(core: SwapCore, max_pages: int, *, enabled: bool) -> Zswap:
    """Put a zswap in front of swap, before any area is on (init_zswap)."""
    zswap = Zswap(core, max_pages, enabled=enabled)
    core.frontswap = ZswapHooks(zswap)
    return zswap


def zswap_invalidate(zswap: Zswap, swap_type: int, offset: int) -> None:
    """Forget a slot that is free now."""
    tree = zswap.trees.get(swap_type)
    if tree is not None:
        invalidate_offset(zswap, tree, offset)
