"""What zswap counts of what happens to pages, compared with what did happen.

Counters of what is there are recounted at rest; these of events only where nothing else happened
meanwhile, as zswap counts them without a lock.
No promise looks at features, defects, designs or versions: judges are blind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.machine.page import PAGE_SIZE
from targets.linux.swap.area import swp_type
from targets.linux.zswap.inspection import pool_pages, zswap_entries, zswap_has
from targets.linux.zswap.store import ZSWAP_ENTRY
from targets.shared.promises import ZSWAP_EVENT_MISCOUNTED

if TYPE_CHECKING:
    from targets.linux.machine.page import Page
    from targets.linux.swap.area import Entry
    from targets.linux.zswap.zswap import Zswap


def judge_entries_refused(zswap: Zswap) -> None:
    """At rest: each entry that was made to fail is counted, as pages are refused for nothing else.

    No point lies between the failure and its count.
    """
    failed = sum(fault.at.point == ZSWAP_ENTRY.name for fault in zswap.world.injected)
    counted = zswap.counters.reject_kmemcache_fail
    if counted != failed:
        _report(zswap, "reject_kmemcache_fail", f"{counted} are counted, {failed} were refused")


class WritebackCounted:
    """An attempt to write back, which begins now."""

    def __init__(self, zswap: Zswap) -> None:
        """Note what there is."""
        self._zswap = zswap
        self._entries = len(zswap_entries(zswap))
        self._counted = zswap.counters.written_back_pages

    @property
    def gone(self) -> int:
        """How many entries there are less by now."""
        return self._entries - len(zswap_entries(self._zswap))

    def judge(self) -> None:
        """What has gone was written back, if nothing else happened and memory is not short."""
        counted = self._zswap.counters.written_back_pages - self._counted
        if self._zswap.core.memory.zone is None and counted != self.gone:
            why = f"{counted} are counted, {self.gone} entries were written back"
            _report(self._zswap, "written_back_pages", why)


class StoreCounted:
    """A dirty page that swap is about to write, now."""

    def __init__(self, zswap: Zswap, page: Page) -> None:
        """Note what zswap has of its slot, if it has one, and how full the pool is."""
        self.zswap = zswap
        short = zswap.core.memory.zone is not None
        self._asked = zswap.enabled and not short and bytes(page.bytes) != bytes(PAGE_SIZE)
        self._had_older = page.swapcache and zswap_has(zswap, page.private)
        self._pages = pool_pages(zswap)
        self._hits = zswap.counters.pool_limit_hit
        self._duplicates = zswap.counters.duplicate_entry

    def judge(self, entry: Entry) -> None:
        """Judge the counters, now that the page was written to a slot and nothing else happened.

        The older page of the slot may go before zswap looks whether its pool is full.
        """
        zswap = self.zswap
        if not self._asked or swp_type(entry) not in zswap.trees:
            return
        duplicates = zswap.counters.duplicate_entry - self._duplicates
        if zswap_has(zswap, entry) and duplicates != self._had_older:
            why = f"{duplicates} are counted, there were {int(self._had_older)}"
            _report(zswap, "duplicate_entry", why)
        hits = zswap.counters.pool_limit_hit - self._hits
        full, roomy = self._pages > zswap.max_pages, self._pages < zswap.max_pages
        if (full and not hits and not self._had_older) or (roomy and hits):
            why = f"{hits} are counted, the pool had {self._pages} pages of {zswap.max_pages}"
            _report(zswap, "pool_limit_hit", why)


def _report(zswap: Zswap, name: str, why: str) -> None:
    zswap.world.report(ZSWAP_EVENT_MISCOUNTED, f"zswap: {name} is wrong", why, place=name)
