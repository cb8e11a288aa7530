"""A machine with zswap in front of a swap area, and short ways to use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from targets.linux.content.recipe import Recipe
from targets.linux.kernel.versions import VERSIONS
from targets.linux.machine.page import Page, fill_page
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_load, user_store
from targets.linux.swap.area import swp_entry, swp_offset
from targets.linux.swap.swapon import mkswap, swapon
from targets.linux.zswap.hooks import zswap_init
from targets.linux.zswap.inspection import zswap_entries
from tests.targets.linux.swap.machines import Rig

if TYPE_CHECKING:
    from fuzz.world.strategy import Strategy
    from targets.linux.zswap.zswap import Zswap

TEXT: Final = "text:3"
"""Compresses to two thirds of a page: zbud finds no room for a second one beside it."""

RANDOM: Final = "random:3"
"""Does not compress."""


def since(version: str) -> tuple[str, ...]:
    """The kernels from one on."""
    return VERSIONS[VERSIONS.index(version) :]


def until(version: str) -> tuple[str, ...]:
    """The kernels before one."""
    return VERSIONS[: VERSIONS.index(version)]


def contents(recipe: str) -> bytes:
    """Make the bytes of a page."""
    return Recipe.parse(recipe).page()


class Bench:
    """A process over zswap over a disk in memory of eight slots."""

    zswap: Zswap

    def __init__(self, kernel: str, *, limit: int = 8, strategy: Strategy | None = None) -> None:
        self.rig = Rig(kernel, pages=9, strategy=strategy)
        self.core = self.rig.core
        self.mm = self.rig.mm
        self.run = self.rig.run

        def boot() -> None:
            self.zswap = zswap_init(self.core, limit, enabled=True)
            mkswap(self.core, self.rig.disk)
            swapon(self.core, self.rig.disk)

        self.rig.world.boot(boot)

    def out(self, index: int, recipe: str) -> None:
        """Give a page contents, and swap it out."""
        user_store(self.core, self.mm, index, contents(recipe))
        swap_out(self.core, self.mm, index)

    def load(self, index: int) -> bytes:
        """Read a page."""
        return user_load(self.core, self.mm, index)

    def held(self) -> list[int]:
        """The slots that zswap has."""
        return [swp_offset(swpentry) for swpentry, _ in zswap_entries(self.zswap)]

    def written(self) -> list[int]:
        """The slots that the disk has."""
        return sorted(index for index in self.rig.driver.blocks if index)

    def page_of(self, slot: int, recipe: str = "zeros", *, swapcache: bool = True) -> Page:
        """Make a locked page that belongs to a slot, for the hooks."""
        page = Page(self.rig.world, 7)
        fill_page(page, contents(recipe))
        page.private = swp_entry(0, slot)
        page.swapcache = swapcache
        return page
