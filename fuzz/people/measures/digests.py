"""Digests: one for each case, so that two processes, machines or Pythons can be compared.

`python -m fuzz.people.measures.digests crashes/*/minimal.case` prints what must be the same on
all of them.
`--drawn N --target NAME` adds cases that are drawn: each kernel with each strategy.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fuzz.people.asking import refused
from fuzz.people.catalogue import Catalogue, find_target, target_package
from fuzz.people.measures.standalone import ended
from fuzz.people.output import say
from fuzz.people.source import read_case
from fuzz.program.execute import execute
from fuzz.search.generate import draw_case
from fuzz.search.schedules import draw_schedule
from fuzz.values.choices import Choices
from fuzz.world.schedule.by_name import STRATEGY_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.program.target import Target


def drawn_cases(target: Target, count: int) -> Iterator[Case]:
    """Draw cases: the kernels of a target in turn, each turn with the next strategy."""
    for seed in range(count):
        turn, which = divmod(seed, len(target.kernels))
        case = draw_case(target, target.kernels[which], {}, Choices(seed))
        case = replace(case, settings=()) if refused(target, case) else case
        strategy = STRATEGY_NAMES[turn % len(STRATEGY_NAMES)]
        schedule = draw_schedule(Choices(seed))
        yield replace(case, schedule=replace(schedule, strategy=strategy))


def digests(paths: list[Path], target: str, drawn: int) -> Iterator[tuple[str, str]]:
    """Yield the name of each case and the digest of its outcome."""
    targets = Catalogue()
    for path in paths:
        case = read_case(path, targets)
        yield str(path), execute(targets[case.target], case).digest
    if drawn:
        found = find_target(target)
        for number, case in enumerate(drawn_cases(found, drawn)):
            yield f"{target}:{number}", execute(found, case).digest


def main() -> None:
    """Print a digest and a name for each case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", metavar="CASE", nargs="*", type=Path)
    parser.add_argument("--drawn", type=int, default=0, help="how many cases to draw")
    parser.add_argument("--target", default="swap", help="the target to draw cases for")
    parser.add_argument("--instrumented", action="store_true", help="count the targets' edges")
    asked = parser.parse_args()
    if asked.instrumented:
        _instrument(asked.target)
    for name, digest in digests(asked.cases, asked.target, asked.drawn):
        say(f"{digest} {name}")


def _instrument(target: str) -> None:
    """Load a target, and with it its package, as a search with coverage does."""
    from fuzz.search.engines.atheris_engine import instrumented  # noqa: PLC0415 - not there on all machines

    with instrumented(target_package(target)):
        find_target(target)


if __name__ == "__main__":
    sys.exit(ended(main))
