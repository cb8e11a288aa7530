"""What cases cost: CPU milliseconds to set a machine up, and to run, for each case of a set.

`scripts/bench-cases corpus/swap/*.case` measures this checkout, and with `--against DIR` another
one, in turn with it and round by round, so that the ratios hold on a machine that others use, too:

    git worktree add ../older 50285b2
    scripts/bench-cases --against ../older ../older/corpus/swap/*.case

Both are measured by this file, with the cases that are named, which both must be able to read.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Final

from fuzz.people.catalogue import Catalogue
from fuzz.people.measures.standalone import CHECKOUT
from fuzz.people.source import read_case
from fuzz.program.execute import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTS: Final = ("boot", "run")
TOTAL: Final = "both"
PASSES: Final = 3
"""How often a process runs all cases; the best time of each part counts."""
MILLISECONDS: Final = 1000


def costs_of(paths: Sequence[Path]) -> dict[str, float]:
    """Run every case a few times; return CPU milliseconds a case, by part and in all."""
    targets = Catalogue()
    cases = [read_case(path, targets) for path in paths]
    passes: list[dict[str, float]] = []
    for _ in range(PASSES + 1):  # The first one warms up.
        boot = run = 0.0
        for case in cases:
            begun = process_time()
            ready = Run(targets[case.target], case, None)
            booted = process_time()
            ready.outcome()
            boot += booted - begun
            run += process_time() - booted
        passes.append({"boot": boot, "run": run, TOTAL: boot + run})
    scale = MILLISECONDS / len(cases)
    return {part: min(each[part] for each in passes[1:]) * scale for part in (*PARTS, TOTAL)}


def costs_in(checkout: Path, paths: Sequence[Path]) -> dict[str, float]:
    """Measure in a process of its own, with the code of a checkout."""
    command = [sys.executable, "-P", __file__, "--measure", *map(str, paths)]
    environment = {**os.environ, "PYTHONPATH": str(checkout.resolve())}
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, check=False)
    if done.returncode:  # No part of this package is needed here: another checkout may lack it.
        sys.exit(f"bench-cases: {done.stderr.decode().strip().splitlines()[-1]}")
    return json.loads(done.stdout)


def table(rounds: Sequence[Sequence[dict[str, float]]]) -> list[str]:
    """Write the rows of rounds that hold the costs here, and those of the other checkout if any."""
    rows: list[str] = []
    for part in (*PARTS, TOTAL):
        columns = [[costs[part] for costs in column] for column in zip(*rounds, strict=True)]
        texts = [f"{min(column):8.3f} {median(column):8.3f} ms" for column in columns]
        if len(columns) > 1:
            ratios = [here / there for here, there in zip(*columns, strict=True)]
            texts.append(f"ratio {min(columns[0]) / min(columns[1]):5.2f} {median(ratios):5.2f}")
        rows.append(f"{part:5} {'   '.join(texts)}")
    return rows


def main() -> None:
    """Print a row for each part: minimum and median over the rounds."""
    parser = argparse.ArgumentParser(
        "bench-cases", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", metavar="CASE", nargs="+", type=Path)
    parser.add_argument("--against", metavar="DIR", type=Path, help="the checkout to compare with")
    parser.add_argument("--rounds", type=int, default=7, help="processes of each checkout (7)")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    paths = [path.resolve() for path in asked.cases]
    if asked.measure:
        sys.stdout.write(json.dumps(costs_of(paths)))
        return
    checkouts = [CHECKOUT, *([asked.against] if asked.against else [])]
    rounds = [[costs_in(checkout, paths) for checkout in checkouts] for _ in range(asked.rounds)]
    sys.stdout.write("\n".join(table(rounds)) + "\n")


if __name__ == "__main__":
    main()
