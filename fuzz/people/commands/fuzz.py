"""`swapstorm fuzz`: search, and keep what is found."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from fuzz.people.asking import DESIGN as DESIGN_SETTING
from fuzz.people.asking import case_on
from fuzz.people.campaign import Campaign, Plan
from fuzz.people.commands.options import DESIGN, KERNEL
from fuzz.people.errors import UserError
from fuzz.people.output import Status
from fuzz.people.progress import Screen, show_end
from fuzz.program.case import Case
from fuzz.search.feedback import SIGNALS
from fuzz.search.job import EDGES

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from fuzz.program.target import Target

SLICE_RUNS: Final = 200_000
"""Runs of one worker process; the next one begins with its inputs, and with clean memory."""
ALL_SIGNALS: Final = (EDGES, *SIGNALS)
FOLDER: Final = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.option("--target", default="swap", show_default=True, help="What to search.")
@KERNEL
@DESIGN
@click.option("--set", "overrides", multiple=True, metavar="NAME=VALUE", help="Fix a setting.")
@click.option("--seconds", type=click.FloatRange(min=0), default=0, help="Time limit; 0: none.")
@click.option("--runs", type=click.IntRange(min=0), default=0, help="Limit of runs; 0: none.")
@click.option("--until", default="", metavar="KIND", help="Stop at a finding of this kind.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--corpus", type=FOLDER, help="Start from a corpus, and add to it.")
@click.option("--crashes", type=FOLDER, default=Path("crashes"), show_default=True)
@click.option(
    "--signals",
    default=",".join(ALL_SIGNALS),
    show_default=True,
    help="What guides the search; '-' for nothing.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
@click.pass_obj
def fuzz(targets: Mapping[str, Target], /, *, as_json: bool, **asked: Any) -> int:
    """Search a target for broken promises; shrink, explain and keep each one that is found.

    Ends at the limit of time or runs; with --until at a finding of that kind (exit 1 if a limit
    comes first); or with Ctrl-C. What was found until then is kept in each case.
    """
    plan = _plan(targets, asked)
    screen = Screen()
    campaign = Campaign(plan, screen)
    caught: list[int] = []
    with _stopped_by_signals(campaign, caught), screen:
        campaign.run()
    show_end(campaign, as_json=as_json)
    if caught:
        return 128 + caught[0]
    return Status.FAILED if plan.until and not campaign.reached else Status.GOOD


def _plan(targets: Mapping[str, Target], asked: Mapping[str, Any]) -> Plan:
    name = asked["target"]
    if name not in targets:
        raise UserError(f"--target: expected one of {', '.join(targets)}, not {name!a}")
    target = targets[name]
    wanted = Case(target.name, target.kernels[-1], _overrides(target, asked["overrides"]))
    case = case_on(target, wanted, asked["kernel"], asked["design"])
    settings = dict(case.settings)
    if asked["design"] is not None:
        settings[DESIGN_SETTING] = case.setting(DESIGN_SETTING, asked["design"])
    return Plan(
        target=target,
        kernel=case.kernel,
        settings=settings,
        signals=_signals(asked["signals"]),
        slice_runs=SLICE_RUNS,
        **{name: asked[name] for name in ("seed", "seconds", "runs", "until", "corpus", "crashes")},
    )


def _overrides(target: Target, pairs: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    known = {setting.name: setting for setting in target.settings}
    chosen: dict[str, str] = {}
    for pair in pairs:
        name, _, text = pair.partition("=")
        if name not in known:
            raise UserError(f"--set: expected one of {', '.join(known)}, not {name!a}")
        try:
            chosen[name] = known[name].domain.text(known[name].domain.parse(text))
        except ValueError as error:
            raise UserError(f"--set {name}: expected {error}, not {text!a}") from None
    return tuple(chosen.items())


def _signals(text: str) -> tuple[str, ...]:
    chosen = () if text == "-" else tuple(text.split(","))
    if any(signal_name not in ALL_SIGNALS for signal_name in chosen):
        raise UserError(
            f"--signals: expected - or a list of {', '.join(ALL_SIGNALS)}, not {text!a}"
        )
    return chosen


@contextmanager
def _stopped_by_signals(campaign: Campaign, caught: list[int]) -> Generator[None]:
    """Let Ctrl-C and SIGTERM end the search in order; a second one ends everything at once."""

    def stop(number: int, _: object) -> None:
        caught.append(number)
        if len(caught) > 1:
            campaign.abandon()
            os._exit(128 + number)
        campaign.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
