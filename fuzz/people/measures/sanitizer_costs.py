"""What sanitizers cost: cases a second with all of them, with each one off, and with none.

    scripts/bench-sanitizers corpus/swap/*.case

Each round runs all cases once in every configuration, in turn, so that the ratios hold on a machine
that others use, too; CPU time is counted, and the fastest round of each configuration.
Without cases, those of the corpus are run whose targets a search can run.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Final

from fuzz.people.catalogue import Catalogue
from fuzz.people.measures.standalone import CHECKOUT, ended
from fuzz.people.source import read_case
from fuzz.program.execute import execute
from fuzz.program.target import IsNotSearched
from fuzz.values.sanitizers import ALL, SANITIZER_NAMES, Sanitizers, all_without

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fuzz.program.case import Case
    from fuzz.program.target import Target

ROUNDS: Final = 7
CONFIGURATIONS: Final[Mapping[str, Sanitizers]] = {
    "all on": ALL,
    **{f"without {name}": all_without(name) for name in SANITIZER_NAMES},
    "none": all_without(*SANITIZER_NAMES),
}


def costs_of(targets: Mapping[str, Target], cases: Sequence[Case], rounds: int) -> dict[str, float]:
    """Return the CPU seconds that all cases take in each configuration, in its fastest round."""
    best = dict.fromkeys(CONFIGURATIONS, float("inf"))
    for _ in range(rounds + 1):  # The first one warms up.
        for name, sanitizers in CONFIGURATIONS.items():
            begun = process_time()
            for case in cases:
                execute(targets[case.target], case, sanitizers=sanitizers)
            best[name] = min(best[name], process_time() - begun)
    return best


def table(costs: Mapping[str, float], cases: int) -> Iterable[str]:
    """Write a row for each configuration: cases a second, and its time as a multiple of none."""
    none = costs["none"]
    for name, seconds in costs.items():
        yield f"{name:20} {cases / seconds:8.0f} cases/s   {seconds / none:5.2f} x none"


def corpus_of(targets: Mapping[str, Target]) -> list[Path]:
    """List the cases of the corpus whose targets a search can run."""
    return sorted(
        path
        for name, target in targets.items()
        if not isinstance(target, IsNotSearched)
        for path in (CHECKOUT / "corpus" / name).glob("*.case")
    )


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        "bench-sanitizers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("cases", metavar="CASE", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"turns of each ({ROUNDS})")
    asked = parser.parse_args()
    targets = Catalogue()
    cases = [read_case(path, targets) for path in asked.cases or corpus_of(targets)]
    costs = costs_of(targets, cases, asked.rounds)
    sys.stdout.write("\n".join(table(costs, len(cases))) + "\n")


if __name__ == "__main__":
    sys.exit(ended(main))
