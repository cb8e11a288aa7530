"""What is left of references when nothing runs: each has somebody who can drop it.

No promise looks at features, defects, designs or versions: judges are blind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from targets.linux.mm.mm_struct import MM_USERS, MappedPte
from targets.linux.swap.area import AREA_USERS
from targets.linux.swap.inspect import page_table_entries, pages_in_swap_cache
from targets.linux.zswap.zswap import ZSWAP_POOL_REFERENCES, ZSWAP_REFERENCES

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.swap.core import SwapCore
    from targets.swap.system import SwapSystem

REFERENCE_PROMISES: Final = (
    *MM_USERS.promises,
    *AREA_USERS.promises,
    *ZSWAP_REFERENCES.promises,
    *ZSWAP_POOL_REFERENCES.promises,
)
"""What swap keeps of references, beside those to page frames."""


def judge_references(system: SwapSystem) -> None:
    """Check every count that has a baseline at rest."""
    core = system.core
    core.memory.references.judge(page_references(core))
    for mm in core.mms:
        mm.references.judge([(mm.number, mm.users, int(mm.alive))])
    for area in core.swap_info:
        area.references.judge([(area.type, area.users, 0)])
    zswap = system.zswap
    if zswap is not None:
        entries = [entry for tree in zswap.trees.values() for entry in tree.entries.values()]
        zswap.pool_references.judge([(0, zswap.pool_refcount, 1)])
        zswap.references.judge((entry.number, entry.refcount, 1) for entry in entries)


def page_references(core: SwapCore) -> list[tuple[int, int, int]]:
    """Return, of each page of a process, the swap cache or a pin, what it has and must have.

    Pages that nobody knows are counted by whoever accounts for frames.
    """
    known: dict[int, tuple[Page, int]] = {}
    for page in pages_in_swap_cache(core):
        known[page.pfn] = page, 1
    for _, _, pte in page_table_entries(core):
        if isinstance(pte, MappedPte):
            _, owners = known.get(pte.page.pfn, (pte.page, 0))
            known[pte.page.pfn] = pte.page, owners + 1
    for pin in core.pins:
        _, owners = known.get(pin.page.pfn, (pin.page, 0))
        known[pin.page.pfn] = pin.page, owners + 1
    return [(pfn, page.refcount, owners) for pfn, (page, owners) in sorted(known.items())]
