"""`swapstorm shrink`: the smallest case that shows the same finding."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

import click

from fuzz.keep.files import write_atomically
from fuzz.people.asking import case_on
from fuzz.people.commands.options import CASE, DESIGN, KERNEL
from fuzz.people.errors import UserError, in_file
from fuzz.people.output import Status, say
from fuzz.people.progress import Screen, size_of
from fuzz.people.source import read_case
from fuzz.people.stopping import stopped_by_signals
from fuzz.program.case import bare, expecting
from fuzz.program.execute import execute
from fuzz.program.text import case_text
from fuzz.search.shrink.newest import on_newest_kernel
from fuzz.search.shrink.shrink import End, Listener
from fuzz.search.shrink.shrink import shrink as shrink_case

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from fuzz.search.shrink.shrink import Met, Shrunk
    from fuzz.values.finding import Finding

RUNS: Final = 4000
"""More than any case of a few tasks needs; a person who waits sees the end within seconds."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked for."""

    seconds: float
    """0 for no limit."""
    newest: bool
    resume: bool
    output: Path | None
    others: Path | None


@click.command()
@CASE
@KERNEL
@DESIGN
@click.option("--seconds", type=click.FloatRange(min=0), default=0, help="End after so long.")
@click.option("--newest-kernel", "newest", is_flag=True, help="Go to the newest that shows it.")
@click.option("--others", type=click.Path(path_type=Path), help="Keep other findings' cases here.")
@click.option("--resume", is_flag=True, help="Go on with what an earlier -o FILE was left at.")
@click.option(
    "-o", "output", metavar="FILE", type=click.Path(path_type=Path), help="Write it to a file."
)
@click.pass_obj
def shrink(
    targets: Mapping[str, Target],
    path: Path,
    kernel: str | None,
    design: str | None,
    **options: object,
) -> Status:
    """Print the smallest case that shows the worst finding of CASE, and expects it.

    With -o each smaller case is written at once, so that --resume can go on from there.
    Ctrl-C ends it with the smallest case so far.
    """
    wanted = Wanted(**options)  # type: ignore[arg-type]
    if wanted.resume and wanted.output is None:
        raise UserError("--resume: expected -o FILE, too")
    case = read_case(path, targets)
    target = targets[case.target]
    try:
        case = case_on(target, case, kernel, design)
        return _shrink(target, case, wanted)
    except UserError as error:
        raise in_file(path, error) from None


def _shrink(target: Target, case: Case, wanted: Wanted) -> Status:
    worst = _worst(target, case)
    if wanted.newest:
        case = on_newest_kernel(target, case, worst.identity)
    case = _left_at(target, case, worst, wanted)
    caught: list[int] = []
    with Screen() as screen:
        progress = _Progress(screen, wanted, worst)
        with stopped_by_signals(progress.stop, caught):
            shrunk = shrink_case(target, case, worst.identity, budget=RUNS, listener=progress)
    _tell_end(shrunk)
    for met in shrunk.others:
        _tell_other(met, wanted.others)
    text = case_text(expecting(shrunk.case, [worst]))
    if wanted.output is None:
        say(text.rstrip("\n"))
    else:
        write_atomically(wanted.output, text)
    return Status.INTERRUPTED if caught else Status.GOOD


def _worst(target: Target, case: Case) -> Finding:
    findings = execute(target, case).findings
    if not findings:
        raise UserError("expected a case that shows a finding: this one is clean")
    return min(findings, key=lambda finding: finding.harm.rank)


def _left_at(target: Target, case: Case, worst: Finding, wanted: Wanted) -> Case:
    """Return what an earlier run has come to, if that still shows the finding; else the case."""
    if not wanted.resume or wanted.output is None or not wanted.output.exists():
        return case
    left = bare(read_case(wanted.output, {target.name: target}))
    shown = [finding.identity for finding in execute(target, left).findings]
    if left.kernel != case.kernel or worst.identity not in shown:
        what = f"{' '.join(worst.identity)} on kernel {case.kernel}"
        raise UserError(f"--resume: expected {wanted.output} to show {what}")
    return left


class _Progress(Listener):
    """Shows how far it is, writes each smaller case, ends in time."""

    def __init__(self, screen: Screen, wanted: Wanted, worst: Finding) -> None:
        self._screen = screen
        self._wanted = wanted
        self._worst = worst
        self._began = monotonic()
        self._stopped = False

    def improved(self, case: Case, executions: int) -> None:
        self._screen.moved(self._seconds, f"{executions:,} runs: {size_of(case)}")
        if self._wanted.output is not None:
            write_atomically(self._wanted.output, case_text(expecting(case, [self._worst])))

    def over(self) -> bool:
        return self._stopped or 0 < self._wanted.seconds <= self._seconds

    def stop(self) -> None:
        """End soon. Safe in a signal handler."""
        self._stopped = True

    @property
    def _seconds(self) -> float:
        return monotonic() - self._began


def _tell_end(shrunk: Shrunk) -> None:
    if shrunk.end is not End.MINIMAL:
        _note(f"not the smallest yet: {shrunk.end.value} after {shrunk.executions:,} runs")


def _tell_other(met: Met, folder: Path | None) -> None:
    """Offer another finding: by name, or with a case of its own."""
    finding = met.finding
    said = f"met on the way: {finding.kind} in {finding.place} ({finding.harm.value})"
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{finding.signature}.case"
        write_atomically(path, case_text(expecting(met.case, [finding])))
        said += f", kept as {path}"
    _note(said)


def _note(text: str) -> None:
    click.echo(text, err=True)
