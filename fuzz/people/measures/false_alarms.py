"""False alarms: generated cases on kernels without known bugs, which should find nothing.

`scripts/false-alarms` runs it. It prints a table by target and kernel and what was found all the
same, and ends with 1 if there was anything: a bug of the model, of a judge, or of the real kernel.
"""

from __future__ import annotations

import argparse
import multiprocessing
import signal
import sys
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from fuzz.keep.corpus import Corpus
from fuzz.keep.files import safe_name, write_atomically
from fuzz.people.asking import case_on, refused, settings_in
from fuzz.people.catalogue import Catalogue, find_target
from fuzz.people.errors import UserError
from fuzz.people.measures.standalone import ended, setting_in
from fuzz.people.measures.surprises import OUR_BUG, Surprise, Surprises
from fuzz.people.output import Status, say
from fuzz.people.progress import Screen
from fuzz.people.text import counted
from fuzz.program.case import Case
from fuzz.program.reading import CaseError
from fuzz.program.text import parse_case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from fuzz.program.target import Target

KNOWN: Final = "known"
"""The folder of a corpus with known bugs, of all targets: their children come close to others."""
SLICE: Final = 50
"""Cases that a worker runs at a time: few enough that Ctrl-C is heard, enough to cost little."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to look through, as it is handed to workers."""

    target: str
    kernels: tuple[str, ...]
    fixed: tuple[tuple[str, str], ...]
    corpus: str
    seed: int


@dataclass(frozen=True, slots=True)
class Found:
    """What came of all cases of one target."""

    target: str
    cases: Mapping[str, int]
    """By kernel."""
    surprises: tuple[Surprise, ...]


def look_through(asked: Asked, cases: int, workers: int, told: Callable[[str], None]) -> Found:
    """Run cases of one target, in other processes if there are to be several.

    `told` learns after each slice how far that is.
    """
    surprises: list[Surprise] = []
    for done, found in _slices(asked, cases, workers):
        surprises += found
        told(f"{asked.target}: {done:,} of {cases:,} cases, {counted(len(surprises), 'finding')}")
    turns = Counter(asked.kernels[number % len(asked.kernels)] for number in range(cases))
    return Found(asked.target, turns, tuple(surprises))


def _slices(asked: Asked, cases: int, workers: int) -> Iterator[tuple[int, list[Surprise]]]:
    """Yield what each slice showed, in order, with how many cases that makes."""
    numbers = [range(at, min(at + SLICE, cases)) for at in range(0, cases, SLICE)]
    ends = [each.stop for each in numbers]
    look = partial(_look_at, asked)
    if workers <= 1:
        yield from zip(ends, map(look, numbers), strict=True)
    else:
        spawning = multiprocessing.get_context("spawn")
        with spawning.Pool(workers, _leave_signals_alone) as pool, closing(pool):
            yield from zip(ends, pool.imap(look, numbers), strict=True)


@cache
def surprises_of(asked: Asked) -> Surprises:
    """Get ready to look, once a process; UserError when there is nothing to look at."""
    target = find_target(asked.target)
    parents = [
        *_cases_in(Path(asked.corpus) / target.name, target),
        *_cases_in(Path(asked.corpus) / KNOWN, target),
    ]
    return Surprises(target, asked.kernels, parents, dict(asked.fixed), asked.seed)


def _cases_in(folder: Path, target: Target) -> Iterator[Case]:
    """Yield the cases of a folder that are for the target."""
    for text in Corpus(folder):
        with suppress(CaseError):
            yield parse_case(text, {target.name: target})


def _look_at(asked: Asked, numbers: range) -> list[Surprise]:
    surprises = surprises_of(asked)
    return [surprise for number in numbers for surprise in surprises.look(number)]


def _leave_signals_alone() -> None:
    """Let the parent alone hear of Ctrl-C: it ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


# What a person reads


def table(found: Sequence[Found]) -> Iterator[str]:
    """Say by kernel and target how many cases there were, and how many findings."""
    yield "kernel   " + "".join(f"{each.target:>20}" for each in found)
    findings = [Counter(surprise.kernel for surprise in each.surprises) for each in found]
    for kernel in dict.fromkeys(kernel for each in found for kernel in each.cases):
        cells = [
            f"{each.cases[kernel]:,} ({counts[kernel]:,})" if kernel in each.cases else ""
            for each, counts in zip(found, findings, strict=True)
        ]
        yield f"{kernel:9}" + "".join(f"{cell:>20}" for cell in cells)


def listed(found: Found) -> Iterator[str]:
    """Say of each identity how often it was found, on which kernels, and where first."""
    for signature, alike in _by_signature(found).items():
        kernels = " ".join(dict.fromkeys(s.kernel for s in sorted(alike, key=_age(found))))
        first = alike[0]
        yield f"{found.target} {signature}: {len(alike):,}, kernels {kernels}"
        yield f"  case {first.number}: {first.detail}"


def store(found: Found, folder: Path) -> None:
    """Store the first case of each identity, with what it showed as a comment."""
    for signature, alike in _by_signature(found).items():
        first = alike[0]
        text = f"# case {first.number}: {' '.join(first.detail.split())}\n{first.case}"
        write_atomically(folder / found.target / f"{safe_name(signature)}.case", text)


def _by_signature(found: Found) -> dict[str, list[Surprise]]:
    groups: dict[str, list[Surprise]] = {}
    for surprise in found.surprises:
        groups.setdefault(surprise.signature, []).append(surprise)
    return groups


def _age(found: Found) -> Callable[[Surprise], int]:
    order = list(found.cases)
    return lambda surprise: order.index(surprise.kernel)


def main() -> int:
    """Look through the targets that are asked for, and say what was found."""
    asked = _arguments()
    parts, began = _parts(asked), monotonic()
    with Screen() as screen:

        def told(line: str) -> None:
            screen.moved(monotonic() - began, line)

        found = [look_through(each, cases, asked.workers, told) for each, cases in parts]
    for line in chain(table(found), *map(listed, found)):
        say(line)
    if asked.into:
        for each in found:
            store(each, asked.into)
    surprises = [surprise for each in found for surprise in each.surprises]
    say(f"{sum(sum(each.cases.values()) for each in found):,} cases, {len(surprises):,} findings")
    if any(surprise.signature.startswith(OUR_BUG) for surprise in surprises):
        return Status.BUG
    return Status.FAILED if surprises else Status.GOOD


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("false-alarms", description=__doc__)
    parser.add_argument("--cases", type=int, default=1000, help="how many, of all targets (1000)")
    parser.add_argument("--target", nargs="+", help="targets; else all that have the settings")
    parser.add_argument("--kernel", help="one kernel; else all of them in turn")
    parser.add_argument("--seed", type=int, default=0, help="other cases for other seeds (0)")
    parser.add_argument("--workers", type=int, default=2, help="processes (2)")
    parser.add_argument("--into", type=Path, help="a folder for the first case of each finding")
    parser.add_argument("--corpus", default="corpus", help="a folder of cases to begin with")
    parser.add_argument(
        "--config", nargs="*", default=[], metavar="NAME=VALUE", help="settings of every case"
    )
    return parser.parse_args()


def _parts(asked: argparse.Namespace) -> list[tuple[Asked, int]]:
    """Share the cases out among the targets, and each target's among its kernels."""
    if asked.cases < 0:
        raise UserError(f"--cases: expected a number that is not negative, not {asked.cases}")
    fixed = tuple(setting_in("--config", text) for text in asked.config)
    names = asked.target or _targets_with(dict(fixed))
    if not names:
        raise UserError("--config: no target has these settings")
    parts: list[tuple[Asked, int]] = []
    for turn, name in enumerate(names):
        target = find_target(name)
        settings = settings_in(target, "--config", fixed)
        kernels = _kernels(target, asked.kernel, settings)
        cases = (asked.cases + turn) // len(names)
        parts.append((Asked(name, kernels, settings, asked.corpus, asked.seed), cases))
    return parts


def _kernels(
    target: Target, wanted: str | None, settings: tuple[tuple[str, str], ...]
) -> tuple[str, ...]:
    """Return the kernels to look through: the one that is wanted, or all that can be so."""
    if wanted is not None:
        case_on(target, Case(target.name, target.kernels[-1], settings), wanted, None)
        return (wanted,)
    cases = [Case(target.name, kernel, settings) for kernel in target.kernels]
    refusals = [refused(target, case) for case in cases]
    if all(refusals):
        raise UserError(f"--config: {refusals[-1]}")
    return tuple(case.kernel for case, why in zip(cases, refusals, strict=True) if not why)


def _targets_with(fixed: Mapping[str, str]) -> list[str]:
    """Name the installed targets that have these settings."""
    return [
        name
        for name, target in Catalogue().items()
        if fixed.keys() <= {setting.name for setting in target.settings}
    ]


if __name__ == "__main__":
    sys.exit(ended(main))
