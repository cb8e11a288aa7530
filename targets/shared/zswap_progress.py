"""What comes of a page that is stored in zswap, or written back, when nothing else happens.

No promise looks at features, defects, designs or versions: judges are blind.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from fuzz.world.cell import Unseen
from targets.linux.machine.errno import Refusal
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.swap.area import SWAP_HAS_CACHE, swp_offset, swp_type
from targets.linux.swap.flags import SWP_WRITEOK
from targets.linux.zswap.contexts import ALGORITHM
from targets.linux.zswap.inspection import (
    next_to_go,
    pool_pages,
    zswap_has,
    zswap_recount,
)
from targets.linux.zswap.zswap import ACCEPT_THRESHOLD
from targets.shared.promises import ZSWAP_STALLS
from targets.shared.undisturbed import Undisturbed
from targets.shared.zswap_count_judges import WritebackCounted

if TYPE_CHECKING:
    from collections.abc import Generator

    from targets.linux.swap.area import Entry
    from targets.linux.zswap.zswap import Zswap

SMALL: Final = 3 * PAGE_SIZE // 4
"""What becomes as small as that, every pool takes."""


def takes(zswap: Zswap, data: bytes) -> bool:
    """Whether zswap is on, has room, and has nothing against a page of this contents."""
    room = pool_pages(zswap) * 100 < zswap.max_pages * ACCEPT_THRESHOLD
    memory = zswap.machine.memory
    if not zswap.enabled or not room or memory.zone is not None or data == bytes(PAGE_SIZE):
        return False
    return len(zswap.machine.codec.compress(ALGORITHM, data)) < SMALL


def judge_taken(zswap: Zswap, entry: Entry) -> None:
    """A page that zswap takes is there when it was swapped out."""
    if not zswap_has(zswap, entry):
        zswap.world.report(
            ZSWAP_STALLS,
            f"zswap: the page of slot {swp_offset(entry)} is not taken",
            "zswap is on, has room, and the page gets smaller; nobody else ran, nothing failed",
            place="zswap_store",
        )


@contextmanager
def writeback_judged(zswap: Zswap) -> Generator[None]:
    """Judge an attempt to write back what is oldest."""
    undisturbed = Undisturbed(zswap.world)
    with Unseen(zswap.world):
        counted = WritebackCounted(zswap)
        ready = _is_ready(zswap)
    try:
        yield
    except Refusal:
        with Unseen(zswap.world):
            if undisturbed.holds:
                counted.judge()
            if ready and undisturbed.holds:
                _report(zswap, "nothing is written back, although nothing is in the way")
        raise
    with Unseen(zswap.world):
        if undisturbed.holds:
            counted.judge()
        if undisturbed.holds and counted.gone <= 0:
            _report(zswap, "something was written back, it says, and nothing was")


def _is_ready(zswap: Zswap) -> bool:
    """Whether what is oldest can go: its slots are in use, and nobody brings them in.

    Nobody is in the middle of a store either, who has an object and no entry for it yet.
    """
    slots = next_to_go(zswap)
    if not slots or zswap.core.memory.zone is not None or zswap_recount(zswap).lost_objects:
        return False
    return all(_is_idle(zswap, one) for one in slots)


def _is_idle(zswap: Zswap, entry: Entry) -> bool:
    area, offset = zswap.core.swap_info[swp_type(entry)], swp_offset(entry)
    byte = area.swap_map[offset]
    counted = byte & ~SWAP_HAS_CACHE
    return bool(area.flags & SWP_WRITEOK and counted and not byte & SWAP_HAS_CACHE)


def _report(zswap: Zswap, what: str) -> None:
    zswap.world.report(
        ZSWAP_STALLS,
        f"zswap: {what}",
        "nobody else ran, nothing failed",
        place="zswap_writeback_entry",
    )
