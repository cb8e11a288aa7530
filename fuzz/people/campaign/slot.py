"""A slot: one process of a campaign after another, watched and replaced, each later than the last.

A process is ended that is silent or too large; one that dies young is replaced after a while that
doubles each time, so that what cannot live does not eat up the machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from signal import SIGKILL, SIGTERM
from time import monotonic
from typing import IO, TYPE_CHECKING, Final

import psutil

from fuzz.keep.files import KeepError
from fuzz.people.campaign.logs import log_folder, rotate
from fuzz.people.campaign.pulse import Beat
from fuzz.people.campaign.station import FAILED
from fuzz.search.process import ending_of, tail_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHILDHOOD_SECONDS: Final = 10.0
"""Who dies within so many seconds has died young."""
FIRST_WAIT: Final = 0.5
LONGEST_WAIT: Final = 60.0
WANTS: Final = 1
"""The exit status of who could not work for want of something, such as a disk with room."""
YOUNG_DEATHS_MAX: Final = 5
"""So many in a row, for a bug of ours or by a signal, and there is no hope."""
FAREWELL_SECONDS: Final = 5.0
"""What a process gets to bring what it has, once it is to end."""
WATCH_SECONDS: Final = 0.25


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may do before it is replaced."""

    memory: int
    """Resident bytes."""
    silence: float
    """Seconds without a beat."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a process is started as."""

    name: str
    """How people call it; its log is called so, too."""
    module: str
    limits: Limits


class Slot:
    """A place for one process."""

    def __init__(
        self,
        role: Role,
        folder: Path,
        session: int,
        died: Callable[[str, str], None],
    ) -> None:
        """Prepare; `died` is told what a worker was called to the hub, and how it ended."""
        self.role = role
        self._folder = folder
        self._session = session
        self._died = died
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""
        self._born = self._heard = self._watched = self._not_before = 0.0
        self._before = 0
        self.young_deaths = 0
        self._hopeless = 0
        self.starts = 0
        self.beat = Beat("", 0)
        """What it said last."""
        self.memory = 0
        """Resident bytes, when it was looked at last."""
        self.cpu = 0.0
        """CPU seconds of all processes that were here."""
        self._cpu_before = 0.0

    @property
    def pid(self) -> int:
        """The number of the process; 0 when there is none."""
        return self._process.pid if self._process else 0

    @property
    def executions(self) -> int:
        """Executions of all processes that were here, as they say."""
        return self._before + self.beat.executions

    @property
    def is_hopeless(self) -> bool:
        """Whether nothing lives here, though nothing is missing for it."""
        return self._hopeless >= YOUNG_DEATHS_MAX

    @property
    def log(self) -> Path:
        """What its processes print."""
        return log_folder(self._folder) / f"{self.role.name}.log"

    def tend(self) -> None:
        """Look after it: to be called a few times a second."""
        now = monotonic()
        process = self._process
        if process is None:
            if now >= self._not_before:
                self._start_if_possible(now)
            return
        self._listen(process, now)
        if process.poll() is not None:
            self._bury(process, ending_of(process.returncode), now)
        elif now >= self._watched + WATCH_SECONDS:
            self._watched = now
            self._watch(process, now)

    def ask_to_end(self) -> None:
        """Have the process bring what it has, and end."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(SIGTERM)

    def end(self) -> None:
        """End the process, which was asked to before."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.wait(FAREWELL_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _output(process).close()

    def kill(self) -> None:
        """End the process at once: this one is about to die. Safe in a signal handler."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, SIGKILL)

    def _start_if_possible(self, now: float) -> None:
        """Start a process; where the machine has no room for one, try again later."""
        try:
            self._start(now)
        except (OSError, KeepError) as error:
            self.young_deaths += 1
            wait = self._wait_to(now)
            self._died(
                self._called, f"{self.role.name} cannot start: {error}; again in {wait:.1f} s"
            )

    def _wait_to(self, now: float) -> float:
        """Put off the next start, longer after each young death; return by how much."""
        young = self.young_deaths
        wait = min(FIRST_WAIT * 2 ** (young - 1), LONGEST_WAIT) if young else 0.0
        self._not_before = now + wait
        return wait

    def _start(self, now: float) -> None:
        self.starts += 1
        self._born = self._heard = self._watched = now
        self._rest = b""
        rotate(self.log)
        command = (sys.executable, "-m", self.role.module, str(self._folder), self._called)
        with self.log.open("ab") as printed:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=printed,
                env={**os.environ, "PYTHONHASHSEED": "0"},
                start_new_session=True,
            )
        os.set_blocking(_output(process).fileno(), False)
        self._process = process

    @property
    def _called(self) -> str:
        """What the process is called to the hub: nobody else ever was."""
        return f"{self.role.name}.{self._session}.{self.starts}"

    def _listen(self, process: subprocess.Popen[bytes], now: float) -> None:
        with suppress(BlockingIOError):
            while data := os.read(_output(process).fileno(), 1 << 16):
                self._heard = now
                *lines, self._rest = (self._rest + data).split(b"\n")
                if lines:
                    self.beat = Beat.parse(lines[-1])

    def _watch(self, process: subprocess.Popen[bytes], now: float) -> None:
        """End the process if it takes too much, or says nothing."""
        limits = self.role.limits
        with suppress(psutil.Error):
            seen = psutil.Process(process.pid)
            self.memory = seen.memory_info().rss
            times = seen.cpu_times()
            self.cpu = self._cpu_before + times.user + times.system
        reason = ""
        if self.memory > limits.memory:
            reason = f"it used {self.memory >> 20} MiB of memory"
        elif now - self._heard > limits.silence:
            reason = f"it said nothing for {limits.silence:.0f} seconds"
        if reason:
            process.kill()
            process.wait()
            self._listen(process, now)
            self._bury(process, reason, now)
        rotate(self.log)

    def _bury(self, process: subprocess.Popen[bytes], reason: str, now: float) -> None:
        """Say how a process ended, and when there will be another one."""
        self._process = None
        _output(process).close()
        self._before += self.beat.executions
        self._cpu_before = self.cpu
        self.beat = Beat("", 0)
        self.memory = 0
        young = now - self._born < CHILDHOOD_SECONDS
        self.young_deaths = self.young_deaths + 1 if young else 0
        if process.returncode != WANTS or not young:
            self._hopeless = self._hopeless + 1 if young else 0
        wait = self._wait_to(now)
        why = reason.removeprefix("a worker ") or "it ended"
        if process.returncode == FAILED:
            why = f"it met a bug of Swapstorm: {tail_of(self.log)}"
        elif process.returncode > 0:
            why = f"{why}: {tail_of(self.log)}"
        self._died(self._called, f"{self.role.name}: {why}; another one starts in {wait:.1f} s")


def _output(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdout is not None, "the process was started with a pipe"
    return process.stdout
