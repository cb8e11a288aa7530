"""Reliability: in how many of a hundred fresh processes a case shows its finding again.

A *fresh process* has run no case before: it is forked from a new interpreter that has loaded the
target and runs nothing itself. There are several such interpreters, each with another hash seed.
A reproduction is the whole outcome again, to the byte, and not only the finding.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fuzz.people.errors import UserError
from fuzz.program.text import case_text

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome

PROCESSES: Final = 100
HASH_SEEDS: Final = ("1", "2")
"""One new interpreter each; the outcome that is to come again has been seen in a third."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """How often a case showed its finding again."""

    reproduced: int
    """Processes whose outcome was the same, to the byte."""
    processes: int
    interpreters: int
    """How many new interpreters they were forked from."""

    @property
    def sentence(self) -> str:
        """Say it."""
        return (
            f"Reproduced, to the byte, in {self.reproduced} of {self.processes} fresh processes "
            f"(forked by {self.interpreters} new interpreters with different hash seeds)."
        )


class FreshProcesses:
    """Runs cases of a target in fresh processes; its interpreters start when they are needed."""

    def __init__(self, where: str) -> None:
        """Say where an interpreter finds the target: its name, or `module:attribute`."""
        self._where = where
        self._interpreters: list[subprocess.Popen[str]] = []

    def __enter__(self) -> FreshProcesses:
        """Nothing starts yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the interpreters."""
        for interpreter in self._interpreters:
            interpreter.kill()
            interpreter.communicate()
        self._interpreters.clear()

    def reliability(self, case: Case, outcome: Outcome, processes: int = 0) -> Reliability:
        """Run a case, whose outcome is known, in so many processes: PROCESSES by default.

        UserError when one of them ends in another way than by itself: that says nothing of the
        case.
        """
        processes = processes or PROCESSES
        if not self._interpreters:
            self._interpreters = [self._start(seed) for seed in HASH_SEEDS]
        asked = {"case": case_text(case), "digest": outcome.digest}
        count = len(self._interpreters)
        for number, interpreter in enumerate(self._interpreters):
            share = len(range(number, processes, count))
            _tell(interpreter, {**asked, "processes": share})
        reproduced = sum(map(_answer, self._interpreters))
        return Reliability(reproduced, processes, count)

    def _start(self, seed: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "fuzz.people.fresh_processes", self._where],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": seed},
            text=True,
        )


def _tell(interpreter: subprocess.Popen[str], asked: dict[str, Any]) -> None:
    assert interpreter.stdin is not None, "it is a pipe"
    with suppress(BrokenPipeError):  # Why it has ended is asked later.
        interpreter.stdin.write(json.dumps(asked) + "\n")
        interpreter.stdin.flush()


def _answer(interpreter: subprocess.Popen[str]) -> int:
    assert interpreter.stdout is not None, "it is a pipe"
    said = interpreter.stdout.readline()
    if not said:
        with suppress(BrokenPipeError):
            _, complaint = interpreter.communicate()
            last = (complaint.strip() or f"status {interpreter.returncode}").splitlines()[-1]
            raise UserError(f"cannot run a case in fresh processes: {last}")
    return json.loads(said)["reproduced"]
