"""The outbox: what a worker has to say waits there until the hub has answered for it."""

from __future__ import annotations

from time import monotonic, sleep
from typing import TYPE_CHECKING, Final, TypeVar

from fuzz.keep.files import KeepError
from fuzz.keep.hub.interface import Batch, Receipt

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.keep.hub.interface import Hub, Lease
    from fuzz.people.campaign.lane_search import LaneSearch
    from fuzz.people.campaign.pulse import Pulse

SEND_SECONDS: Final = 1.0
"""How much of a search is lost at most with its worker; findings are sent at once."""
FIRST_WAIT: Final = 0.5
LONGEST_WAIT: Final = 15.0
"""How long to wait, first and at most, before something that could not be stored is tried again."""
NAP_SECONDS: Final = 0.25

T = TypeVar("T")


class Stopped(Exception):
    """The worker is to end while something cannot be stored."""


class Outbox:
    """Brings a worker's findings to the hub."""

    def __init__(self, hub: Hub, worker: str, pulse: Pulse, stopping: Callable[[], bool]) -> None:
        """Send as `worker`; `stopping` says whether it is to end."""
        self._hub = hub
        self._worker = worker
        self._pulse = pulse
        self._stopping = stopping
        self._number = 0
        self._next = 0.0
        self._told = 0

    def begin(self, search: LaneSearch) -> None:
        """Count a lane's executions from here on."""
        self._told = search.executions
        self._next = monotonic() + SEND_SECONDS

    def send_if_due(self, search: LaneSearch, lane: str, lease: Lease) -> bool:
        """Send what there is, if it is time to; whether the lease still holds."""
        if search.discoveries or monotonic() >= self._next:
            return self.send(search, lane, lease).held
        return True

    def send(self, search: LaneSearch, lane: str, lease: Lease) -> Receipt:
        """Send what a search has gathered, again and again until it is stored."""
        self._number += 1
        batch = Batch(
            worker=self._worker,
            number=self._number,
            lane=lane,
            entries=tuple(search.entries),
            discoveries=tuple(search.discoveries),
            executions=search.executions - self._told,
            lease=lease,
        )
        receipt = self.insist(lambda: self._hub.push(batch))
        search.entries.clear()
        search.discoveries.clear()
        self.begin(search)
        return receipt

    def extend(self, lane: str, lease: Lease) -> bool:
        """Say that a lease is still worked on; whether it holds."""
        self._number += 1
        batch = Batch(self._worker, self._number, lane, lease=lease)
        return self.insist(lambda: self._hub.push(batch)).held

    def insist(self, action: Callable[[], T]) -> T:
        """Do something with the hub until it works; Stopped when the worker is to end before."""
        wait = FIRST_WAIT
        while True:
            try:
                return action()
            except KeepError as error:
                self._sleep(wait, str(error))
                wait = min(2 * wait, LONGEST_WAIT)

    def _sleep(self, seconds: float, why: str) -> None:
        until = monotonic() + seconds
        while monotonic() < until:
            if self._stopping():
                raise Stopped(why)
            self._pulse.beat(why)
            sleep(NAP_SECONDS)
