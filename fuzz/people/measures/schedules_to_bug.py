"""How many schedules each strategy needs to find the bug of a program that stays as it is.

    scripts/measure-strategies --trials 20 --cap 5000

A program is a case; a trial runs it with one seed after another until it fails.
What needs hints takes them from the run in the default order, which counts as a schedule then.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import EntryPoint
from statistics import mean
from typing import TYPE_CHECKING, Final

from fuzz.people.errors import UserError
from fuzz.people.measures.standalone import ended
from fuzz.program.execute import execute
from fuzz.search.portfolio import INFORMED, PORTFOLIO
from fuzz.search.recall import passage_of
from fuzz.search.schedules import draw_schedule
from fuzz.values.choices import Choices
from fuzz.values.sanitizers import all_without

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from fuzz.search.recall import Passage

    Books = Mapping[str, tuple[Target, Case]]

STRATEGIES: Final = ("walk", "pct3", "pct5", "delay2", "delay3", "pos", "surw", "rff")
MIXTURE: Final = "portfolio"
"""Each schedule by the next strategy of the portfolio, in turn: nothing is learned from a trial."""
COLUMNS: Final = (*STRATEGIES, MIXTURE)
TRIALS: Final = 20
CAP: Final = 5000
ONLY_PROGRESS: Final = all_without("locks", "races")
"""What other tools see: assertions and deadlocks, no possible ones."""


@dataclass(frozen=True, slots=True)
class Score:
    """What the trials of one strategy on one program came to."""

    schedules: tuple[int, ...]
    """Of each trial that found the bug."""
    trials: int

    def __str__(self) -> str:
        """Write the mean, and how many trials found the bug if not all did."""
        if not self.schedules:
            return "-"
        share = "" if len(self.schedules) == self.trials else f" ({len(self.schedules)})"
        return f"{mean(self.schedules):,.1f}{share}"


def schedules_to_bug(target: Target, case: Case, strategy: str, seed: int, cap: int) -> int | None:
    """Return how many schedules a trial took; None if none of `cap` failed."""
    choices = Choices(seed)
    known: Passage = passage_of(execute(target, case, sanitizers=ONLY_PROGRESS))
    first = 1 if strategy in (*INFORMED, MIXTURE) else 0
    for number in range(first, cap):
        name = PORTFOLIO[number % len(PORTFOLIO)] if strategy == MIXTURE else strategy
        tried = replace(case, schedule=draw_schedule(choices, name, passage=known))
        if execute(target, tried, sanitizers=ONLY_PROGRESS).findings:
            return number + 1
    return None


def score(where: str, trials: int, cap: int, asked: tuple[str, str]) -> Score:
    """Try a strategy on a program so often; a process of its own can do that."""
    name, strategy = asked
    target, case = books_at(where)[name]
    found = (schedules_to_bug(target, case, strategy, seed, cap) for seed in range(trials))
    return Score(tuple(n for n in found if n is not None), trials)


def books_at(where: str) -> Books:
    """Load programs, `module:attribute`: a mapping of names to pairs of target and case."""
    try:
        books: Books = EntryPoint(name="", value=where, group="").load()
    except Exception as error:  # Whatever a foreign module raises, the person must learn of it.
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise UserError(f"programs {where} do not load: {why}") from error
    return books


def table_lines(columns: Sequence[str], rows: Mapping[str, Sequence[Score]]) -> Iterator[str]:
    """Write a row for each program, as Markdown."""
    yield f"| program | {' | '.join(columns)} |"
    yield "|---" * (1 + len(columns)) + "|"
    for name, scores in rows.items():
        yield f"| {name} | {' | '.join(map(str, scores))} |"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("measure-strategies", description=__doc__)
    parser.add_argument("programs", metavar="MODULE:ATTRIBUTE")
    parser.add_argument("--only", nargs="+", help="names of programs (all)")
    parser.add_argument("--strategies", nargs="+", choices=COLUMNS, default=COLUMNS)
    parser.add_argument("--trials", type=int, default=TRIALS, help=f"of each pair ({TRIALS})")
    parser.add_argument("--cap", type=int, default=CAP, help=f"schedules of a trial ({CAP:,})")
    parser.add_argument("-j", "--jobs", type=int, default=1, help="processes (1)")
    return parser


def main() -> None:
    """Print the table."""
    asked = _parser().parse_args()
    books = books_at(asked.programs)
    names = asked.only or list(books)
    unknown = [name for name in names if name not in books]
    if unknown:
        raise UserError(f"no program is called {unknown[0]}; there are {', '.join(books)}")
    if min(asked.trials, asked.cap, asked.jobs) < 1:
        raise UserError("--trials, --cap and --jobs are 1 or more")
    pairs = [(name, strategy) for name in names for strategy in asked.strategies]
    one = partial(score, asked.programs, asked.trials, asked.cap)
    with ProcessPoolExecutor(asked.jobs) as pool:
        scores = iter(list(pool.map(one, pairs)))
    rows = {name: [next(scores) for _ in asked.strategies] for name in names}
    sys.stdout.writelines(f"{line}\n" for line in table_lines(asked.strategies, rows))


if __name__ == "__main__":
    sys.exit(ended(main))
