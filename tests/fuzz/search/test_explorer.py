"""Claims about the explorer, without an engine."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from fuzz.program.case import Case, Schedule
from fuzz.program.execute import execute
from fuzz.program.outcome import Outcome
from fuzz.program.text import parse_case
from fuzz.search import explorer as explorers
from fuzz.search.assignment import Assignment, Listener
from fuzz.search.explorer import Explorer
from fuzz.values.finding import Finding
from tests.toys import counter

LOST: Final = parse_case(
    """\
target counter
kernel 1
task A
  add amount=1
task B
  add amount=2
switch A counter.write#1 B
""",
    {"counter": counter.TARGET},
)


class Bench(Listener):
    """An explorer, and what it says."""

    def __init__(self, *known: str) -> None:
        self.findings: list[tuple[Finding, Case]] = []
        self.novel: list[Case] = []
        self.told: list[tuple[Case, Outcome]] = []
        assignment = Assignment(counter.TARGET, "1", Path(), known=known, runs=2)
        self.explorer = Explorer(assignment, self)

    def ran(self, case: Case, outcome: Outcome) -> None:
        self.told.append((case, outcome))

    def found(self, finding: Finding, case: Case) -> None:
        self.findings.append((finding, case))

    def kept(self, case: Case) -> None:
        self.novel.append(case)


def test_every_run_is_told_and_counted_until_the_assignment_is_done() -> None:
    bench = Bench()
    bench.explorer.idle()
    assert (bench.explorer.runs, bench.explorer.over) == (1, False)
    lesson = bench.explorer.run(LOST)
    assert bench.told == [(LOST, lesson.outcome)]
    assert bench.explorer.over


def test_a_finding_is_reported_once_with_its_materialised_case() -> None:
    bench = Bench()
    for _ in range(2):
        bench.explorer.run(LOST)
    ((finding, case),) = bench.findings
    assert finding.signature == "lost-update-add"
    assert case == LOST


def test_a_drawn_schedule_is_reported_as_the_switches_that_it_took() -> None:
    shown = 0
    for seed in range(100):
        bench = Bench()
        bench.explorer.run(replace(LOST, switches=(), schedule=Schedule("walk", seed)))
        for finding, case in bench.findings:
            shown += 1
            assert (case.schedule, bool(case.switches)) == (None, True)
            assert finding in execute(counter.TARGET, case).findings
    assert shown


def test_a_known_finding_is_not_reported() -> None:
    bench = Bench("lost-update-add")
    bench.explorer.run(LOST)
    assert bench.findings == []


def test_a_finding_is_executed_twice_and_a_difference_is_a_bug_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outcomes: list[Outcome] = []

    def drifting(*arguments: Any, **options: Any) -> Outcome:
        outcome = execute(*arguments, **options)
        outcomes.append(replace(outcome, counters={"drift": len(outcomes)}))
        return outcomes[-1]

    monkeypatch.setattr(explorers, "execute", drifting)
    with pytest.raises(AssertionError, match="two runs of one case differ"):
        Bench().explorer.run(LOST)
    assert len(outcomes) == 2


def test_only_what_reaches_something_new_is_kept() -> None:
    bench = Bench()
    first = bench.explorer.run(LOST)
    again = bench.explorer.run(LOST)
    assert (first.fresh, again.fresh) == (first.reached, frozenset())
    assert bench.explorer.features == first.reached == again.reached
    assert bench.novel == [LOST]


def test_what_a_replay_reaches_is_no_news() -> None:
    bench = Bench()
    bench.explorer.run(LOST, replay=True)
    assert bench.explorer.features
    assert bench.novel == []
