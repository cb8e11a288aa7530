"""How much memory swap keeps for nobody: what a process lets go of, when nothing else happens.

A page stays in the swap cache while somebody holds it, or a device looks at it: the second page
that stable pages cost for a while. Who is the last to let go of any other frees it.
No promise looks at features, defects, designs or versions: judges are blind.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from fuzz.world.cell import Unseen
from targets.linux.mm.mm_struct import SwapPte
from targets.linux.swap.area import swp_offset
from targets.linux.swap.inspect import page_table_entries, pages_in_swap_cache
from targets.shared.undisturbed import Undisturbed

if TYPE_CHECKING:
    from collections.abc import Generator

    from targets.linux.machine.page import Page
    from targets.linux.swap.core import SwapCore

SWAP_FOOTPRINT: Final = Promise(
    "swap-footprint-grows",
    "A page of the swap cache goes, with its slot, with the last who needs it, unless it is held.",
    Harm.LEAK,
    "A13, oracle 10",
)


@contextmanager
def footprint_judged(core: SwapCore) -> Generator[None]:
    """Judge what a process does to its own memory: it leaves no page for nobody.

    Where pages are merged, nothing is promised: who gets a copy of one that comes back from its
    slot leaves that in the swap cache, on all kernels (ksm_might_need_to_copy).
    """
    undisturbed = Undisturbed(core.world)
    with Unseen(core.world):
        before = _for_nobody(core)
        merging = any(mm.vm_mergeable for mm in core.mms)
    yield
    with Unseen(core.world):
        if merging or not undisturbed.holds or core.memory.zone is not None:
            return
        for page in _for_nobody(core):
            if not any(page is each for each in before):
                core.world.report(
                    SWAP_FOOTPRINT,
                    f"slot {swp_offset(page.private)} and its page are kept for nobody",
                    f"page frame {page.pfn:#x} was let go of, and nobody held it, or looked at it; "
                    "nobody else ran, nothing failed",
                    place="free_swap_cache",
                )


def _for_nobody(core: SwapCore) -> list[Page]:
    """Return the pages that only the swap cache has, and that could go at once.

    KSM pages are made to be found again.
    """
    unmapped = [page for page in pages_in_swap_cache(core) if not page.mapcount]
    if not unmapped:
        return []
    needed = {pte.entry for _, _, pte in page_table_entries(core) if isinstance(pte, SwapPte)}
    return [page for page in unmapped if page.private not in needed and _could_go(core, page)]


def _could_go(core: SwapCore, page: Page) -> bool:
    busy = page.lock.locked or page.writeback or page.pfn in core.isolated
    return page.uptodate and not page.ksm and not busy and page.refcount == 1
