"""What the sanitizers of memory and of references call the machine's page frames and structs.

Nobody relies on what a page frame holds when it is handed out: that is what KMSAN looks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.sanitize.memory.damage import Damage, Wording
from fuzz.sanitize.memory.objects import OBJECT_DAMAGES
from fuzz.sanitize.references import Counting
from targets.linux.machine.page import PAGE_SIZE

if TYPE_CHECKING:
    from targets.linux.machine.page import Page

RELEASERS: Final = frozenset(
    {"_take_frame", "alloc_page", "copy_page", "fill_page", "free_page", "use_page_bytes"}
    | {"get_page", "page_ref_dec", "page_ref_inc", "put_page"}
)
"""Functions that use, or let go of, a page frame for whoever calls them."""

KASAN_FRAMES: Final = Wording(
    "page",
    tool="KASAN: ",
    accessors=RELEASERS,
    damages=(*OBJECT_DAMAGES, Damage.UNINITIALISED),
)
KASAN_SLAB: Final = Wording(
    "slab",
    tool="KASAN: ",
    words={
        Damage.USE_AFTER_FREE: "slab-use-after-free",
        Damage.DOUBLE_FREE: "double-free",
    },
    damages=OBJECT_DAMAGES,
    accessors=frozenset({"bio_put"}),
)
SLAB_USE_AFTER_FREE: Final = KASAN_SLAB.promise(Damage.USE_AFTER_FREE)
PAGE_REFERENCES: Final = Counting("page", "page frame", accessors=RELEASERS)

MACHINE_MEMORY_PROMISES: Final = (
    *KASAN_FRAMES.promises,
    *KASAN_SLAB.promises,
    *PAGE_REFERENCES.promises,
)
"""What every target on the model keeps of memory and references."""


def use_page_bytes(page: Page, length: int = PAGE_SIZE) -> None:
    """Judge that the first `length` bytes of a page are given to somebody who makes use of them."""
    gap = None if page.filled is None else page.filled.gap(0, length)
    if gap is None or page.life is None:
        return
    page.life.objects.report(
        Damage.UNINITIALISED,
        f"of page frame {page.pfn:#x} [{gap[0]}, {gap[1]}) were never written; {page.life.history}",
    )
