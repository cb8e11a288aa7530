"""The supervisor of a campaign: keeps its processes at work, decides what is searched, takes notes.

It holds nothing that is not in the hub: killed and started anew, it goes on.
"""

from __future__ import annotations

import shutil
from time import monotonic, sleep, time
from typing import TYPE_CHECKING, Any, Final, Protocol

from fuzz.keep.files import KeepError
from fuzz.keep.hub.chronicle import SECONDS, Chronicle
from fuzz.keep.hub.interface import Kind
from fuzz.people.campaign.logs import EventLog
from fuzz.people.campaign.plan import MIB, PLAN, Plan, lanes_of
from fuzz.people.campaign.rotation import choose
from fuzz.people.campaign.slot import Limits, Role, Slot
from fuzz.people.campaign.view import NOTED, TROUBLE, URL, WORKERS
from fuzz.people.errors import UserError
from fuzz.search.process import tail_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fuzz.keep.hub.local import LocalHub

TURN_SECONDS: Final = 0.1
PLAN_SECONDS: Final = 0.5
SAMPLE_SECONDS: Final = 1.0
DISK_SECONDS: Final = 10.0
SILENCE_SECONDS: Final = 30.0
FILER_SILENCE_SECONDS: Final = 600.0
"""To explain a finding takes so many runs, at low priority, between two beats."""
FREE_MIN: Final = 64 * MIB
"""What a file system should have left, so that findings can be filed."""
FILER: Final = "filer"
SESSIONS: Final = "sessions"
DRAWN: Final = "drawn"
"""The fact that counts units: each has a seed of its own, over all sessions."""


class Audience(Protocol):
    """Sees a campaign."""

    def said(self, text: str) -> None:
        """Learn of something out of the ordinary."""
        ...

    def moved(self) -> None:
        """Have a moment to show how it goes."""
        ...


class CampaignSupervisor:
    """One session of a campaign."""

    def __init__(
        self, hub: LocalHub, folder: Path, plan: Plan, audience: Audience, url: str = ""
    ) -> None:
        """Begin a session with a plan; no process runs yet."""
        self._hub = hub
        self._folder = folder
        self._plan = plan
        self._audience = audience
        self._chronicle = Chronicle(hub.database)
        self._log = EventLog(folder)
        self._lanes = [lane.name for lane in lanes_of(plan)]
        self._stopping = False
        self._troubles: dict[str, str] = {}
        self._start = monotonic()
        self._next_sample = self._next_disk = self._next_plan = 0.0
        hub.begin_session()
        self._base = float(self._chronicle.fact(SECONDS) or 0.0)
        self._session = int(self._chronicle.fact(SESSIONS) or 0) + 1
        self._chronicle.note(
            {
                PLAN: plan.words(),
                SESSIONS: self._session,
                URL: url,
                TROUBLE: "",
                WORKERS: [],
                NOTED: monotonic(),
            }
        )
        self.slots = [self._slot(number) for number in range(plan.workers)]
        self.slots.append(self._slot(None))

    @property
    def seconds(self) -> float:
        """How long the campaign has run, over all sessions."""
        return self._base + monotonic() - self._start

    def stop(self) -> None:
        """Ask for the end. Safe in a signal handler."""
        self._stopping = True

    def abandon(self) -> None:
        """Leave no process: this one is about to die. Safe in a signal handler."""
        for slot in self.slots:
            slot.kill()

    def run(self, seconds: float = 0.0) -> None:
        """Go on until somebody says stop or, if there is a limit, for so many seconds.

        When this returns or raises, no process is left. UserError says that no worker lives.
        """
        end = monotonic() + seconds if seconds else float("inf")
        self.say(f"session {self._session} begins: {self._plan.workers} at work")
        try:
            while not self._stopping and monotonic() < end:
                self._turn()
                sleep(TURN_SECONDS)
        finally:
            self._end()

    def say(self, text: str) -> None:
        """Tell everybody of something."""
        self._log.say(text)
        self._audience.said(text)
        self._guarded(lambda: self._chronicle.say(text, time()))

    def _turn(self) -> None:
        for slot in self.slots:
            slot.tend()
        if all(slot.is_hopeless for slot in self.slots[:-1]):
            raise UserError(f"no worker lives; of the first, {tail_of(self.slots[0].log)}")
        now = monotonic()
        if now >= self._next_plan:
            self._next_plan = now + PLAN_SECONDS
            self._guarded(self._plan_work)
        if now >= self._next_sample:
            self._next_sample = now + SAMPLE_SECONDS
            self._guarded(self._sample)
        if now >= self._next_disk:
            self._next_disk = now + DISK_SECONDS
            self._check_disk()
        self._audience.moved()

    def _plan_work(self) -> None:
        """Have a unit ready for each worker that may ask for one."""
        missing = len(self.slots) - 1 - self._hub.waiting(Kind.SEARCH)
        if missing <= 0:
            return
        past, pending = self._chronicle.history(), self._chronicle.pending()
        for _ in range(missing):
            lane = choose(self._lanes, past, pending)
            pending.append(lane)
            number = int(self._chronicle.fact(DRAWN) or 0) + 1
            self._chronicle.note({DRAWN: number})
            self._hub.offer(Kind.SEARCH, lane, self._plan.seed * 1_000_000 + number)

    def _sample(self) -> None:
        workers = [_described(slot) for slot in self.slots]
        trouble = "; ".join(text for text in self._troubles.values() if text)
        facts = {WORKERS: workers, TROUBLE: trouble, NOTED: monotonic()}
        self._chronicle.sample(self.seconds, facts)

    def _check_disk(self) -> None:
        try:
            free = shutil.disk_usage(self._folder).free
            low = f"the disk has only {free // MIB} MiB left" if free < FREE_MIN else ""
        except OSError as error:
            low = f"cannot ask the disk how full it is: {error.strerror}"
        self._note_trouble("disk", low)

    def _guarded(self, action: Callable[[], object]) -> None:
        """Do something with the hub; when that fails, say so once, and go on without it."""
        try:
            action()
        except KeepError as error:
            self._note_trouble("hub", str(error))
        else:
            self._note_trouble("hub", "")

    def _note_trouble(self, what: str, text: str) -> None:
        if text and text != self._troubles.get(what):
            self._log.say(text)
            self._audience.said(text)
        self._troubles[what] = text

    def _died(self, called: str, text: str) -> None:
        self.say(text)
        self._guarded(lambda: self._hub.release(called))

    def _slot(self, number: int | None) -> Slot:
        """Make the slot of a worker or, without a number, that of the filer."""
        memory = self._plan.memory_mib * MIB
        if number is None:
            limits = Limits(memory, FILER_SILENCE_SECONDS)
            role = Role(FILER, "fuzz.people.campaign.filer", limits)
        else:
            limits = Limits(memory, SILENCE_SECONDS)
            role = Role(f"worker-{number + 1}", "fuzz.people.campaign.worker", limits)
        return Slot(role, self._folder, self._session, self._died)

    def _end(self) -> None:
        for slot in self.slots:
            slot.ask_to_end()
        for slot in self.slots:
            slot.end()
        self.say(f"session {self._session} ends")
        self._guarded(self._sample)
        self._log.close()


def _described(slot: Slot) -> dict[str, Any]:
    """Say what a process is at, for whoever looks."""
    does = "files" if slot.role.name == FILER else "searches"
    state = does if slot.beat.at else "waits"
    if not slot.pid:
        state = "starts soon"
    return {
        "name": slot.role.name,
        "pid": slot.pid,
        "state": slot.beat.waits or state,
        "at": slot.beat.at,
        "executions": slot.executions,
        "memory": slot.memory,
        "cpu_seconds": round(slot.cpu, 2),
        "starts": slot.starts,
    }
