"""A worker searches what it is given, learns what others found, and brings what is new."""

import io
from pathlib import Path
from typing import Final

import pytest

from fuzz.keep.hub.chronicle import Chronicle
from fuzz.keep.hub.interface import Batch, Entry, Kind
from fuzz.keep.hub.local import LocalHub
from fuzz.people.campaign import worker as workers
from fuzz.people.campaign.lane_search import LaneSearch
from fuzz.people.campaign.outbox import Outbox
from fuzz.people.campaign.plan import Lane, Plan
from fuzz.people.campaign.pulse import Pulse
from fuzz.people.campaign.station import Ending, Station
from fuzz.people.campaign.worker import Searcher
from tests.toys import counter

COUNTER: Final = "tests.toys.counter:TARGET"
UNIT_SECONDS: Final = 0.5


class WhenIdle(Ending):
    """Ends once no unit waits."""

    def __init__(self, hub: LocalHub) -> None:
        self.hub = hub

    @property
    def wanted(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        return not self.hub.database.one(
            "SELECT count(*) FROM units WHERE kind = 'search' AND state != 'done'"
        )


def station(folder: Path, corpus: str = "") -> Station:
    hub = LocalHub(folder, lambda: 0.0)
    ending, pulse = WhenIdle(hub), Pulse(io.BytesIO())
    plan = Plan((COUNTER,), "crashes", unit_seconds=UNIT_SECONDS, corpus=corpus)
    outbox = Outbox(hub, "w", pulse, lambda: ending.wanted)
    return Station(hub, "w", plan, pulse, ending, outbox)


def entries_of_another(lane: Lane) -> list[Entry]:
    search = LaneSearch(counter.TARGET, lane, 99)
    for _ in range(200):
        search.step()
    return search.entries


def test_a_unit_is_searched_and_done(tmp_path: Path) -> None:
    at = station(tmp_path)
    at.hub.offer(Kind.SEARCH, "counter@1", 5)
    Searcher(at).work()
    assert at.hub.waiting(Kind.SEARCH) == 0
    assert at.hub.pull("counter@1", 0, 1000)
    assert isinstance(at.hub, LocalHub)
    assert at.hub.database.one("SELECT executions FROM lanes") == at.pulse.executions > 10
    (past,) = Chronicle(at.hub.database).history()
    assert (past.lane, past.news > 0) == ("counter@1", True)


def test_what_others_found_is_pulled_and_not_brought_again(tmp_path: Path) -> None:
    at = station(tmp_path)
    entries = entries_of_another(Lane(COUNTER, "counter@2", "2", ()))
    at.hub.push(Batch("other", 1, "counter@2", tuple(entries)))
    before = at.hub.pull("counter@2", 0, 1000)
    at.hub.offer(Kind.SEARCH, "counter@2", 5)
    Searcher(at).work()
    after = at.hub.pull("counter@2", 0, 1000)
    assert after[: len(before)] == before
    texts = [one.text for one in after]
    assert len(texts) == len(set(texts))


def test_a_lane_goes_on_where_it_was_or_begins_with_what_the_hub_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "LANES_OPEN_MAX", 1)
    at = station(tmp_path)
    for lane in ("counter@1", "counter@1", "counter@2", "counter@1"):
        at.hub.offer(Kind.SEARCH, lane, 5)
    Searcher(at).work()
    assert isinstance(at.hub, LocalHub)
    units = dict(at.hub.database.rows("SELECT name, units FROM lanes"))
    assert units == {"counter@1": 3, "counter@2": 1}
    texts = [one.text for one in at.hub.pull("counter@1", 0, 1000)]
    assert len(texts) == len(set(texts))


def test_a_lane_begins_with_the_corpus(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    seed = "target counter\nkernel 1\ntask A\n  add amount=7\n"
    (corpus / "seed.case").write_text(seed)
    at = station(tmp_path / "campaign", str(corpus))
    at.hub.offer(Kind.SEARCH, "counter@1", 5)
    Searcher(at).work()
    assert at.hub.pull("counter@1", 0, 1)[0].text.startswith(seed)
