"""Findings become crash folders, whatever stands in the way for a while."""

import io
import os
from pathlib import Path

import pytest

from fuzz.keep.crashes import list_crashes
from fuzz.keep.hub.interface import Batch, Discovery, Kind
from fuzz.keep.hub.local import LocalHub
from fuzz.people.campaign import outbox as outboxes
from fuzz.people.campaign.filer import Filer
from fuzz.people.campaign.lane_search import LaneSearch
from fuzz.people.campaign.outbox import Outbox, Stopped
from fuzz.people.campaign.plan import Lane, Plan
from fuzz.people.campaign.pulse import Pulse
from fuzz.people.campaign.station import Ending, Station
from fuzz.people.campaign.view import look
from tests.fuzz.people.campaign.running import DEPOT
from tests.toys import depot


class Wanted(Ending):
    """Ends once nothing waits to be filed."""

    def __init__(self, hub: LocalHub) -> None:
        self.hub = hub
        self.hurry = False

    @property
    def wanted(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        return self.hurry or not self.hub.database.one(
            "SELECT count(*) FROM units WHERE kind = 'file' AND state != 'done'"
        )


@pytest.fixture
def station(tmp_path: Path) -> Station:
    hub = LocalHub(tmp_path, lambda: 0.0)
    ending = Wanted(hub)
    pulse = Pulse(io.BytesIO())
    plan = Plan((DEPOT,), str(tmp_path / "crashes"))
    outbox = Outbox(hub, "filer", pulse, lambda: ending.wanted)
    return Station(hub, "filer", plan, pulse, ending, outbox)


def find(station: Station, signature: str) -> Discovery:
    """Search the toy until it has a finding, and push that."""
    search = LaneSearch(depot.TARGET, Lane(DEPOT, "depot@1", "1", ()), 1)
    while signature not in [found.signature for found in search.discoveries]:
        search.step()
    found = next(found for found in search.discoveries if found.signature == signature)
    station.hub.push(Batch("w", 1, "depot@1", discoveries=(found,)))
    return found


def test_a_finding_is_filed_and_shrunk(station: Station, tmp_path: Path) -> None:
    found = find(station, "leak-reserve")
    Filer(station).work()
    (crash,) = list_crashes(tmp_path / "crashes")
    assert crash.path.name == found.signature
    (row,) = look(tmp_path).findings
    assert (row.folder, row.size) == ("leak-reserve", "1 task, 2 operations, 2 faults")
    assert station.hub.waiting(Kind.FILE) == 0


def test_cases_that_show_something_only_together_are_kept_together(
    station: Station, tmp_path: Path
) -> None:
    cases = ("target depot\n# one\n", "target depot\n# two\n")
    found = Discovery("lock-order", "a+b", "hang", "a circle", cases, "a; b")
    station.hub.push(Batch("w", 1, "depot@1", discoveries=(found,)))
    Filer(station).work()
    assert sorted(os.listdir(tmp_path / "crashes/lock-order-a+b")) == [
        "1.case",
        "2.case",
        "together.md",
    ]
    assert look(tmp_path).findings[0].size == "2 cases"


def test_a_folder_that_cannot_be_written_is_tried_again_until_it_can(
    station: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(station, "leak-reserve")
    blocked = tmp_path / "crashes"
    blocked.write_text("in the way")
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            blocked.unlink()

    monkeypatch.setattr(outboxes, "FIRST_WAIT", 1e-6)
    monkeypatch.setattr(outboxes, "sleep", wait)
    monkeypatch.setattr(outboxes, "LONGEST_WAIT", 1e-6)
    Filer(station).work()
    assert len(waits) >= 3
    assert [crash.path.name for crash in list_crashes(blocked)] == ["leak-reserve"]


def test_who_is_to_end_leaves_the_finding_to_the_next_session(
    station: Station, tmp_path: Path
) -> None:
    find(station, "leak-reserve")
    (tmp_path / "crashes").write_text("in the way")
    assert isinstance(station.ending, Wanted)
    lease = station.hub.lease("filer", [Kind.FILE], 60.0)
    assert lease is not None
    station.ending.hurry = True
    with pytest.raises(Stopped):
        Filer(station)._file(lease)
    assert isinstance(station.hub, LocalHub)
    station.hub.begin_session()
    assert station.hub.waiting(Kind.FILE) == 1
