"""What stands in front of swap: a cache of compressed pages, such as zswap [mm/frontswap.c].

The swap core calls each of these functions in one place.
From 6.8 on there is no layer between swap and zswap; the calls are the same.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from targets.linux.machine.gfp import Gfp
    from targets.linux.machine.page import Page
    from targets.linux.swap.core import SwapCore


class Load(Enum):
    """What a look into the cache comes to."""

    HIT = "the page has been filled"
    FAILED = "the slot is there, but could not be read: the page is not up to date"
    MISS = "the slot is not there: ask the device"


class Frontswap(Protocol):
    """A cache in front of swap; `page.private` is the entry of each page that it is given."""

    def init(self, swap_type: int) -> None:
        """Begin with an area that is empty (swapon)."""
        ...

    def store(self, page: Page) -> bool:
        """Keep what a locked page holds; if that fails, no older copy of it may stay."""
        ...

    def load(self, page: Page) -> Load:
        """Fill a locked page."""
        ...

    def shrink(self, gfp: Gfp) -> None:
        """Give memory back, for a request with a mask, if it may."""
        ...

    def invalidate_page(self, swap_type: int, offset: int) -> None:
        """Forget a slot that is free now; called in atomic context."""
        ...

    def invalidate_area(self, swap_type: int) -> None:
        """Forget an area (swapoff)."""
        ...


def frontswap_init(core: SwapCore, swap_type: int) -> None:
    """Tell the cache of a new area."""
    if core.frontswap is not None:
        core.frontswap.init(swap_type)


def frontswap_store(core: SwapCore, page: Page) -> bool:
    """Give a locked page to the cache; False if it must go to the device."""
    return core.frontswap is not None and core.frontswap.store(page)


def frontswap_load(core: SwapCore, page: Page) -> Load:
    """Look for a locked page in the cache."""
    return Load.MISS if core.frontswap is None else core.frontswap.load(page)


def frontswap_shrink(core: SwapCore, gfp: Gfp) -> None:
    """Let the cache give memory back: what is left of shrink_slab here."""
    if core.frontswap is not None:
        core.frontswap.shrink(gfp)


def frontswap_invalidate_page(core: SwapCore, swap_type: int, offset: int) -> None:
    """Let the cache forget a slot."""
    if core.frontswap is not None:
        core.frontswap.invalidate_page(swap_type, offset)


def frontswap_invalidate_area(core: SwapCore, swap_type: int) -> None:
    """Let the cache forget an area."""
    if core.frontswap is not None:
        core.frontswap.invalidate_area(swap_type)
