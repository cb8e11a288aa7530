"""Campaigns of toys with real processes; who watches them also interferes."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any, Final

from fuzz.keep.hub.local import LocalHub
from fuzz.keep.lock import FolderLock
from fuzz.people.campaign.plan import Plan
from fuzz.people.campaign.supervisor import CampaignSupervisor
from fuzz.people.campaign.view import View, look

ROOT: Final = Path(__file__).parents[4]
DEPOT: Final = "tests.toys.depot:TARGET"
SECONDS_MAX: Final = 120.0
"""None takes so long unless it fails."""


def plan(folder: Path, **options: Any) -> Plan:
    usual: dict[str, Any] = {
        "targets": (DEPOT,),
        "kernels": ("1",),
        "crashes": str(folder / "crashes"),
        "workers": 1,
        "unit_seconds": 1.0,
    }
    return Plan(**{**usual, **options})


class Watching:
    """Writes down what is said, and stops the campaign once something is so."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.at_turn: Callable[[], None] = lambda: None

    def said(self, text: str) -> None:
        self.notes.append(text)

    def moved(self) -> None:
        self.at_turn()

    def heard(self, words: str) -> bool:
        return any(words in note for note in self.notes)


class Running:
    """One session in a folder."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.folder = folder
        self.watching = Watching()
        self._lock = FolderLock(folder)
        self.hub = LocalHub(folder, monotonic)
        self.supervisor = CampaignSupervisor(
            self.hub, folder, plan(folder, **options), self.watching
        )

    def until(
        self, holds: Callable[[View], object], meanwhile: Callable[[], object] = lambda: None
    ) -> View:
        """Run until something is so; return what is there then."""
        reached: list[bool] = []

        def turn() -> None:
            meanwhile()
            if holds(look(self.folder)):
                reached.append(True)
                self.supervisor.stop()

        self.watching.at_turn = turn
        try:
            self.supervisor.run(SECONDS_MAX)
            assert reached, "it never came true"
            return look(self.folder)
        finally:
            self.hub.close()
            self._lock.release()

    @property
    def pids(self) -> list[int]:
        return [slot.pid for slot in self.supervisor.slots if slot.pid]
