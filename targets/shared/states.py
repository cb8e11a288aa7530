"""States of the parts of a machine in a word or two, for a search that wants to see each change.

Nothing here announces or changes anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.swap.inspect import pages_in_swap_cache, slots_in_use
from targets.linux.zram.device import init_done
from targets.linux.zsmalloc.inspection import zspages_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from targets.linux.machine.page import Page
    from targets.linux.swap.core import SwapCore
    from targets.linux.zram.device import Zram
    from targets.linux.zram.slot import Slot
    from targets.linux.zsmalloc.structs import Pool, Zspage

State = tuple[str, object, str]


def zram_states(zram: Zram) -> Iterator[State]:
    """Yield the states of a device's slots, and of the zspages behind them."""
    if not init_done(zram):
        return
    number = zram.disk.name
    for index, slot in sorted(zram.meta.slots.items()):
        yield "slot", (number, index), _slot_state(slot)
    yield from pool_states(zram.meta.pool, number)


def pool_states(pool: Pool, owner: object = "") -> Iterator[State]:
    """Yield the states of the zspages of a pool."""
    for zspage in zspages_of(pool):
        yield "zspage", (owner, zspage.pages[0].pfn), _zspage_state(zspage)


def swap_states(core: SwapCore) -> Iterator[State]:
    """Yield the states of swap entries in use, and of the pages in the swap cache."""
    for slot in slots_in_use(core):
        cached = " cached" * slot.has_cache + " parked" * slot.parked
        yield "entry", slot.entry, f"{min(slot.counted, 2)}{cached}"
    for page in pages_in_swap_cache(core):
        yield "page", page.pfn, _page_state(page)


def _slot_state(slot: Slot) -> str:
    words = ("same", "huge", "wb", "under_wb", "idle", "incompressible")
    said = [word for word in words if getattr(slot, word)]
    return " ".join(["object"] * bool(slot.handle) + said) or "empty"


def _zspage_state(zspage: Zspage) -> str:
    objects = zspage.zs_class.facts.objects
    if zspage.inuse in {0, objects}:
        return "full" if zspage.inuse else "empty"
    return "one" if zspage.inuse == 1 else "some"


def _page_state(page: Page) -> str:
    words = ("dirty", "writeback", "uptodate", "error", "ksm", "anon_exclusive")
    said = [word for word in words if getattr(page, word)]
    return " ".join([*said, "mapped" if page.mapcount else "unmapped"])
