"""Claims about what counts as new."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from fuzz.program.case import Case, Program
from fuzz.program.execute import execute
from fuzz.program.target import SimpleTarget
from fuzz.program.text import parse_case
from fuzz.search.feedback import (
    ANSWERS,
    COUNTERS,
    FAULT_PATHS,
    FAULTS,
    HANDOVERS,
    PAIRS,
    PATHS,
    READS_FROM,
    SIGNALS,
    STATES,
    Feedback,
)
from fuzz.values.anchor import Anchor, Fault
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
    witnessed = [FAULT_PATHS, STATES]  # Nobody was there to see.
    assert [SIGNALS[n] for n, part in enumerate(parts) if not part] == witnessed


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


ALTERNATING: Final = """\
target depot
kernel 1
task A
  open
  move way=out
task B
  take
  close
  move way=out
switch A end#1 B
"""


def seen(signal: str, case: Case, target: Any = depot.TARGET) -> set[int]:
    feedback = Feedback((signal,))
    witness = feedback.witness()
    outcome = execute(target, case, guest=witness)
    return feedback.counters(case, outcome, witness)


def test_accesses_of_two_tasks_that_follow_each_other_meet() -> None:
    both = parse_case(ALTERNATING, {"depot": depot.TARGET})
    alone = replace(both, programs=both.programs[:1])
    assert seen(PAIRS, both)
    assert seen(PAIRS, alone) == set()


def test_a_lock_that_goes_from_task_to_task_is_a_handover_by_place() -> None:
    both = parse_case(ALTERNATING, {"depot": depot.TARGET})
    alone = replace(both, programs=both.programs[:1])
    assert len(seen(HANDOVERS, both)) == 2
    assert seen(HANDOVERS, alone) == set()


def test_a_fault_is_told_apart_by_the_functions_that_ran_into_it() -> None:
    reserve = Case("depot", "1", programs=(Program("A", (depot.Reserve(),)),))
    put = Case("depot", "1", programs=(Program("A", (depot.Put(1),)),))
    note = replace(reserve, faults=(Fault(Anchor("A", "depot.note", 1), "NO_PEN"),))
    box = replace(put, faults=(Fault(Anchor("A", "depot.box", 1), "EMPTY"),))
    assert seen(FAULT_PATHS, reserve) == set()
    assert len(seen(FAULT_PATHS, note) | seen(FAULT_PATHS, box)) == 2


class Lamps(depot.Depot):
    """A depot that says whether its door is open."""

    def states(self) -> list[tuple[str, object, str]]:
        return [("door", 0, "open" if self._open else "closed")]


def test_a_change_of_state_is_seen_between_operations() -> None:
    target = SimpleTarget(
        name="depot",
        sentence="a depot with lamps",
        system=lambda world: Lamps(world, 9, lambda _: False),
        operations=depot.TARGET.operations,
    )
    opened = Case("depot", "1", programs=(Program("A", (depot.Open(),)),))
    shut = Case("depot", "1", programs=(Program("A", (depot.Open(), depot.Close())),))
    again = Case("depot", "1", programs=(Program("A", (depot.Close(),)),))
    assert len(seen(STATES, opened, target)) == 1
    assert seen(STATES, opened, target) < seen(STATES, shut, target)
    assert seen(STATES, again, target) == set()
    assert seen(STATES, shut) == set()
