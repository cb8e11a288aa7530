"""A worker of a campaign: leases a lane, searches it for a while, brings what it found, and again.

It is a process of its own. Whatever becomes of it, what the hub has answered for is there.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final

from fuzz.keep.corpus import Corpus
from fuzz.keep.hub.interface import Kind
from fuzz.people.address import target_at
from fuzz.people.campaign.lane_search import LaneSearch
from fuzz.people.campaign.plan import lanes_of
from fuzz.people.campaign.station import at_station

if TYPE_CHECKING:
    from fuzz.keep.hub.interface import Lease
    from fuzz.people.campaign.plan import Lane
    from fuzz.people.campaign.station import Station

LANES_OPEN_MAX: Final = 8
"""Lanes whose search a worker keeps in memory; another one begins with what the hub has of it."""
PULL_SECONDS: Final = 5.0
PULL_MAX: Final = 500
LEASE_SECONDS: Final = 60.0
IDLE_SECONDS: Final = 0.2


class Searcher:
    """Searches one lane after another."""

    def __init__(self, station: Station) -> None:
        """Work at a station."""
        self._hub = station.hub
        self._name = station.name
        self._plan = station.plan
        self._pulse = station.pulse
        self._ending = station.ending
        self._outbox = station.outbox
        self._lanes = {lane.name: lane for lane in lanes_of(station.plan)}
        self._corpus = Corpus(Path(self._plan.corpus)) if self._plan.corpus else ()
        self._sown: set[str] = set()
        self._open: OrderedDict[str, LaneSearch] = OrderedDict()

    def work(self) -> None:
        """Do unit after unit until somebody wants it to end."""
        while not self._ending.wanted:
            lease = self._outbox.insist(
                lambda: self._hub.lease(self._name, [Kind.SEARCH], LEASE_SECONDS)
            )
            if lease is None:
                self._pulse.beat()
                sleep(IDLE_SECONDS)
            else:
                self._search(lease)

    def _search(self, lease: Lease) -> None:
        lane = self._lanes[lease.unit.subject]
        self._pulse.at = lane.name
        search = self._opened(lane, lease)
        end = monotonic() + self._plan.unit_seconds
        pull = 0.0
        held = True
        while held and not self._ending.wanted and (now := monotonic()) < end:
            if now >= pull:
                pull = now + PULL_SECONDS
                self._pull(search, lane)
            before = search.executions
            search.step()
            self._count(search.executions - before)
            held = self._outbox.send_if_due(search, lane.name, lease)
        self._outbox.send(search, lane.name, lease)
        self._outbox.insist(lambda: self._hub.finish(lease))
        self._pulse.at = ""

    def _opened(self, lane: Lane, lease: Lease) -> LaneSearch:
        """Return the search of a lane; a new one begins with the corpus that the plan names."""
        search = self._open.pop(lane.name, None)
        if search is None:
            target = target_at(lane.target)
            search = LaneSearch(target, lane, lease.unit.seed)
            self._outbox.begin(search)
            if lane.name not in self._sown:
                self._sown.add(lane.name)
                search.sow(self._corpus)
        else:
            self._outbox.begin(search)
        self._open[lane.name] = search
        if len(self._open) > LANES_OPEN_MAX:
            self._open.popitem(last=False)
        return search

    def _pull(self, search: LaneSearch, lane: Lane) -> None:
        """Learn what others have found in the lane."""
        while entries := self._outbox.insist(
            lambda: self._hub.pull(lane.name, search.pulled, PULL_MAX)
        ):
            for entry in entries:
                search.learn([entry.text])
                self._count(1)
            search.pulled = entries[-1].sequence

    def _count(self, executions: int) -> None:
        self._pulse.executions += executions
        self._pulse.beat()


if __name__ == "__main__":
    sys.exit(at_station(lambda station: Searcher(station).work()))
