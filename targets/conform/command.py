"""`swapstorm conform`: does the model answer as a real kernel does?"""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from fuzz.keep.files import write_atomically
from fuzz.people.errors import UserError
from fuzz.people.output import Status, say
from fuzz.people.progress import Screen
from fuzz.people.text import counted
from fuzz.program.text import case_text
from targets.conform.campaign import Campaign
from targets.conform.model import nearest_version, settings_for
from targets.conform.plan import Plan
from targets.conform.programs import supported
from targets.conform.record import record as record_programs
from targets.conform.report import (
    difference_lines,
    progress_line,
    summary_json,
    summary_lines,
    swap_json,
    swap_lines,
)
from targets.conform.swap_exercise import run_exercises
from targets.conform.target import Compared
from targets.device.guests.errors import GuestError
from targets.device.guests.guest import Guest
from targets.device.guests.named import kind_named
from targets.linux.kernel.versions import VERSIONS

if TYPE_CHECKING:
    from targets.conform.campaign import Difference
    from targets.conform.swap_exercise import SwapKernel
    from targets.device.real_kernel import RealKernel

FOLDER: Final = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.option(
    "--against",
    default="running",
    show_default=True,
    metavar="KERNEL",
    help="running, uml, qemu:6.1, qemu:6.12 or qemu:PATH of a kernel image.",
)
@click.option("--programs", type=click.IntRange(min=1), default=100, show_default=True)
@click.option("--seconds", type=click.FloatRange(min=0), default=0, help="Time limit; 0: none.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--kernel", metavar="V", help="What the model is, if not the nearest version.")
@click.option("--save", type=FOLDER, metavar="DIR", help="Store the programs that differ there.")
@click.option(
    "--record",
    type=FOLDER,
    metavar="DIR",
    help="Keep programs and replies there, as cases of the target `recorded`.",
)
@click.option("--swap", is_flag=True, help="Let processes swap instead: is their data intact?")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
def conform(
    *,
    against: str,
    save: Path | None,
    record: Path | None,
    swap: bool,
    as_json: bool,
    **asked: Any,
) -> Status:
    """Run the same programs on a real kernel and on the model, and compare everything.

    Each answer and each statistic is compared after each operation.
    Exit 1 when any differs: the smallest program that shows it is printed.
    """
    if not isfinite(asked["seconds"]):
        raise UserError(f"--seconds: expected a number, not {asked['seconds']}")
    if asked["kernel"] not in (None, *VERSIONS):
        raise UserError(f"--kernel: expected one of {', '.join(VERSIONS)}, not {asked['kernel']!a}")
    try:
        with Guest(kind_named(against)) as guest:
            if swap:
                return _swap(guest, asked, as_json=as_json)
            if record is not None:
                return _record(guest, record, asked)
            return _compare(guest, save, asked, as_json=as_json)
    except GuestError as error:
        raise UserError(error.full) from None


def _swap(kernel: SwapKernel, asked: dict[str, Any], *, as_json: bool) -> Status:
    tally = run_exercises(kernel, asked["programs"], asked["seed"])
    if as_json:
        say(json.dumps(swap_json(kernel, tally)))
    else:
        say("\n".join(swap_lines(tally)))
    return Status.FAILED if tally.problems else Status.GOOD


def _record(real: RealKernel, folder: Path, asked: dict[str, Any]) -> Status:
    count = record_programs(real, _plan(real, Compared(real), asked), folder)
    say(f"{counted(count, 'program')} of Linux {real.hello['release']} recorded in {folder}")
    return Status.GOOD


def _compare(
    real: RealKernel, save: Path | None, asked: dict[str, Any], *, as_json: bool
) -> Status:
    target = Compared(real)
    plan = _plan(real, target, asked)
    campaign = Campaign(plan, target)
    with Screen() as screen:
        screen.said(_opening_line(real, plan))

        def moved() -> None:
            screen.moved(campaign.tally.seconds, progress_line(campaign.tally))

        def found(difference: Difference) -> None:
            screen.said("\n".join(difference_lines(difference)))

        campaign.run(moved, found)
    if save is not None:
        _save(save, campaign)
    words = [kind.word for kind in plan.kinds]
    if as_json:
        say(json.dumps(summary_json(real, plan, campaign, words)))
    else:
        say("\n".join(summary_lines(campaign, words)))
    return Status.FAILED if campaign.tally.differing else Status.GOOD


def _plan(real: RealKernel, target: Compared, asked: dict[str, Any]) -> Plan:
    hello = real.hello
    return Plan(
        kernel=asked["kernel"] or nearest_version(hello["release"]),
        settings=settings_for(hello),
        algorithms=target.algorithms,
        kinds=supported(target, hello),
        programs=asked["programs"],
        seconds=asked["seconds"],
        seed=asked["seed"],
    )


def _opening_line(real: RealKernel, plan: Plan) -> str:
    release, count = real.hello["release"], counted(plan.programs, "program")
    return (
        f"Comparing Linux {release} with the model of {plan.kernel}, {count} of seed {plan.seed}."
    )


def _save(folder: Path, campaign: Campaign) -> None:
    """Store each program that differs, called after what differs."""
    for difference in campaign.differences.values():
        name = difference.finding.signature.replace("/", "-")
        write_atomically(folder / f"{name}.case", case_text(difference.case))
