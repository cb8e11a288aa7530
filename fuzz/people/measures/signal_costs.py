"""What signals cost: the time that each adds to a run, as a share of the run without any.

    scripts/bench-signals --target swap --kernel 6.8

Each round runs the same cases without a signal, with each one alone, with those of the default and
with all, in turn, so that the ratios hold on a machine that others use, too; CPU time is counted.
Of each configuration the fastest round of each case counts.
"""

from __future__ import annotations

import argparse
import sys
from time import process_time
from typing import TYPE_CHECKING, Final

from fuzz.people.address import target_at
from fuzz.people.measures.standalone import ended
from fuzz.program.execute import execute
from fuzz.search.feedback import SIGNALS, SIGNALS_DEFAULT, Feedback
from fuzz.search.generate import draw_case
from fuzz.values.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fuzz.program.case import Case
    from fuzz.program.target import Target

CASES: Final = 200
ROUNDS: Final = 7
NONE: Final = "none"
CONFIGURATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    NONE: (),
    **{name: (name,) for name in SIGNALS},
    "the default": SIGNALS_DEFAULT,
    "all": SIGNALS,
}


def costs_of(target: Target, cases: Sequence[Case], rounds: int) -> dict[str, float]:
    """Return the CPU seconds of all cases with the signals of each configuration."""
    used = {name: Feedback(signals) for name, signals in CONFIGURATIONS.items()}
    costs = dict.fromkeys(used, 0.0)
    for case in cases:
        best = dict.fromkeys(used, float("inf"))
        for _ in range(rounds + 1):  # The first one warms up.
            for name, feedback in used.items():
                begun = process_time()
                witness = feedback.witness()
                feedback.counters(case, execute(target, case, guest=witness), witness)
                best[name] = min(best[name], process_time() - begun)
        for name, seconds in best.items():
            costs[name] += seconds
    return costs


def table(costs: Mapping[str, float], cases: int) -> Iterable[str]:
    """Write a row for each configuration: cases a second, and what it adds to a run."""
    none = costs[NONE]
    for name, seconds in costs.items():
        yield f"{name:12} {cases / seconds:6.0f} cases/s  {100 * (seconds / none - 1):+5.1f} %"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser("bench-signals", description=__doc__)
    parser.add_argument("--target", default="swap", help="name or MODULE:ATTRIBUTE (swap)")
    parser.add_argument("--kernel", default="6.8", help="kernel of the cases (6.8)")
    parser.add_argument("--cases", type=int, default=CASES, help=f"how many ({CASES})")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"turns of each ({ROUNDS})")
    asked = parser.parse_args()
    target = target_at(asked.target)
    cases = [draw_case(target, asked.kernel, {}, Choices(seed)) for seed in range(asked.cases)]
    costs = costs_of(target, cases, asked.rounds)
    sys.stdout.write("\n".join(table(costs, len(cases))) + "\n")


if __name__ == "__main__":
    sys.exit(ended(main))
