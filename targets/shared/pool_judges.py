"""What a pool of zsmalloc looks like when nothing runs, whoever uses it.

No promise looks at features, defects, designs or versions: judges are blind.
"""

from __future__ import annotations

from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from targets.linux.zsmalloc.inspection import zspages_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from targets.linux.zsmalloc.structs import Pool, ZsClass, Zspage

ZSPAGE_HELD: Final = Promise(
    "zspage-held",
    "When nobody uses its objects, no zspage is locked or isolated.",
    Harm.HANG,
    "oracle 5",
)
ZSPAGE_MISPLACED: Final = Promise(
    "zspage-misplaced",
    "A zspage that has objects and room for more can be found, and fuller ones are found first.",
    Harm.LEAK,
    "oracle 10",
)
ZSPAGE_UNKNOWN: Final = Promise(
    "zspage-unknown",
    "Every page of a zspage leads to it, and is a frame in use.",
    Harm.CRASH,
    "I4",
)
POOL_BUSY: Final = Promise(
    "pool-busy",
    "When nothing runs, a pool is neither being compacted nor about to free zspages.",
    Harm.HANG,
    "oracle 7",
)
REST_PROMISES: Final = (ZSPAGE_HELD, ZSPAGE_MISPLACED, ZSPAGE_UNKNOWN, POOL_BUSY)


def judge_pool_at_rest(pool: Pool) -> None:
    """Check what holds a pool's zspages, and where they are listed."""
    zspages = zspages_of(pool)
    found = chain(_holds(pool, zspages), _places(pool, zspages), _frames(pool, zspages))
    for promise, place, detail in found:
        title = f"zsmalloc: {pool.name}: {place} is not as it must be when nothing runs"
        pool.world.report(promise, title, detail, place=place)


def _holds(pool: Pool, zspages: list[Zspage]) -> Iterator[tuple[Promise, str, str]]:
    for zspage in zspages:
        frame = f"the zspage at frame {zspage.pages[0].pfn:#x}"
        for place, held in (
            ("zspage_lock", zspage.lock.readers + zspage.users.readers),
            ("isolated", zspage.isolated),
            ("page_lock", any(page.lock.locked for page in zspage.pages)),
        ):
            if held:
                yield ZSPAGE_HELD, place, f"{frame} is held, and nobody will let it go"
    if pool.isolated_pages:
        yield ZSPAGE_HELD, "isolated_pages", "a page is isolated, and nobody moves it"
    if pool.compacting:
        yield POOL_BUSY, "compaction_in_progress", "nobody can compact the pool any more"
    if pool.free_work_pending:
        yield POOL_BUSY, "free_work", "nobody is going to free what is empty"


def _places(pool: Pool, zspages: list[Zspage]) -> Iterator[tuple[Promise, str, str]]:
    """Look for zspages that nobody can find, and for those that are found too early."""
    for index in sorted(pool.classes):
        zs_class = pool.classes[index]
        own = [zspage for zspage in zspages if zspage.zs_class is zs_class]
        for zspage in own:
            if _listed_wrongly(zs_class, zspage):
                detail = f"one with {zspage.inuse} objects in use is on the list of another group"
                yield ZSPAGE_MISPLACED, "insert_zspage", f"class {zs_class.facts.size}: {detail}"
        used = [each for each in own if each.inuse]
        by_use = sorted((zspage.inuse, zspage.group) for zspage in used)
        if any(less[1] > more[1] for less, more in pairwise(by_use)):
            detail = "a zspage with fewer objects counts as fuller than one with more"
            yield ZSPAGE_MISPLACED, "get_fullness_group", f"class {zs_class.facts.size}: {detail}"


def _listed_wrongly(zs_class: ZsClass, zspage: Zspage) -> bool:
    """Whether a zspage is on a list that is not its group's, or on none though it has room."""
    on = [group for group, zspages in enumerate(zs_class.lists) if zspage in zspages]
    copies = sum(each is zspage for zspages in zs_class.lists for each in zspages)
    findable = 0 < zspage.inuse < zs_class.facts.objects
    return copies > 1 or any(group != zspage.group for group in on) or (findable and not on)


def _frames(pool: Pool, zspages: list[Zspage]) -> Iterator[tuple[Promise, str, str]]:
    for zspage in zspages:
        for page in zspage.pages:
            if pool.zspages.get(page.pfn) is not zspage:
                yield ZSPAGE_UNKNOWN, "replace_sub_page", f"frame {page.pfn:#x} leads elsewhere"
            elif pool.memory.find(page.pfn) is not page:
                yield ZSPAGE_UNKNOWN, "reset_page", f"frame {page.pfn:#x} was given back"
            elif page.refcount != 1:
                yield ZSPAGE_UNKNOWN, "get_page", f"frame {page.pfn:#x} counts {page.refcount}"
