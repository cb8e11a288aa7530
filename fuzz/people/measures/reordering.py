"""Measures whether independent steps are: random runs again, with such steps in another order.

Each program is run with drawn schedules and drawn faults; what a run shows must not change when
steps that nothing orders change places. A difference is a bug of `fuzz/verify`, and exit 1.

    python -m fuzz.people.measures.reordering [--target MODULE:NAME] [--runs N] CASE...
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fuzz.people.packages import package_at
from fuzz.verify.instrument.loader import Instrumented
from fuzz.verify.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from fuzz.verify.tree import Node

FAULTS_MAX: Final = 3
SWITCH_PERCENT: Final = 40
FAULT_PERCENT: Final = 15


def main(arguments: Sequence[str] | None = None) -> int:
    """Print how many runs were told again in another order, and each that came out otherwise."""
    parser = argparse.ArgumentParser(description="Runs again, with independent steps reordered.")
    parser.add_argument("--target", default="swap", help="an installed target, or MODULE:NAME")
    parser.add_argument("--runs", type=int, default=3, help="runs of each case")
    parser.add_argument("cases", nargs="+")
    asked: Any = parser.parse_args(arguments)
    ledger = Ledger()
    Instrumented(ledger, [package_at(asked.target)]).install()
    from fuzz.people.address import target_at  # noqa: PLC0415 - it imports what is rewritten
    from fuzz.people.source import read_case  # noqa: PLC0415 - it imports what is rewritten

    target = target_at(asked.target)
    paths = [path for path in map(Path, asked.cases) if _is_of(target, path)]
    again = 0
    wrong: list[str] = []
    for path in paths:
        case = read_case(path, {target.name: target})
        for seed in range(asked.runs):
            moved, why = _differs(target, case, ledger, seed)
            again += moved
            wrong += [f"{path} seed {seed}: {why}\n"] if why else []
    sys.stdout.write("".join(wrong))
    sys.stdout.write(f"{again} runs in another order, {len(wrong)} of them came out otherwise\n")
    return 1 if wrong else 0


def _is_of(target: Target, path: Path) -> bool:
    return f"target {target.name}\n" in path.read_text()


def _differs(target: Target, case: Case, ledger: Ledger, seed: int) -> tuple[bool, str]:
    """Return whether a drawn run could be told in another order, and how that came out."""
    from fuzz.people.measures.drawn_runs import program_of, run_drawn, run_path  # noqa: PLC0415
    from fuzz.values.choices import Choices  # noqa: PLC0415
    from fuzz.verify.commuting import reordered  # noqa: PLC0415

    choices = Choices(seed)
    subject = program_of(target, case, FAULTS_MAX)
    path, seen = run_drawn(subject, ledger, choices, (SWITCH_PERCENT, FAULT_PERCENT))
    other: list[Node] = reordered(path, seen.steps, choices)
    if [node.choice for node in other] == [node.choice for node in path]:
        return False, ""
    try:
        again = run_path(subject, ledger, other)
    except AssertionError as error:
        return True, str(error)
    return True, "" if again.result == seen.result else "another result"


if __name__ == "__main__":
    sys.exit(main())
