"""What is seen of a program: all that one switch and one fault can do, each run once."""

from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest

from fuzz.program.case import Case
from fuzz.program.execute import execute
from fuzz.program.text import parse_case
from fuzz.search.assignment import Assignment, Listener
from fuzz.search.engines.by_name import search
from fuzz.search.engines.exhaustive import verify
from fuzz.search.explorer import Explorer
from fuzz.values.anchor import Anchor, Fault, Switch
from tests.toys import counter, depot

COUNTER: Final = """\
target counter
kernel 1
task A
  add amount=1
task B
  add amount=2
"""


class Notes(Listener):
    def __init__(self) -> None:
        self.runs: list[tuple[Any, ...]] = []

    def ran(self, case: Case, outcome: Any) -> None:
        del case
        self.runs.append(_what(outcome))


def _what(outcome: Any) -> tuple[Any, ...]:
    steps = tuple((task.name, point.name, visit) for task, point, visit, _ in outcome.trace)
    return steps, outcome.answers, outcome.faults, tuple(f.identity for f in outcome.findings)


def explorer_of(target: Any, notes: Listener, runs: int, tmp_path: Path) -> Explorer:
    return Explorer(Assignment(target=target, kernel="1", inputs=tmp_path, runs=runs), notes)


def by_brute_force(target: Any, case: Case) -> set[tuple[Any, ...]]:
    """Everything that any switch and any fault at any visit that could exist comes to."""
    names = [program.name for program in case.programs]
    points = sorted({point.name for _, point, _, _ in execute(target, case).trace})
    moments = [Anchor(*one) for one in product(names, points, (1, 2, 3))]
    switches = [(), *((Switch(at, to),) for at in moments for to in names)]
    faults: list[tuple[Fault, ...]] = [()]
    for point in target.fault_points:
        faults += [(Fault(Anchor(n, point.name, v), f),) for n in names for v in (1, 2, 3)
                   for f in point.faults]  # fmt: skip
    seen = set[tuple[Any, ...]]()
    for some, failing in product(switches, faults):
        changed = Case(
            target=case.target, kernel=case.kernel, settings=case.settings,
            programs=case.programs, switches=some, faults=failing,
        )  # fmt: skip
        seen.add(_what(execute(target, changed)))
    return seen


def test_all_that_one_switch_and_one_fault_can_do_is_seen(tmp_path: Path) -> None:
    case = parse_case(COUNTER, {"counter": counter.TARGET})
    notes = Notes()
    assert verify(explorer_of(counter.TARGET, notes, 10_000, tmp_path), case)
    assert set(notes.runs) == by_brute_force(counter.TARGET, case)


def test_a_program_is_not_called_seen_when_the_runs_end_before(tmp_path: Path) -> None:
    case = parse_case(COUNTER, {"counter": counter.TARGET})
    notes = Notes()
    assert not verify(explorer_of(counter.TARGET, notes, 5, tmp_path), case)
    assert len(notes.runs) == 5


@pytest.mark.parametrize("target", [counter.TARGET, depot.TARGET])
def test_programs_are_drawn_until_the_runs_are_done_and_the_same_each_time(
    target: Any, tmp_path: Path
) -> None:
    seen = []
    for _ in range(2):
        notes = Notes()
        search(
            "exhaustive", Assignment(target=target, kernel="1", inputs=tmp_path, runs=300), notes
        )
        seen.append(notes.runs)
    assert len(seen[0]) == 300
    assert seen[0] == seen[1]
    assert {len(faults) for _, _, faults, _ in seen[0]} <= {0, 1}
