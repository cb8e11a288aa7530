"""A campaign as it lies in a folder, without processes: what pages and screens are made of."""

from pathlib import Path
from typing import Any, Final

from fuzz.keep.hub.chronicle import Chronicle
from fuzz.keep.hub.interface import Batch, Discovery, Entry, Filed, Kind
from fuzz.keep.hub.local import LocalHub
from fuzz.people.campaign.plan import PLAN, Plan

HOSTILE: Final = '<script>alert("x")</script>'
"""What must stay text wherever it is shown."""

WORKER: Final[dict[str, Any]] = {
    "name": "worker-1",
    "pid": 4711,
    "state": "searches",
    "at": "depot@1",
    "executions": 90,
    "memory": 50 << 20,
    "cpu_seconds": 3.25,
    "starts": 2,
}


class StoredCampaign:
    """Writes what a campaign would have written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.crashes = folder / "crashes"
        self.hub = LocalHub(folder, lambda: 0.0)
        self.chronicle = Chronicle(self.hub.database)
        self.chronicle.note({PLAN: Plan(("depot",), str(self.crashes)).words()})
        self._number = 0

    def search(self, executions: int, *counters: int, lane: str = "depot@1") -> None:
        """Have a lane searched; each counter that is new has a case."""
        self._number += 1
        entries = tuple(Entry(f"target depot\n# {number}\n", (number,)) for number in counters)
        self.hub.push(Batch("w", self._number, lane, entries, executions=executions))

    def find(self, kind: str, place: str, harm: str, title: str) -> str:
        """Have something found; return its signature."""
        self._number += 1
        found = Discovery(kind, place, harm, title, ("target depot\n",))
        self.hub.push(Batch("w", self._number, "depot@1", discoveries=(found,)))
        return found.signature

    def file(self, signature: str, folder: str, page: str) -> Path:
        """Have it filed; return its crash folder."""
        known = self.hub.known(signature).discovery
        lease = self.hub.lease("filer", [Kind.FILE], 60.0)
        assert lease is not None
        assert lease.unit.subject == signature
        size = "2 tasks, 2 operations"
        self.hub.file(lease, Filed("target depot\n", known.harm, known.title, folder, size, 9))
        self.hub.finish(lease)
        place = self.crashes / folder
        place.mkdir(parents=True)
        (place / "report.html").write_text(page)
        (place / "minimal.case").write_text("target depot\n# <b>&\n")
        return place
