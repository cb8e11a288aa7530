"""`swapstorm verify`: every interleaving and every placement of faults, within bounds."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fuzz.keep.files import safe_name, write_atomically
from fuzz.people.address import target_at
from fuzz.people.asking import case_on
from fuzz.people.commands.options import CASE, DESIGN, KERNEL, WITHOUT_SANITIZER
from fuzz.people.errors import UserError, in_file
from fuzz.people.output import say
from fuzz.people.progress import Screen
from fuzz.people.source import read_case
from fuzz.people.stopping import stopped_by_signals
from fuzz.people.verified import Report, confirmed, found_text, moving_line
from fuzz.people.verify_state import StateFile
from fuzz.people.verifying import Plan, Verification
from fuzz.program.case import bare
from fuzz.program.target import IsNotSearched
from fuzz.verify.bounds import Bounds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.people.verified import Confirmed
    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from fuzz.verify.progress import Found, Progress


@click.command()
@CASE
@KERNEL
@DESIGN
@WITHOUT_SANITIZER
@click.option(
    "--faults",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="At most so many faults in a run.",
)
@click.option(
    "--preemptions",
    type=click.IntRange(min=0),
    help="At most so many preemptions in a run; without this, any number.",
)
@click.option(
    "--setup",
    multiple=True,
    metavar="TASK=N",
    help="TASK does its first N operations before anything is explored.",
)
@click.option(
    "--target",
    "where",
    metavar="MODULE:NAME",
    help="Where the target of CASE is, if it is not installed.",
)
@click.option("--first", is_flag=True, help="Stop at the first finding.")
@click.option("--no-reduction", is_flag=True, help="See every interleaving: slow, for comparison.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write a case of each finding there.",
)
@click.option(
    "--resume",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep in FILE how far it is, and go on from there.",
)
@click.option("--seconds", type=click.FloatRange(min=0), default=0, help="Time limit; 0: none.")
@click.option("--runs", type=click.IntRange(min=0), default=0, help="Limit of runs; 0: none.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), help="Worker processes; one a CPU.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
@click.pass_obj
def verify(targets: Mapping[str, Target], path: Path, *, as_json: bool, **asked: Any) -> int:
    """Explore every run of the program of CASE: interleavings, and faults, within bounds.

    The case's own faults and switches are left out. Exit 0 when no run has a finding, 1 when one
    has, 3 when a limit came before all runs were seen: that is no pass.
    """
    where = asked["where"]
    target = target_at(where) if where else None
    case = read_case(path, targets if target is None else {target.name: target})
    target = target or targets[case.target]
    try:
        plan = _plan(target, case, asked)
    except UserError as error:
        raise in_file(path, error) from None
    return _Session(target, plan, asked["into"], StateFile(asked["resume"], plan)).run(as_json)


class _Session:
    """One verification, as a person sees it."""

    def __init__(self, target: Target, plan: Plan, into: Path | None, state: StateFile) -> None:
        self._target = target
        self._into = into
        self._state = state
        self._screen = Screen()
        self._report = Report(plan)
        self._progress = state.read()

    def run(self, as_json: bool) -> int:  # noqa: FBT001 - as it was asked for
        report, progress = self._report, self._progress
        for one in progress.found.values():
            self._keep(one)
        verification = Verification(report.plan, progress, self._found, self._moved)
        caught: list[int] = []
        try:
            with stopped_by_signals(verification.stop, caught), self._screen:
                verification.run()
        finally:
            self._state.write(progress)
        report.end(progress, verification.seconds)
        say(json.dumps(report.words()) if as_json else report.text())
        return 128 + caught[0] if caught else report.status

    def _keep(self, found: Found) -> Confirmed:
        sure = confirmed(self._target, found, self._report.plan.without)
        self._report.findings.append(sure)
        if self._into is not None:
            write_atomically(self._into / f"{safe_name(sure.signature)}.case", sure.case)
        return sure

    def _found(self, found: Found) -> None:
        self._screen.said(found_text(self._keep(found)))

    def _moved(self, progress: Progress, seconds: float) -> None:
        self._state.write_now_and_then(progress, seconds)
        self._screen.moved(seconds, moving_line(progress, seconds))


def _plan(target: Target, case: Case, asked: Mapping[str, Any]) -> Plan:
    if isinstance(target, IsNotSearched):
        raise UserError(target.cannot_be_searched)
    program = case_on(target, bare(case), asked["kernel"], asked["design"])
    program = replace(program, faults=(), switches=(), schedule=None, injections=())
    bounds = Bounds(
        faults=asked["faults"],
        preemptions=asked["preemptions"],
        reduced=not asked["no_reduction"],
        setup=_setup(program, asked["setup"]),
    )
    return Plan(
        target=asked["where"] or target.name,
        case=program,
        bounds=bounds,
        without=asked["without"],
        workers=asked["jobs"] or os.cpu_count() or 1,
        runs=asked["runs"] or None,
        seconds=asked["seconds"] or None,
        first=asked["first"],
    )


def _setup(case: Case, pairs: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    sizes = {program.name: len(program.operations) for program in case.programs}
    setup: list[tuple[str, int]] = []
    for pair in pairs:
        name, _, number = pair.partition("=")
        if name not in sizes:
            raise UserError(f"--setup: expected one of {', '.join(sizes)}, not {name!a}")
        if not number.isdecimal() or not 0 < int(number) < sizes[name]:
            most = sizes[name] - 1
            raise UserError(f"--setup: expected {name}=1..{most}, not {pair!a}")
        setup.append((name, int(number)))
    return tuple(setup)
