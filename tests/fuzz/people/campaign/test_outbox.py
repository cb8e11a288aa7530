"""What a worker has to say is not lost as long as it lives, and counts once."""

import io
from pathlib import Path
from typing import Any, cast

import pytest

from fuzz.keep.files import KeepError
from fuzz.keep.hub.interface import Batch, Entry, Hub, Kind, Lease, Receipt, Unit
from fuzz.people.campaign import outbox as outboxes
from fuzz.people.campaign.lane_search import LaneSearch
from fuzz.people.campaign.outbox import Outbox, Stopped
from fuzz.people.campaign.plan import Lane
from fuzz.people.campaign.pulse import Beat, Pulse
from tests.toys import depot

LEASE = Lease(Unit(1, Kind.SEARCH, "depot@1", 0, 1), 1)


class Failing:
    """A hub whose disk is full for the first few times."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.heard: list[Batch] = []

    def push(self, batch: Batch) -> Receipt:
        self.heard.append(batch)
        if len(self.heard) <= self.failures:
            raise KeepError("store what was found", Path("there"), OSError(28, "No space left"))
        return Receipt(entries=len(batch.entries))


@pytest.fixture(autouse=True)
def _wait_briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outboxes, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(outboxes, "NAP_SECONDS", 0.001)


def searching() -> LaneSearch:
    return LaneSearch(depot.TARGET, Lane("depot", "depot@1", "1", ()), 0)


def outbox(hub: Failing, channel: Any = None, *, stopping: bool = False) -> Outbox:
    pulse = Pulse(channel or io.BytesIO())
    return Outbox(cast("Hub", hub), "w", pulse, lambda: stopping)


def test_what_could_not_be_stored_is_sent_again_as_it_was() -> None:
    hub, search, channel = Failing(3), searching(), io.BytesIO()
    search.entries.append(Entry("case", (1,)))
    receipt = outbox(hub, channel).send(search, "depot@1", LEASE)
    assert receipt == Receipt(entries=1)
    assert len(hub.heard) == 4
    assert hub.heard.count(hub.heard[0]) == 4
    assert search.entries == []
    beats = [Beat.parse(line) for line in channel.getvalue().splitlines()]
    assert beats[0].waits.startswith("cannot store what was found in there: No space left; ")


def test_executions_count_once() -> None:
    hub, search = Failing(0), searching()
    sender = outbox(hub)
    sender.begin(search)
    for _ in range(3):
        search.step()
        sender.send(search, "depot@1", LEASE)
    assert [batch.executions for batch in hub.heard] == [1, 1, 1]
    assert [batch.number for batch in hub.heard] == [1, 2, 3]


def test_a_finding_is_sent_at_once_and_a_case_when_it_is_time() -> None:
    hub, search = Failing(0), searching()
    sender = outbox(hub)
    sender.begin(search)
    search.entries.append(Entry("case", (1,)))
    sender.send_if_due(search, "depot@1", LEASE)
    assert hub.heard == []
    while not search.discoveries:
        search.step()
    sender.send_if_due(search, "depot@1", LEASE)
    assert len(hub.heard) == 1
    assert hub.heard[0].discoveries


def test_who_is_to_end_does_not_wait_for_ever() -> None:
    hub, search = Failing(1000), searching()
    with pytest.raises(Stopped, match="No space left"):
        outbox(hub, stopping=True).send(search, "depot@1", LEASE)
