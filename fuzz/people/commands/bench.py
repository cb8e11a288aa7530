"""`swapstorm bench`: how many executions searchers need for bugs that are known."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from fuzz.people.address import target_at
from fuzz.people.bench.profiles import PROFILES
from fuzz.people.errors import UserError
from fuzz.people.output import Status, complain, say
from fuzz.people.stopping import stopped_by_signals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fuzz.people.bench.plan import Plan
    from fuzz.people.bench.store import Store
    from fuzz.people.progress import Screen
    from fuzz.program.target import Target

NO_EXTRA: Final = (
    "bench needs SciPy and Matplotlib, which are not installed here: pip install 'swapstorm[bench]'"
)
LIBRARIES: Final = ("scipy", "matplotlib")
FOLDER: Final = click.Path(path_type=Path, file_okay=False)
POSITIVE: Final = click.IntRange(min=1)


@click.command()
@click.option("--profile", type=click.Choice(tuple(PROFILES)), default="default", show_default=True)
@click.option("--searchers", metavar="S,...", help="Engines, as `atheris`, or `atheris~faults`.")
@click.option("--ablation", is_flag=True, help="Add the first one with each single thing off.")
@click.option("--defects", metavar="D,...", help="Look for these only.")
@click.option("--target", "where", multiple=True, help="A target: name, or MODULE:ATTRIBUTE.")
@click.option("--trials", type=POSITIVE, help="Trials of each searcher on each ground.")
@click.option("--budget", type=POSITIVE, help="Executions of each trial, at most.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("-j", "--jobs", type=POSITIVE, default=1, show_default=True, help="Trials at a time.")
@click.option(
    "--into", type=FOLDER, default=Path("bench"), show_default=True, help="Where trials go."
)
@click.option("--publish", type=FOLDER, help="Where documents go; by default, the same folder.")
@click.option(
    "--known",
    type=FOLDER,
    default=Path("corpus/known"),
    show_default=True,
    help="Cases that show bugs.",
)
@click.option("--plan", "only_plan", is_flag=True, help="Say what would be measured, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
@click.pass_obj
def bench(targets: Mapping[str, Target], /, *, only_plan: bool, as_json: bool, **asked: Any) -> int:
    """Measure how many executions searchers need to reach, trigger and detect known bugs.

    A trial is one seeded search of one kernel that has many of them. What is done is kept in the
    folder --into, so that the same command goes on where it was interrupted.
    """
    if not all(find_spec(name) for name in LIBRARIES):
        raise UserError(NO_EXTRA)
    from fuzz.people.bench.store import Store  # noqa: PLC0415 - not before it is known to work
    from fuzz.people.progress import Screen  # noqa: PLC0415 - likewise

    store = Store(asked["into"])
    with Screen() as screen:
        plan = _plan(targets, store, screen, asked)
        if only_plan:
            say(plan.text().rstrip())
            return Status.GOOD
        store.begin(plan)
        return _measure(plan, store, screen, as_json=as_json, asked=asked)


def _plan(
    targets: Mapping[str, Target], store: Store, screen: Screen, asked: Mapping[str, Any]
) -> Plan:
    from fuzz.people.bench.planning import Asked, plan_for  # noqa: PLC0415 - as above

    profile = PROFILES[asked["profile"]]
    given = {name: asked[name] for name in ("trials", "budget") if asked[name]}
    wanted = Asked(
        profile=replace(profile, **given),
        searchers=_words(asked["searchers"]),
        bugs=_words(asked["defects"]),
        known=asked["known"],
        seed=asked["seed"],
        ablation=asked["ablation"],
    )
    chosen = {where: target_at(where) for where in asked["where"]} or targets
    screen.moved(0, "choosing grounds that cover all bugs")
    return plan_for(wanted, chosen, store.plan())


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def _measure(
    plan: Plan, store: Store, screen: Screen, *, as_json: bool, asked: Mapping[str, Any]
) -> int:
    from fuzz.people.bench.analysis import analyse  # noqa: PLC0415 - as above
    from fuzz.people.bench.benchmark import (  # noqa: PLC0415 - as above
        Benchmark,
        CanaryMissed,
        publish,
    )
    from fuzz.people.bench.circumstances import circumstances  # noqa: PLC0415 - as above
    from fuzz.people.bench.document import summary  # noqa: PLC0415 - as above
    from fuzz.people.bench.record import record  # noqa: PLC0415 - as above

    benchmark = Benchmark(plan, store, screen, asked["jobs"])
    caught: list[int] = []
    try:
        with stopped_by_signals(benchmark.stop, caught):
            benchmark.run()
        if caught:
            complain(f"stopped; {benchmark.left} trials are left: the same command goes on")
            return 128 + caught[0]
        trials = benchmark.trials()
    except CanaryMissed as error:
        complain(error)
        return Status.BUG
    analysis = analyse(plan, trials)
    how = circumstances(_command(sys.argv[1:]))
    publish(analysis, how, asked["publish"] or asked["into"])
    say(record(analysis, how).rstrip() if as_json else "\n".join(summary(analysis)))
    return Status.GOOD


def _command(arguments: Sequence[str]) -> str:
    return " ".join(("swapstorm", *arguments))
