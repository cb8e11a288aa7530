"""What happens to the campaign of a soak, and when."""

from __future__ import annotations

import os
from contextlib import suppress
from signal import SIGKILL
from time import monotonic
from typing import TYPE_CHECKING, Final

from fuzz.people.measures.soaking.verdict import has_eaten
from fuzz.values.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.people.measures.soaking.campaign import Campaign
    from fuzz.people.measures.soaking.disk import SmallDisk

FULL_SHARE: Final = 0.08
"""How much of the time the disk is full."""
TURN_SECONDS: Final = 0.5


class Disturbances:
    """Kills, a full disk, hunger: each in its turn."""

    def __init__(self, campaign: Campaign, disk: SmallDisk, *, every: float, seed: int) -> None:
        """Kill a process every so many seconds; `seed` says which."""
        self._campaign = campaign
        self._disk = disk
        self._every = every
        self._choices = Choices(seed)
        self._start = 0.0
        self._fed = False
        self.told: list[str] = []
        """What happened, a line each."""

    def run(self, seconds: float) -> None:
        """Have everything happen within so many seconds."""
        self._start = monotonic()
        plan: list[tuple[float, Callable[[], None]]] = [
            (0.2, self._kill_supervisor),
            (0.35, self._feed),
            (0.5, self._fill),
            (0.5 + FULL_SHARE, self._empty),
            (0.75, self._kill_supervisor),
        ]
        plan = [(share * seconds, action) for share, action in plan]
        next_kill = self._every
        while (passed := monotonic() - self._start) < seconds:
            while plan and passed >= plan[0][0]:
                plan.pop(0)[1]()
            if passed >= next_kill:
                next_kill += self._every
                self._kill_worker()
            self._campaign.watch(TURN_SECONDS)

    def _tell(self, text: str) -> None:
        self.told.append(f"{monotonic() - self._start:7.1f} s  {text}")

    def _kill_worker(self) -> None:
        if self._fed and not has_eaten(self._campaign.folder):
            return  # It could be the one that is eating, and nobody would notice.
        members = self._campaign.members()[1:]
        if members:
            self._campaign.note()
            victim = self._choices.one_of(members)
            with suppress(ProcessLookupError):
                os.kill(victim, SIGKILL)
            self._tell(f"killed the worker {victim}")

    def _kill_supervisor(self) -> None:
        self._campaign.note()
        self._tell(f"killed the supervisor {self._campaign.pid}")
        self._campaign.kill()
        self._campaign.start()

    def _feed(self) -> None:
        self._fed = True
        self._campaign.hunger.touch()
        self._tell("made a worker eat memory")

    def _fill(self) -> None:
        self._campaign.note()
        self._disk.fill(self._campaign.members())
        how = "filled the disk" if self._disk.is_real else "let nobody write"
        self._tell(f"{how}: {self._campaign.refused} of the witness's batches refused so far")

    def _empty(self) -> None:
        self._disk.empty(self._campaign.members())
        self._tell(f"made room: {self._campaign.refused} of the witness's batches refused so far")
