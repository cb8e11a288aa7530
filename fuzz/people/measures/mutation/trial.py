"""Trials: a process for each mutant, which runs cases until a judge objects."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final, NoReturn

from fuzz.people.measures.mutation.budget import path_of, shown_by
from fuzz.program.execute import execute

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.context import ForkProcess

    from fuzz.people.measures.mutation.budget import Baseline
    from fuzz.people.measures.mutation.mutants import Mutant

SECONDS_MAX: Final = 60
"""CPU time of a trial: a mutant that loops without passing a point never ends by itself."""


LATE: Final = f"no end after {SECONDS_MAX} seconds of CPU time"


class Fate(Enum):
    """What became of a mutant."""

    FOUND = "found"
    """A judge reported something."""
    ASSERTED = "asserted"
    """An assertion or an error of the system itself stopped it."""
    ENDLESS = "endless"
    """A case did not end in time."""
    UNNOTICED = "unnoticed"
    """Some case answers otherwise, and no judge objects."""
    ELSEWHERE = "elsewhere"
    """Every case answers alike, but some pass other points, or cost more or less."""
    SAME = "same"
    """Every case does just what it does without the mistake: equivalent, for all that was run."""
    UNREACHED = "unreached"
    """No case of the budget enters the function."""
    STILLBORN = "stillborn"
    """It uses a name before that has a value: no program, so it does not count."""


FATAL: Final = (Fate.FOUND, Fate.ASSERTED, Fate.ENDLESS, Fate.STILLBORN)
"""Fates that end a trial."""
MILDER: Final = (Fate.UNNOTICED, Fate.ELSEWHERE, Fate.SAME)
"""Those that do not, the most telling first."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutant, and how it fared."""

    mutant: Mutant
    fate: Fate
    runs: int
    """Cases that were run, the one that killed it included."""
    by: str = ""
    """The finding or the error that killed it, or the first case that went otherwise."""


class _OutOfTime(BaseException):
    """Raised in a trial by its alarm; no `Exception`, so that no model catches it."""


def trials(
    mutants: Sequence[Mutant], budget: Sequence[Baseline], each: int, workers: int
) -> Iterator[Trial]:
    """Try every mutant with up to `each` of the cases that enter its function, in any order."""
    context = multiprocessing.get_context("fork")
    running: dict[Any, tuple[ForkProcess, Mutant]] = {}
    """By the pipe on which the trial answers."""
    left = list(reversed(mutants))
    while left or running:
        while left and len(running) < workers:
            mutant = left.pop()
            cases = _cases_for(mutant, budget)[:each]
            if not cases:
                yield Trial(mutant, Fate.UNREACHED, 0)
                continue
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_try, args=(mutant, cases, theirs))
            process.start()
            theirs.close()
            running[ours] = process, mutant
        for ours in wait(list(running)) if running else ():
            process, mutant = running.pop(ours)
            yield _received(ours, mutant)
            process.join()


def _cases_for(mutant: Mutant, budget: Sequence[Baseline]) -> list[Baseline]:
    place = str(import_module(mutant.module).__file__), mutant.function
    return [one for one in budget if place in one.entered]


def _received(answer: Any, mutant: Mutant) -> Trial:
    try:
        fate, runs, by = answer.recv()
    except EOFError:
        return Trial(mutant, Fate.ASSERTED, 0, "the process died")
    finally:
        answer.close()
    return Trial(mutant, Fate(fate), runs, by)


def _try(mutant: Mutant, cases: Sequence[Baseline], answer: Any) -> NoReturn:
    signal.signal(signal.SIGPROF, _give_up)
    signal.setitimer(signal.ITIMER_PROF, SECONDS_MAX)
    mutant.implant()
    try:
        fared = _fared(cases)
    except _OutOfTime:  # It came between two cases.
        fared = (Fate.ENDLESS.value, len(cases), LATE)
    answer.send(fared)
    answer.close()
    sys.stdout.flush()
    os._exit(0)  # Nothing of the parent's is to be cleaned up here.


def _fared(cases: Sequence[Baseline]) -> tuple[str, int, str]:
    """Run cases until a judge objects; say how it ended, after how many runs, and by what."""
    seen, which = Fate.SAME, ""
    for runs, one in enumerate(cases, 1):
        fate, by = _fate(one)
        if fate in FATAL:
            return fate.value, runs, by
        if MILDER.index(fate) < MILDER.index(seen):
            seen, which = fate, f"kernel {one.case.kernel}, target {one.case.target}, run {runs}"
    return seen.value, len(cases), which


def _fate(one: Baseline) -> tuple[Fate, str]:
    try:
        outcome = execute(one.target, one.case)
    except _OutOfTime:
        return Fate.ENDLESS, LATE
    except UnboundLocalError as error:
        return Fate.STILLBORN, str(error)
    except Exception as error:  # Whatever a broken system raises.
        return Fate.ASSERTED, f"{type(error).__name__}: {error}"
    for finding in outcome.findings:
        if finding.signature not in one.signatures:
            return Fate.FOUND, finding.signature
    if shown_by(outcome) != one.shown:
        return Fate.UNNOTICED, ""
    return (Fate.SAME if path_of(outcome) == one.path else Fate.ELSEWHERE), ""


def _give_up(*_: object) -> NoReturn:
    raise _OutOfTime
