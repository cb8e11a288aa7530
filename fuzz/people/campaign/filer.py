"""The filer of a campaign: makes crash folders of findings and shrinks their cases meanwhile.

It works at low priority, so that the search hardly notices it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final

from fuzz.keep.hub.interface import Filed, Kind
from fuzz.keep.hub.local import shelf_of
from fuzz.keep.together import store_together
from fuzz.people.address import target_at
from fuzz.people.attended import Enough, shrink_attended
from fuzz.people.campaign.plan import targets_of
from fuzz.people.campaign.station import at_station
from fuzz.people.errors import UserError
from fuzz.people.filing import Kept, improve, keep
from fuzz.people.progress import size_of
from fuzz.people.reliability import FreshProcesses
from fuzz.people.text import counted
from fuzz.program.text import case_text, parse_case
from fuzz.search.supervisor import Totals

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.keep.hub.interface import Known, Lease
    from fuzz.people.campaign.station import Station

NICENESS: Final = 10
"""Beside a search on the same core it gets about a tenth, and all of one that nobody needs."""
LEASE_SECONDS: Final = 600.0
"""To explain a finding takes seconds in which nothing can be said; to shrink one is attended."""
EXTEND_SECONDS: Final = 15.0
SHRINK_EXECUTIONS: Final = 4000
SHRINK_SECONDS: Final = 300.0
IDLE_SECONDS: Final = 0.5


class Filer:
    """Files one finding after another."""

    def __init__(self, station: Station) -> None:
        """Work at a station."""
        self._hub = station.hub
        self._name = station.name
        self._crashes = Path(station.plan.crashes)
        self._pulse = station.pulse
        self._ending = station.ending
        self._outbox = station.outbox
        self._targets = {target.name: where for where, target in targets_of(station.plan).items()}

    def work(self) -> None:
        """File what waits until somebody wants it to end."""
        while not self._ending.wanted:
            lease = self._outbox.insist(
                lambda: self._hub.lease(self._name, [Kind.FILE], LEASE_SECONDS)
            )
            if lease is None:
                self._pulse.beat()
                sleep(IDLE_SECONDS)
                continue
            self._pulse.at = lease.unit.subject
            self._pulse.beat()
            self._file(lease)
            self._pulse.at = ""

    def _file(self, lease: Lease) -> None:
        known = self._outbox.insist(lambda: self._hub.known(lease.unit.subject))
        if len(known.discovery.cases) > 1:
            self._file_together(lease, known)
            done = True
        else:
            done = self._file_one(lease, known)
        if done:
            self._outbox.insist(lambda: self._hub.finish(lease))

    def _file_together(self, lease: Lease, known: Known) -> None:
        """File what several cases show together: there is nothing to shrink."""
        found = known.discovery
        folder = self._outbox.insist(
            lambda: store_together(self._crashes, found.signature, found.detail, found.cases)
        )
        size = counted(len(found.cases), "case")
        filed = Filed(found.cases[0], found.harm, found.title, folder.name, size, 0)
        self._outbox.insist(lambda: self._hub.file(lease, filed))

    def _file_one(self, lease: Lease, known: Known) -> bool:
        """File a finding as it was found, then as it was shrunk; whether it came so far."""
        where = self._targets[shelf_of(known.lane)]
        target = target_at(where)
        found = known.discovery
        identity = (found.kind, found.place)
        case = parse_case(found.cases[0], {target.name: target})
        total = Totals(runs=known.executions, seconds=known.seconds)
        kept = self._outbox.insist(lambda: keep(target, self._crashes, case, identity, total))
        self._tell(lease, kept)
        smaller, spent = shrink_attended(
            target, kept.case, identity, SHRINK_EXECUTIONS, self._turn(lease, known)
        )
        if self._ending.wanted:
            return False
        with FreshProcesses(where) as fresh:
            try:
                kept = self._outbox.insist(lambda: improve(kept, target, smaller, spent, fresh))
            except UserError as error:  # Somebody ended one of them: that says nothing of the case.
                sys.stderr.write(f"{error}\n")
                self._outbox.insist(lambda: self._hub.release(self._name))
                return False
        self._tell(lease, kept)
        return True

    def _turn(self, lease: Lease, known: Known) -> Callable[[], None]:
        """Return what shows that it lives while something is shrunk, and ends that in time."""
        end = monotonic() + SHRINK_SECONDS
        extend = monotonic() + EXTEND_SECONDS

        def turn() -> None:
            nonlocal extend
            now = monotonic()
            if now > end or self._ending.wanted:
                raise Enough
            self._pulse.executions += 1
            self._pulse.beat()
            if now > extend:
                extend = now + EXTEND_SECONDS
                if not self._outbox.extend(known.lane, lease):
                    raise Enough

        return turn

    def _tell(self, lease: Lease, kept: Kept) -> None:
        finding = kept.finding
        filed = Filed(
            minimal=case_text(kept.case),
            harm=finding.harm.value,
            title=finding.title,
            folder=kept.folder.name,
            size=size_of(kept.case),
            executions=kept.shrinking_runs,
        )
        self._outbox.insist(lambda: self._hub.file(lease, filed))


def _work(station: Station) -> None:
    os.nice(NICENESS)
    Filer(station).work()


if __name__ == "__main__":
    sys.exit(at_station(_work))
