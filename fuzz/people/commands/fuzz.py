"""`swapstorm fuzz`: search, and keep what is found."""

from __future__ import annotations

import os
from functools import partial
from importlib.util import find_spec
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from fuzz.keep.files import one_line
from fuzz.people.address import target_at
from fuzz.people.asking import case_on, settings_in
from fuzz.people.commands.options import DESIGN, KERNEL, WITHOUT_SANITIZER
from fuzz.people.errors import UserError
from fuzz.people.known import known_signatures
from fuzz.people.output import Status
from fuzz.people.packages import is_address
from fuzz.people.progress import Screen, opening_line, show_end
from fuzz.people.session import Plan, Session
from fuzz.people.stopping import stopped_by_signals
from fuzz.program.case import Case
from fuzz.program.target import IsNotSearched
from fuzz.search.engines.by_name import (
    COUNTS_EDGES,
    ENGINE_DEFAULT,
    ENGINE_NAMES,
    NEED_ATHERIS,
)
from fuzz.search.feedback import SIGNALS, SIGNALS_DEFAULT
from fuzz.search.job import EDGES
from fuzz.search.mutate import MUTATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.program.target import Target

ALL_SIGNALS: Final = (EDGES, *SIGNALS)
NO_ATHERIS: Final = (
    "Atheris is not installed here: "
    "it exists for Linux on x86-64 and Python 3.11 to 3.13 (pip install atheris)"
)
FOLDER: Final = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.option(
    "--target",
    "where",
    default="swap",
    show_default=True,
    help="What to search: an installed target, or MODULE:ATTRIBUTE.",
)
@KERNEL
@DESIGN
@WITHOUT_SANITIZER
@click.option("--set", "overrides", multiple=True, metavar="NAME=VALUE", help="Fix a setting.")
@click.option("--seconds", type=click.FloatRange(min=0), default=0, help="Time limit; 0: none.")
@click.option("--runs", type=click.IntRange(min=0), default=0, help="Limit of runs; 0: none.")
@click.option("--until", default="", metavar="KIND", help="Stop at a finding of this kind.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--corpus", type=FOLDER, help="Start from a corpus, and add to it.")
@click.option("--crashes", type=FOLDER, default=Path("crashes"), show_default=True)
@click.option(
    "--known",
    multiple=True,
    metavar="PLACE",
    type=click.Path(path_type=Path),
    help="Pass over what a folder of crashes, or the JSON of a triage, has; exit 1 for the rest.",
)
@click.option(
    "--signals",
    default=",".join(SIGNALS_DEFAULT),
    show_default=True,
    help="What guides the search; '-' for nothing.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINE_NAMES),
    default=ENGINE_DEFAULT,
    show_default=True,
    help="What decides which case comes next.",
)
@click.option(
    "--without-mutation",
    "mutations_off",
    type=click.Choice(MUTATIONS),
    multiple=True,
    help="Make no such children.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
@click.pass_obj
def fuzz(targets: Mapping[str, Target], /, *, as_json: bool, **asked: Any) -> int:
    """Search a target for broken promises; shrink, explain and keep each one that is found.

    Ends at the limit of time or runs; with --until at a finding of that kind (exit 1 if a limit
    comes first); or with Ctrl-C. What was found until then is kept in each case.
    With --known, exit 1 says that something was found which is not known.
    """
    plan = _plan(targets, asked)
    if EDGES in plan.signals and plan.engine not in COUNTS_EDGES:
        raise UserError(f"--signals {EDGES}: only {', '.join(COUNTS_EDGES)} can use them")
    if plan.engine in NEED_ATHERIS and find_spec("atheris") is None:
        raise UserError(f"--engine {plan.engine}: {NO_ATHERIS}")
    screen = Screen()
    session = Session(plan, screen)
    caught: list[int] = []
    abandon = partial(_abandon, session, screen)
    with stopped_by_signals(session.stop, caught, abandon), screen:
        screen.said(opening_line(plan))
        session.run()
    show_end(session, as_json=as_json)
    if caught:
        return 128 + caught[0]
    missed = plan.until and not session.reached
    return Status.FAILED if missed or (asked["known"] and session.findings) else Status.GOOD


def _plan(targets: Mapping[str, Target], asked: Mapping[str, Any]) -> Plan:
    target = _target(targets, asked["where"])
    if isinstance(target, IsNotSearched):
        raise UserError(f"--target: {target.cannot_be_searched}")
    pairs = [pair.partition("=")[::2] for pair in asked["overrides"]]
    wanted = Case(target.name, target.kernels[-1], settings_in(target, "--set", pairs))
    case = case_on(target, wanted, asked["kernel"], asked["design"])
    if not isfinite(asked["seconds"]):
        raise UserError(f"--seconds: expected a number, not {asked['seconds']}")
    for option in ("crashes", "corpus"):
        _check_writable(option, asked[option])
    same = ("where", "engine", "seed", "seconds", "runs", "until", "corpus", "crashes", "without")
    return Plan(
        target=target,
        kernel=case.kernel,
        settings=dict(case.settings),
        signals=_signals(asked["signals"]),
        known=known_signatures(asked["known"], target),
        mutations=tuple(name for name in MUTATIONS if name not in asked["mutations_off"]),
        **{name: asked[name] for name in same},
    )


def _target(targets: Mapping[str, Target], where: str) -> Target:
    if is_address(where):
        return target_at(where)
    if where not in targets:
        raise UserError(f"--target: expected one of {', '.join(targets)}, not {where!a}")
    return targets[where]


def _check_writable(option: str, folder: Path | None) -> None:
    """Say now, and not after an hour, that nothing can be stored."""
    if folder is None:
        return
    place = folder.absolute()
    while not os.path.exists(place):  # Where nobody may look, nothing is.
        place = place.parent
    if not place.is_dir():
        raise UserError(f"--{option}: {one_line(place)} is not a folder")
    if not os.access(place, os.R_OK | os.W_OK | os.X_OK, effective_ids=True):
        raise UserError(f"--{option}: cannot write to the folder {one_line(place)}")


def _signals(text: str) -> tuple[str, ...]:
    chosen = () if text == "-" else tuple(text.split(","))
    if any(signal_name not in ALL_SIGNALS for signal_name in chosen):
        raise UserError(
            f"--signals: expected - or a list of {', '.join(ALL_SIGNALS)}, not {text!a}"
        )
    return chosen


def _abandon(session: Session, screen: Screen) -> None:
    session.abandon()
    screen.abandon()
