"""Claims about what counts as new."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from fuzz.program.execute import execute
from fuzz.program.text import parse_case
from fuzz.search.feedback import ANSWERS, COUNTERS, FAULTS, PATHS, READS_FROM, SIGNALS, Feedback
from tests.toys import counter, depot

ROOT: Final = Path(__file__).parents[3]
TARGETS: Final = {"counter": counter.TARGET, "depot": depot.TARGET}

APART: Final = """\
target counter
kernel 1
task A
  add amount=1
task B
  add amount=2
"""
MEETING: Final = APART + "switch A counter.write#1 B\n"
OTHER_DATA: Final = APART.replace("amount=2", "amount=7")
PUT_TWICE: Final = """\
target depot
kernel 1
task A
  put
task B
  put
"""
FAILING: Final = PUT_TWICE + "fault A depot.box#1 EMPTY\n"
FAILING_TWICE: Final = FAILING + "fault B depot.box#1 EMPTY\n"
RESERVE: Final = """\
target depot
kernel 1
task A
  reserve
"""

PRINT: Final = """
from tests.fuzz.search.test_feedback import FAILING_TWICE, counters
print(sorted(counters(FAILING_TWICE)))
"""


def counters(text: str, *signals: str) -> set[int]:
    case = parse_case(text, TARGETS)
    outcome = execute(TARGETS[case.target], case)
    return Feedback(signals or SIGNALS).counters(case, outcome)


def test_two_runs_of_a_case_reach_the_same() -> None:
    assert counters(FAILING_TWICE) == counters(FAILING_TWICE) != set()


def test_counters_mean_the_same_in_every_process() -> None:
    here = f"{sorted(counters(FAILING_TWICE))}\n"
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", PRINT],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == here


def test_counters_are_of_the_pool() -> None:
    assert all(0 <= number < COUNTERS for number in counters(FAILING_TWICE))


def test_all_signals_together_are_what_each_brings() -> None:
    parts = [counters(FAILING_TWICE, signal) for signal in SIGNALS]
    assert set().union(*parts) == counters(FAILING_TWICE)
    assert all(parts)


def test_a_search_without_signals_learns_nothing() -> None:
    case = parse_case(MEETING, TARGETS)
    assert Feedback(()).counters(case, execute(counter.TARGET, case)) == set()


def test_a_signal_that_there_is_not_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="signals are known by name"):
        Feedback(["luck"])


def test_who_reads_whose_write_is_new_and_what_was_written_is_not() -> None:
    assert counters(MEETING, READS_FROM) != counters(APART, READS_FROM)
    assert counters(OTHER_DATA, READS_FROM) == counters(APART, READS_FROM)


def test_a_task_alone_reads_from_nobody() -> None:
    assert counters(RESERVE, READS_FROM) == set()


def test_what_is_read_after_a_fault_is_new_besides() -> None:
    after_fault = counters(FAILING + "switch A depot.cellar#1 B\n", READS_FROM)
    point_before, fault_before = after_fault - counters(PUT_TWICE, READS_FROM)
    assert point_before != fault_before


def test_paths_do_not_depend_on_who_comes_first() -> None:
    assert counters(MEETING, PATHS) == counters(APART, PATHS)
    assert counters(FAILING, PATHS) > counters(PUT_TWICE, PATHS)


def test_each_more_fault_at_a_point_is_new() -> None:
    assert counters(PUT_TWICE, FAULTS) == set()
    assert set() < counters(FAILING, FAULTS) < counters(FAILING_TWICE, FAULTS)


def test_the_kind_of_failure_is_new() -> None:
    pen = counters(RESERVE + "fault A depot.note#1 NO_PEN\n", FAULTS)
    paper = counters(RESERVE + "fault A depot.note#1 NO_PAPER\n", FAULTS)
    assert pen
    assert paper
    assert not pen & paper


def test_words_are_answers_and_data_is_not() -> None:
    word = counters("target depot\nkernel 1\ntask A\n  take\n", ANSWERS)
    data = counters("target counter\nkernel 1\ntask A\n  read\n", ANSWERS)
    assert (len(word), len(data)) == (1, 0)
