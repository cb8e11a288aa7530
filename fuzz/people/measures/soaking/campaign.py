"""The campaign of a soak, seen from outside, and all that it has ever acknowledged."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final

import psutil

from fuzz.keep.files import KeepError
from fuzz.keep.hub.cases import hash_of
from fuzz.keep.hub.database import Database
from fuzz.keep.hub.interface import Batch, Entry
from fuzz.keep.hub.local import LocalHub
from fuzz.people.campaign.plan import Plan, lanes_of
from fuzz.people.campaign.view import look
from fuzz.people.measures.schedstat import Speed, marks, speed_between
from fuzz.people.measures.soaking.hunger import HUNGER_VARIABLE, TARGET_VARIABLE

if TYPE_CHECKING:
    from pathlib import Path

HUNGRY: Final = "fuzz.people.measures.soaking.hungry:TARGET"
WITNESS: Final = "witness@0"
"""A lane that nobody searches: what is pushed there is remembered by who pushed it."""
WATCH_SECONDS: Final = 0.5
START_SECONDS: Final = 120.0
MEMORY_MIB: Final = 512
UNIT_SECONDS: Final = 5


class Campaign:
    """Starts it, kills it, and remembers what it said was stored."""

    def __init__(self, folder: Path, plan: Plan, corpus: Path | None = None) -> None:
        """Prepare a campaign in a folder, which begins with a corpus if there is one."""
        self.folder = folder
        self.hunger = folder.parent / "hunger"
        self.plan = plan
        """One target, one kernel, and how many workers."""
        self._environment = {
            **os.environ,
            TARGET_VARIABLE: plan.targets[0],
            HUNGER_VARIABLE: str(self.hunger),
        }
        self._command = [sys.executable, "-m", "fuzz.people.cli", "campaign", "start", str(folder)]
        self._command += ["--target", HUNGRY, "--kernel", plan.kernels[0]]
        self._command += ["--workers", str(plan.workers)]
        self._command += ["--corpus", str(corpus)] if corpus else []
        self._command += ["--unit", str(UNIT_SECONDS), "--memory", str(MEMORY_MIB), "--no-web"]
        self._process: subprocess.Popen[bytes] | None = None
        self.entries: set[tuple[str, str]] = set()
        """Lane and hash of every case that was stored at some moment."""
        self.findings: set[str] = set()
        self._pushed = 0
        self.refused = 0
        """Batches of the witness that were not acknowledged."""

    @property
    def pid(self) -> int:
        """The supervisor; 0 if there is none."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start a session."""
        self._process = subprocess.Popen(
            self._command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._environment,
            start_new_session=True,
        )

    def kill(self) -> None:
        """Kill the supervisor with SIGKILL, and wait for its end."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """Stop in order."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def members(self) -> list[int]:
        """Return the processes of the session, the supervisor first."""
        with suppress(psutil.Error):
            children = psutil.Process(self.pid).children(recursive=True)
            return [self.pid, *(child.pid for child in children)]
        return []

    def workers(self) -> list[dict[str, Any]]:
        """Return what each process is at, as the state says."""
        with suppress(KeepError):
            return look(self.folder).workers
        return []

    def watch(self, seconds: float) -> None:
        """Remember for a while what is stored, and have something stored oneself."""
        end = monotonic() + seconds
        while monotonic() < end:
            self.note()
            sleep(WATCH_SECONDS)

    def note(self) -> None:
        """Remember what is acknowledged right now."""
        with suppress(KeepError):
            self._push()
            self.entries |= stored_entries(self.folder)
            self.findings |= stored_findings(self.folder)

    def speed(self, seconds: float) -> Speed:
        """Measure for a while."""
        before = marks(self.workers())
        self.watch(seconds)
        return speed_between(before, marks(self.workers()))

    def wait_for_workers(self) -> None:
        """Wait until all workers search."""
        end = monotonic() + START_SECONDS
        while monotonic() < end:
            self.note()
            at = [w for w in self.workers() if w["name"].startswith("worker") and w["at"]]
            if len(at) == self.plan.workers and all(psutil.pid_exists(w["pid"]) for w in at):
                return
            sleep(WATCH_SECONDS)
        raise AssertionError("all workers search within two minutes")

    def _push(self) -> None:
        """Push a case as a worker would; only what is answered for is remembered."""
        self._pushed += 1
        text = f"target witness\n# {self._pushed}\n"
        entry = Entry(text, (self._pushed,))
        batch = Batch("witness", self._pushed, WITNESS, (entry,))
        try:
            hub = LocalHub(self.folder, monotonic)
            try:
                receipt = hub.push(batch)
            finally:
                hub.close()
        except KeepError:
            self.refused += 1
            raise
        assert receipt.entries == 1, "a new case is new"
        self.entries.add((WITNESS, hash_of(text)))


def checked(target: str, kernel: str, workers: int = 1) -> Plan:
    """Return what is to be searched; UserError says in one line why that cannot be."""
    plan = Plan((target,), crashes="", kernels=(kernel,), workers=workers)
    lanes_of(plan)
    return plan


def stored_entries(folder: Path) -> set[tuple[str, str]]:
    """Return lane and hash of every case that the state has."""
    database = Database(folder, reads_only=True)
    try:
        return set(database.rows("SELECT lane, hash FROM entries"))  # pyright: ignore
    finally:
        database.close()


def stored_findings(folder: Path) -> set[str]:
    """Return the signature of every finding that the state has."""
    database = Database(folder, reads_only=True)
    try:
        return {signature for (signature,) in database.rows("SELECT signature FROM findings")}
    finally:
        database.close()
