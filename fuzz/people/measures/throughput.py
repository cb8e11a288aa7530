"""Throughput of one process: points a second, cases a second, without and with coverage.

`scripts/bench-throughput` runs it. All figures of a table come from one run on one machine, so that
their ratios mean something; the best of several rounds is taken, because machines are noisy.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Final

from fuzz.people.address import target_at
from fuzz.people.measures.standalone import ended
from fuzz.people.packages import package_at
from fuzz.program.execute import execute
from fuzz.program.text import case_text, parse_case
from fuzz.search.generate import draw_case
from fuzz.values.choices import Choices
from fuzz.values.point import Access, Point
from fuzz.world.schedule.by_name import strategy_named
from fuzz.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.program.case import Case
    from fuzz.program.target import Target

CASES: Final = 100
TASKS: Final = 2
ROUNDS: Final = 5
POINTS: Final = 100_000
"""Points of one task in the measurement of bare points."""
CELLS: Final = 8
CELL: Final = Point("cell.write", "write a shared cell", Access.WRITE, "cell")


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast the fixed set of cases is run, a second."""

    cases: float
    points: float


def fixed_cases(target: Target, kernel: str) -> list[Case]:
    """Draw the fixed set: the first `CASES` cases of two tasks that seeds 0, 1, 2 ... give.

    Many of them do little, as generated cases do: the points of a case are reported, too.
    """
    cases: list[Case] = []
    seed = 0
    while len(cases) < CASES:
        case = draw_case(target, kernel, {}, Choices(seed))
        if len(case.programs) == TASKS:
            cases.append(case)
        seed += 1
    return cases


def points_per_second(strategy: str) -> float:
    """Pass points in two tasks that do nothing else; no strategy is the default order."""
    chosen = strategy_named(strategy, Choices(1), 1000) if strategy else None
    world = World(strategy=chosen, steps_max=10 * POINTS)

    def body() -> None:
        for cell in range(POINTS):
            world.reach(CELL, cell % CELLS)

    for name in ("A", "B"):
        world.spawn(name, body)
    start = perf_counter()
    world.run()
    return TASKS * POINTS / (perf_counter() - start)


def run_rates(target: Target, cases: list[Case]) -> Rates:
    """Run the cases once each."""
    start = perf_counter()
    steps = sum(execute(target, case).steps for case in cases)
    seconds = perf_counter() - start
    return Rates(len(cases) / seconds, steps / seconds)


def parsed_per_second(target: Target, cases: list[Case]) -> float:
    """Read the cases from their text once each."""
    texts = [case_text(case).encode() for case in cases]
    start = perf_counter()
    for text in texts:
        parse_case(text, {target.name: target})
    return len(texts) / (perf_counter() - start)


def covered_rates(where: str, kernel: str) -> Rates:
    """Run the cases in a process of their own, their target instrumented, in the engine's loop."""
    command = [sys.executable, "-m", __spec__.name, "--covered", where, kernel]
    done = subprocess.run(command, capture_output=True, check=True)
    return Rates(**json.loads(done.stdout.splitlines()[-1]))


def _say_covered_rates(where: str, kernel: str) -> None:
    """Be that process."""
    import atheris  # noqa: PLC0415 - only this process is instrumented

    from fuzz.search.engines.atheris_engine import instrumented  # noqa: PLC0415

    with instrumented(package_at(where)):
        target = target_at(where)
    cases = fixed_cases(target, kernel)
    rates: list[Rates] = []

    def run(_: bytes) -> None:
        rates.append(run_rates(target, cases))

    with TemporaryDirectory() as inputs:
        atheris.Setup([sys.argv[0], f"-atheris_runs={ROUNDS + 1}", "-verbosity=0", inputs], run)
        try:
            atheris.Fuzz()
        except SystemExit:
            best = max(rates[1:], key=lambda rate: rate.cases)
            said = json.dumps({"cases": best.cases, "points": best.points})
            sys.stdout.write(said + "\n")
            sys.stdout.flush()  # Nothing is flushed when libFuzzer ends a process.


def _best(measure: Callable[[], float]) -> float:
    measure()  # The first round warms up.
    return max(measure() for _ in range(ROUNDS))


def figures(where: str, kernel: str) -> dict[str, float]:
    """Measure everything; all but the points of a case are per second."""
    target = target_at(where)
    cases = fixed_cases(target, kernel)
    points = sum(execute(target, case).steps for case in cases) / len(cases)
    plain = _best(lambda: run_rates(target, cases).cases)
    covered = covered_rates(where, kernel)
    return {
        "points, default order": _best(lambda: points_per_second("")),
        "points, random walk": _best(lambda: points_per_second("walk")),
        "points, POS": _best(lambda: points_per_second("pos")),
        "points of a case, mean": points,
        "cases": plain,
        "points in cases": plain * points,
        "cases, with coverage": covered.cases,
        "points in cases, with coverage": covered.points,
        "cases parsed": _best(lambda: parsed_per_second(target, cases)),
    }


def main() -> None:
    """Print a table, or one JSON object."""
    parser = argparse.ArgumentParser("bench-throughput", description=__doc__)
    parser.add_argument("--target", default="swap", help="name or MODULE:ATTRIBUTE (swap)")
    parser.add_argument("--kernel", default="4.7", help="kernel of the cases (4.7)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--covered", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.covered:
        _say_covered_rates(*asked.covered)
        return
    measured = figures(asked.target, asked.kernel)
    if asked.json:
        rounded = {name: round(value, 1) for name, value in measured.items()}
        sys.stdout.write(json.dumps(rounded) + "\n")
        return
    for name, value in measured.items():
        unit = "" if name.endswith("mean") else " /s"
        sys.stdout.write(f"{name:32} {value:12,.0f}{unit}\n")


if __name__ == "__main__":
    sys.exit(ended(main))
