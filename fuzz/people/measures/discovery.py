"""Discovery: after how many executions a campaign finds a bug, over many seeds.

`scripts/measure-discovery` runs it. Each seed is a `swapstorm fuzz` of its own, from an empty
corpus. Executions are the measure: unlike seconds, they do not depend on the machine.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from fuzz.people import cli
from fuzz.people.errors import UserError
from fuzz.people.measures.standalone import ended
from fuzz.people.output import Status
from fuzz.people.text import table
from fuzz.search.engines.by_name import ENGINE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RUNS_MAX: Final = 100_000
"""Executions after which a seed counts as one that finds nothing."""
SEEDS: Final = 10
SIZES: Final = ("tasks", "operations", "faults", "switches")
HEADS: Final = ("seed", "executions", "seconds", *SIZES)


@dataclass(frozen=True, slots=True)
class Row:
    """How one seed went; when it found nothing, how far it came."""

    seed: int
    found: bool
    executions: int
    seconds: float
    size: dict[str, int]
    """Of the smallest case: tasks, operations, faults, switches; empty when nothing was found."""

    def cells(self) -> list[str]:
        """Write the row of a table."""
        executions = f"{self.executions:,}" if self.found else f"not in {self.executions:,}"
        sizes = [str(self.size.get(name, "")) for name in SIZES]
        return [str(self.seed), executions, f"{self.seconds:.1f}", *sizes]


def measure(until: str, options: Sequence[str], seed: int) -> Row:
    """Run the campaign of one seed; RuntimeError with what it said when it cannot run."""
    with TemporaryDirectory(prefix="swapstorm-discovery-") as crashes:
        done = subprocess.run(
            [
                *(sys.executable, "-m", cli.__name__, "fuzz", "--json"),
                *("--until", until, "--seed", str(seed), "--crashes", crashes),
                *options,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode not in (Status.GOOD, Status.FAILED):
        why = done.stderr.strip().removeprefix("swapstorm: ")
        raise UserError(why or f"the campaign ended with {done.returncode}")
    return row_of(seed, until, json.loads(done.stdout))


def row_of(seed: int, until: str, campaign: dict[str, Any]) -> Row:
    """Read what `swapstorm fuzz --json` said of a campaign."""
    for finding in campaign["findings"]:
        if finding["kind"] == until:
            size = {name: finding[name] for name in SIZES}
            return Row(seed, True, finding["runs"], finding["seconds"], size)  # noqa: FBT003 - a field
    return Row(seed, False, campaign["runs"], campaign["seconds"], {})  # noqa: FBT003 - a field


def median_executions(rows: Sequence[Row]) -> float | None:
    """Return the median; None when so many seeds found nothing that there is none."""
    middle = median(row.executions if row.found else float("inf") for row in rows)
    return None if middle == float("inf") else middle


def table_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Write a row a seed, and what they come to."""
    yield from table(HEADS, [row.cells() for row in rows])
    found = sum(row.found for row in rows)
    middle = median_executions(rows)
    said = "there is no median" if middle is None else f"median {middle:,.0f} executions"
    yield f"\nfound by {found} of {len(rows)} seeds, {said}"


def rows_json(rows: Sequence[Row]) -> str:
    """Write the same for a script."""
    found = sum(row.found for row in rows)
    return json.dumps(
        {
            "seeds": [asdict(row) for row in rows],
            "found": found,
            "median_executions": median_executions(rows),
        }
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("measure-discovery", description=__doc__)
    parser.add_argument("--target", required=True, help="name or MODULE:ATTRIBUTE")
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--until", required=True, metavar="KIND", help="the finding to wait for")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--signals", help="what guides the search, as for swapstorm fuzz")
    parser.add_argument("--engine", choices=ENGINE_NAMES, help="what searches, likewise")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"how many ({SEEDS})")
    parser.add_argument("--first", type=int, default=0, help="the first one (0)")
    parser.add_argument("--runs", type=int, default=RUNS_MAX, help=f"limit of each ({RUNS_MAX:,})")
    parser.add_argument("-j", "--jobs", type=int, default=1, help="campaigns at a time (1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def main() -> int:
    """Print a table, or one JSON object; return 1 if some seed found nothing."""
    asked = _parser().parse_args()
    options = ["--target", asked.target, "--kernel", asked.kernel, "--runs", str(asked.runs)]
    options += [f"--set={pair}" for pair in asked.set]
    for name in ("signals", "engine"):
        value = getattr(asked, name)
        options += [f"--{name}", value] if value else []
    seeds = range(asked.first, asked.first + asked.seeds)
    with ThreadPoolExecutor(asked.jobs) as pool:
        rows = list(pool.map(partial(measure, asked.until, options), seeds))
    lines = [rows_json(rows)] if asked.json else table_lines(rows)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return Status.GOOD if all(row.found for row in rows) else Status.FAILED


if __name__ == "__main__":
    sys.exit(ended(main))
