"""Pages of processes that somebody outside holds: a device, or a pipe (get_user_pages).

The reference is the kernel's; who has it, and what was promised of it, is kept for judges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.mm.mm_struct import MmStruct
    from targets.linux.swap.core import SwapCore


@dataclass(slots=True, eq=False)
class Pin:
    """One page that is held for a process, and what its holder may see there or do with it."""

    mm: MmStruct
    index: int
    page: Page
    write: bool
    """Whether the page was got to be written to."""
    seen: dict[bytes, None]
    """What the process had at the index when it pinned the page, and wrote there later."""
    promised: bool = True
    """Whether the page is still known to be the process's own."""


def note_store(core: SwapCore, mm: MmStruct, index: int, data: bytes) -> None:
    """Note that a process wrote to a page: who holds that for it may see so."""
    for pin in core.pins:
        if pin.mm is mm and pin.index == index:
            pin.seen[data] = None


def note_shared(core: SwapCore, mm: MmStruct, index: int) -> None:
    """Note that a page has, or may get, other owners: nothing is promised of its pins any more."""
    for pin in core.pins:
        if pin.mm is mm and pin.index == index:
            pin.promised = False


def note_unmapped(core: SwapCore, mm: MmStruct, index: int) -> None:
    """Note that a process gave a page up: what a device writes there is not its own any more."""
    for pin in core.pins:
        if pin.write and pin.mm is mm and pin.index == index:
            pin.promised = False
