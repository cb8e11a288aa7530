"""No figure is tested here: they depend on the machine. What is measured does not."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from fuzz.people.measures import throughput
from fuzz.people.measures.throughput import CASES, figures, fixed_cases
from fuzz.program.text import case_text
from tests.toys import depot

ROOT: Final = Path(__file__).parents[4]


def test_the_fixed_set_has_a_hundred_cases_of_two_tasks() -> None:
    cases = fixed_cases(depot.TARGET, "1")
    assert [len(case.programs) for case in cases] == [2] * CASES
    assert CASES == 100


def test_the_fixed_set_is_the_same_every_time() -> None:
    first, again = (map(case_text, fixed_cases(depot.TARGET, "1")) for _ in range(2))
    assert list(first) == list(again)


def test_everything_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(throughput, "POINTS", 100)
    measured = figures("tests.toys.depot:TARGET", "1")
    assert list(measured) == [
        "points, default order",
        "points, random walk",
        "points, POS",
        "points of a case, mean",
        "cases",
        "points in cases",
        "cases, with coverage",
        "points in cases, with coverage",
        "cases parsed",
    ]
    assert all(value > 0 for value in measured.values())


def test_the_benchmark_explains_itself() -> None:
    command = [sys.executable, "-m", throughput.__name__, "--help"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.startswith("usage: bench-throughput ")
    assert "--covered" not in said
