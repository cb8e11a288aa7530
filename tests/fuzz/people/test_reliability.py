"""Fresh processes are real ones here; the targets are toys, one of which looks at its process."""

from dataclasses import replace
from pathlib import Path

import pytest

from fuzz.people.errors import UserError
from fuzz.people.reliability import FreshProcesses, Reliability
from fuzz.program.execute import execute
from tests.fuzz.people.toys import LOST, case_of
from tests.toys import counter

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _find_toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def measured(where: str, processes: int) -> Reliability:
    case = case_of(LOST)
    outcome = execute(counter.TARGET, case)
    with FreshProcesses(f"tests.toys.{where}") as fresh:
        return fresh.reliability(case, outcome, processes)


def test_a_case_of_a_deterministic_target_is_reproduced_in_every_process() -> None:
    assert measured("counter:TARGET", 9) == Reliability(9, 9, interpreters=2)


def test_what_differs_from_process_to_process_is_no_reproduction() -> None:
    told = measured("troubled:HASHING", 8)
    assert (told.reproduced, told.processes) == (0, 8)
    assert told.sentence == (
        "Reproduced, to the byte, in 0 of 8 fresh processes "
        "(forked by 2 new interpreters with different hash seeds)."
    )


def test_every_process_runs_its_first_case() -> None:
    """The target is in order for its first 49 runs only."""
    assert measured("troubled:WRONG", 120).reproduced == 120


def test_interpreters_serve_one_case_after_another() -> None:
    case = case_of(LOST)
    outcome = execute(counter.TARGET, case)
    other = replace(outcome, faults=())
    with FreshProcesses("tests.toys.counter:TARGET") as fresh:
        told = [fresh.reliability(case, one, 3).reproduced for one in (outcome, other, outcome)]
    assert told == [3, 0, 3]


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("troubled:STILLBORN", "a process of one case ended with status 4"),
        ("nowhere:TARGET", "target tests.toys.nowhere:TARGET does not load"),
    ],
)
def test_a_process_that_ends_otherwise_says_nothing_of_the_case(where: str, why: str) -> None:
    with pytest.raises(UserError, match=f"cannot run a case in fresh processes: .*{why}"):
        measured(where, 4)
