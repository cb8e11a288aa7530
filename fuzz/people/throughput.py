"""Throughput of one process: points a second, cases a second, without and with coverage.

`scripts/bench-throughput` runs it. All figures of a table come from one run of one machine, so that
their ratios mean something; the best of several rounds is taken, because machines are noisy.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from fuzz.people.catalogue import find_target, target_package
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
ROUNDS: Final = 5
POINTS: Final = 100_000
"""Points of one task in the measurement of bare points."""
CELL: Final = Point("cell.write", "write a shared cell", Access.WRITE, "cell")


def two_task_cases(target: Target, kernel: str) -> list[Case]:
    """Draw the fixed set: the first `CASES` cases of two tasks that seeds 0, 1, 2 ... give."""
    drawn = (draw_case(target, kernel, {}, Choices(seed)) for seed in range(CASES * 20))
    return [case for case in drawn if len(case.programs) == 2][:CASES]


def points_per_second(strategy: str) -> float:
    """Pass points in two tasks that do nothing else."""
    chosen = strategy_named(strategy, Choices(1), 1000) if strategy else None
    world = World(strategy=chosen, steps_max=10 * POINTS)

    def body() -> None:
        for cell in range(POINTS):
            world.reach(CELL, cell & 7)

    world.spawn("A", body)
    world.spawn("B", body)
    start = perf_counter()
    world.run()
    return 2 * POINTS / (perf_counter() - start)


def cases_per_second(target: Target, cases: list[Case]) -> tuple[float, float]:
    """Run the set once: cases and points a second."""
    start = perf_counter()
    steps = sum(execute(target, case).steps for case in cases)
    seconds = perf_counter() - start
    return len(cases) / seconds, steps / seconds


def covered_cases_per_second(name: str, kernel: str) -> tuple[float, float]:
    """Run the set in a process of its own, its target instrumented, inside the engine's loop."""
    command = [sys.executable, "-m", __spec__.name, "--covered", name, kernel]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rates = json.loads(printed.splitlines()[-1])
    return rates["cases"], rates["points"]


def _covered(name: str, kernel: str) -> None:
    """Be that process."""
    import atheris  # noqa: PLC0415 - only this process is instrumented

    from fuzz.search.atheris_engine import instrumented  # noqa: PLC0415

    with instrumented(target_package(name)):
        target = find_target(name)
    cases = two_task_cases(target, kernel)
    rates: list[tuple[float, float]] = []

    def run(_: bytes) -> None:
        rates.append(cases_per_second(target, cases))

    with TemporaryDirectory() as corpus:
        atheris.Setup([sys.argv[0], f"-atheris_runs={ROUNDS + 1}", "-verbosity=0", corpus], run)
        try:
            atheris.Fuzz()
        except SystemExit:
            best = max(rates[1:])
            sys.stdout.write(json.dumps({"cases": best[0], "points": best[1]}) + "\n")


def _best(measure: Callable[[], Any]) -> Any:
    measure()
    return max(measure() for _ in range(ROUNDS))


def measure(name: str, kernel: str) -> dict[str, float]:
    """Measure everything; figures are per second."""
    target = find_target(name)
    cases = two_task_cases(target, kernel)
    texts = [case_text(case).encode() for case in cases]
    plain = _best(lambda: cases_per_second(target, cases))
    covered = covered_cases_per_second(name, kernel)

    def parse_all() -> float:
        start = perf_counter()
        for text in texts:
            parse_case(text, {name: target})
        return len(texts) / (perf_counter() - start)

    return {
        "points, default order": _best(lambda: points_per_second("")),
        "points, random walk": _best(lambda: points_per_second("walk")),
        "points, POS": _best(lambda: points_per_second("pos")),
        "cases": plain[0],
        "points in cases": plain[1],
        "cases, with coverage": covered[0],
        "points in cases, with coverage": covered[1],
        "cases parsed": _best(parse_all),
    }


def main() -> None:
    """Print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", default="swap")
    parser.add_argument("--kernel", default="4.7")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--covered", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.covered:
        _covered(*options.covered)
        return
    figures = measure(options.target, options.kernel)
    if options.json:
        sys.stdout.write(json.dumps({name: round(value) for name, value in figures.items()}) + "\n")
        return
    for name, value in figures.items():
        sys.stdout.write(f"{name:32} {value:12,.0f} /s\n")


if __name__ == "__main__":
    main()
