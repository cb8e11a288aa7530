"""What comes of compaction and migration when nothing else happens meanwhile.

No promise looks at features, defects, designs or versions: judges are blind.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from fuzz.world.cell import Unseen
from targets.linux.machine.errno import Refusal
from targets.linux.zsmalloc.inspection import zspages_of
from targets.shared.undisturbed import Undisturbed

if TYPE_CHECKING:
    from collections.abc import Generator

    from targets.linux.machine.page import Page
    from targets.linux.zsmalloc.structs import Pool, ZsClass, Zspage

COMPACTION_STALLS: Final = Promise(
    "compaction-stalls",
    "When all objects can be moved, compaction leaves none that it could free a zspage of.",
    Harm.LEAK,
    "oracle 10",
)
COMPACTION_MISCOUNTED: Final = Promise(
    "compaction-miscounted",
    "Compaction says how many pages it has freed, now or ever.",
    Harm.WRONG_REPORT,
    "oracle 8",
)
MIGRATION_STALLS: Final = Promise(
    "migration-stalls",
    "A page whose objects nobody uses moves to another frame where pages can move at all.",
    Harm.WRONG_REPORT,
    "oracle 7",
)
POOL_PROGRESS_PROMISES: Final = (COMPACTION_STALLS, COMPACTION_MISCOUNTED, MIGRATION_STALLS)


class Compacted:
    """What compaction has answered."""

    pages: int | None = None
    """The pages that it says are freed; None while it has said nothing."""


@contextmanager
def compaction_judged(pool: Pool) -> Generator[Compacted]:
    """Judge a compaction, whose answer is put into what is given."""
    undisturbed, compacted = Undisturbed(pool.world), Compacted()
    with Unseen(pool.world):
        before = _needed_pages(pool)
        idle = not pool.compacting and not _is_anything_held(pool)
    yield compacted
    with Unseen(pool.world):
        if not undisturbed.holds:
            return
        freed = before - _needed_pages(pool)
        if compacted.pages is not None and compacted.pages not in (freed, pool.pages_compacted):
            said = f"it says {compacted.pages}; {freed} now, {pool.pages_compacted} ever"
            _report(pool, COMPACTION_MISCOUNTED, f"compaction freed other pages: {said}")
        left = [zs_class for _, zs_class in sorted(pool.classes.items()) if _gain(pool, zs_class)]
        if idle and left:
            _report(pool, COMPACTION_STALLS, f"class {left[0].facts.size} can be compacted further")


def _needed_pages(pool: Pool) -> int:
    """Count the pages of zspages with objects; others go, if only once nobody locks their pages."""
    return sum(len(zspage.pages) for zspage in zspages_of(pool) if zspage.inuse)


def _is_anything_held(pool: Pool) -> bool:
    """Whether somebody is about to move, or uses, anything of a pool."""
    pinned = any(cell.pin.owner is not None for cell in pool.cells.values())
    return bool(pool.isolated_pages) or pinned or any(map(_is_busy, zspages_of(pool)))


def _is_busy(zspage: Zspage) -> bool:
    """Whether somebody uses objects of a zspage, or moves it, or it is to be freed by another."""
    held = zspage.lock.readers + zspage.users.readers + zspage.isolated
    return bool(held) or not zspage.inuse or any(page.lock.locked for page in zspage.pages)


def _gain(pool: Pool, zs_class: ZsClass) -> bool:
    """Whether the objects of a class would fit into fewer zspages."""
    used = [each.inuse for each in zspages_of(pool) if each.zs_class is zs_class and each.inuse]
    return len(used) * zs_class.facts.objects - sum(used) >= zs_class.facts.objects


@contextmanager
def migration_judged(pool: Pool, page: Page) -> Generator[None]:
    """Judge an attempt to move a page that was of the pool, which may have moved since.

    Another page may have got its frame then, so a number says nothing of a page.
    """
    undisturbed = Undisturbed(pool.world)
    with Unseen(pool.world):
        zspage = pool.zspages.get(page.pfn)
        ours = zspage is not None and any(page is each for each in zspage.pages)
        free = ours and pool.free_work is not None and not _is_anything_held(pool)
    try:
        yield
    except Refusal:
        with Unseen(pool.world):
            if free and undisturbed.holds:
                _report(pool, MIGRATION_STALLS, "a page whose objects nobody uses is not moved")
        raise
    with Unseen(pool.world):
        if free and undisturbed.holds and page.pfn in pool.zspages:
            _report(pool, MIGRATION_STALLS, "a page is said to have moved, and has not")


def _report(pool: Pool, promise: Promise, what: str) -> None:
    place = "zs_page_migrate" if promise is MIGRATION_STALLS else "zs_compact"
    pool.world.report(promise, f"zsmalloc: {what}", "nobody else ran, nothing failed", place=place)
