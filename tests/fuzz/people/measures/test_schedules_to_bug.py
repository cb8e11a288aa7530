"""Claims about measuring schedules to the first bug."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from fuzz.people.errors import UserError
from fuzz.people.measures.schedules_to_bug import (
    COLUMNS,
    Score,
    books_at,
    schedules_to_bug,
    table_lines,
)
from tests.toys.literature.books import ALWAYS, BOOKS

ROOT: Final = Path(__file__).parents[4]
PROGRAMS: Final = "tests.toys.literature.books:BOOKS"


@pytest.mark.parametrize("name", ALWAYS)
def test_what_fails_in_every_schedule_fails_in_the_first(name: str) -> None:
    found = {strategy: schedules_to_bug(*BOOKS[name], strategy, 1, 2) for strategy in COLUMNS}
    assert set(found.values()) == {1, 2}  # 2 where the run that gives the hints counts
    assert found["walk"] == 1


@pytest.mark.parametrize("strategy", ["pct3", "pos", "surw", "rff", "portfolio"])
@pytest.mark.parametrize("name", ["account", "deadlock01", "reorder_3", "twostage", "wronglock"])
def test_the_bugs_are_found_within_some_hundred_schedules(name: str, strategy: str) -> None:
    assert schedules_to_bug(*BOOKS[name], strategy, 7, 1000)


def test_sampling_a_few_accesses_uniformly_does_what_a_walk_cannot() -> None:
    target, case = BOOKS["reorder_10"]
    assert schedules_to_bug(target, case, "walk", 0, 100) is None
    assert schedules_to_bug(target, case, "surw", 0, 100)


def test_a_trial_says_none_when_no_schedule_of_the_cap_fails() -> None:
    assert schedules_to_bug(*BOOKS["reorder_20"], "walk", 0, 3) is None


def test_a_row_says_the_mean_and_how_many_trials_found_the_bug() -> None:
    rows = {"a": [Score((1, 4), 2), Score((7,), 2), Score((), 2)]}
    assert list(table_lines(["walk", "pos", "rff"], rows)) == [
        "| program | walk | pos | rff |",
        "|---|---|---|---|",
        "| a | 2.5 | 7.0 (1) | - |",
    ]


def test_programs_that_do_not_load_are_one_line() -> None:
    with pytest.raises(UserError, match=r"programs no\.such:thing do not load: ModuleNotFound"):
        books_at("no.such:thing")


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--only", "nosuch"], "no program is called nosuch"), (["--cap", "0"], "are 1 or more")],
)
def test_wrong_options_are_one_line(options: list[str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fuzz.people.measures.schedules_to_bug", PROGRAMS, *options],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert said in done.stderr
