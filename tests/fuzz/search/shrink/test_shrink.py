"""Shrinking is judged by its power: how often it reaches the smallest case that there is."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import Final

import pytest

from fuzz.program.case import Case, Expectation, Program
from fuzz.program.execute import execute, materialised
from fuzz.program.target import Target
from fuzz.program.text import case_text, parse_case
from fuzz.search.shrink.cost import Costs
from fuzz.search.shrink.cuts import atoms_of, cut
from fuzz.search.shrink.shrink import BUDGET, End, Listener, Shrunk, shrink
from tests.toys import counter, depot
from tests.toys.starts import failing_case

Bug = tuple[Target, tuple[str, str], tuple[int, int, int, int]]

BUGS: Final[tuple[Bug, ...]] = (
    (counter.TARGET, ("lost-update", "add"), (2, 2, 0, 1)),
    *((depot.TARGET, identity, smallest) for identity, smallest in depot.MINIMUM),
)
IDS: Final = [" ".join(identity) for _, identity, _ in BUGS]

each_bug = pytest.mark.parametrize(("target", "identity", "smallest"), BUGS, ids=IDS)


class Progress(Listener):
    """Keeps each step; ends after so many executions, if any."""

    def __init__(self, patience: int = 10_000) -> None:
        self.steps: list[tuple[Case, int]] = []
        self._patience = patience

    def improved(self, case: Case, executions: int) -> None:
        self.steps.append((case, executions))

    def over(self) -> bool:
        self._patience -= 1
        return self._patience < 0


def size(case: Case) -> tuple[int, int, int, int]:
    tasks = sum(bool(program.operations) for program in case.programs)
    return tasks, case.size, len(case.faults), len(case.switches)


@each_bug
def test_the_known_minimum_is_reached_from_nearly_everywhere(
    target: Target, identity: tuple[str, str], smallest: tuple[int, int, int, int]
) -> None:
    shrunk = [shrink(target, failing_case(target, identity, n), identity) for n in range(50)]
    sizes = Counter(size(one.case) for one in shrunk)
    assert sizes[smallest] >= 48, sizes
    assert median(one.executions for one in shrunk) < 300
    assert all(one.minimal for one in shrunk)


@each_bug
@pytest.mark.parametrize("seed", range(100, 104))
def test_each_step_shows_the_same_finding_at_a_lower_cost(
    target: Target, identity: tuple[str, str], smallest: tuple[int, int, int, int], seed: int
) -> None:
    progress = Progress()
    start = failing_case(target, identity, seed)
    shrunk = shrink(target, start, identity, listener=progress)
    cases = [materialised(start, execute(target, start)), *(case for case, _ in progress.steps)]
    costs = [Costs(target).of(case, execute(target, case).trace) for case in cases]
    executions = [count for _, count in progress.steps]
    assert all(later < earlier for earlier, later in pairwise(costs))
    assert executions == sorted(executions)
    for case in cases:
        outcome = execute(target, case)
        assert identity in [finding.identity for finding in outcome.findings]
        assert outcome.unreached == ()
    assert cases[-1] == shrunk.case
    assert size(shrunk.case) >= smallest


@each_bug
def test_without_any_one_part_the_finding_is_gone(
    target: Target, identity: tuple[str, str], smallest: tuple[int, int, int, int]
) -> None:
    del smallest
    shrunk = shrink(target, failing_case(target, identity, 7), identity)
    for atom in atoms_of(shrunk.case):
        for smaller in cut(shrunk.case, shrunk.outcome.trace, [atom]):
            findings = execute(target, smaller).findings
            assert identity not in [finding.identity for finding in findings]


def test_the_result_is_the_case_that_a_person_would_write() -> None:
    target, identity, _ = BUGS[0]
    shrunk = shrink(target, failing_case(target, identity, 3), identity)
    assert case_text(shrunk.case) == (
        "target counter\n"
        "kernel 1\n"
        "task A\n"
        "  add amount=1\n"
        "task B\n"
        "  add amount=1\n"
        "switch A counter.write#1 B\n"
    )


def test_the_same_arguments_give_the_same_result() -> None:
    target, identity, _ = BUGS[1]
    start = failing_case(target, identity, 1)
    one, two = (shrink(target, start, identity) for _ in range(2))
    assert (one.case, one.executions, one.minimal) == (two.case, two.executions, two.minimal)
    assert one.outcome.text() == two.outcome.text() == execute(target, one.case).text()


TWO_BUGS: Final = """\
# both doors and reservations go wrong
target depot
kernel 1
config room=4
task first
  reserve
  reserve
  open
  put load=3
  take
task last
  close
  reserve
fault first depot.note#1 NO_PAPER
fault first depot.note#2 NO_PEN
fault last depot.note#1 NO_PEN
fault last depot.note#2 NO_PEN
switch first depot.inside#1 last
expect 1 leak
"""


def two_bugs() -> Case:
    return parse_case(TWO_BUGS, {"depot": depot.TARGET})


def test_of_two_findings_the_one_that_is_asked_for_is_kept() -> None:
    assert {
        identity: size(shrink(depot.TARGET, two_bugs(), identity).case)
        for identity in (("leak", "reserve"), ("locked-in", "take"))
    } == {("leak", "reserve"): (1, 2, 2, 0), ("locked-in", "take"): (2, 3, 0, 1)}


def test_what_no_run_depends_on_is_left_to_the_caller() -> None:
    shrunk = shrink(depot.TARGET, two_bugs(), ("leak", "reserve"))
    assert case_text(shrunk.case) == (
        "target depot\n"
        "kernel 1\n"
        "task A\n"
        "  reserve\n"
        "  reserve\n"
        "fault A depot.note#1 NO_PEN\n"
        "fault A depot.note#2 NO_PEN\n"
    )


def test_a_case_that_does_not_show_the_finding_is_refused() -> None:
    with pytest.raises(ValueError, match="the case does not show overflow put"):
        shrink(depot.TARGET, two_bugs(), ("overflow", "put"))


def shrunk_within(budget: int) -> Shrunk:
    target, identity, _ = BUGS[4]
    return shrink(target, failing_case(target, identity, 2), identity, budget=budget)


@pytest.mark.parametrize("budget", [2, 3, 20, 60])
def test_the_budget_is_kept(budget: int) -> None:
    shrunk = shrunk_within(budget)
    assert shrunk.executions <= budget
    assert shrunk.end is End.BUDGET


def test_whoever_listens_can_end_it_and_go_on_later() -> None:
    target, identity, smallest = BUGS[4]
    start = failing_case(target, identity, 2)
    progress = Progress(patience=30)
    stopped = shrink(target, start, identity, listener=progress)
    assert (stopped.end, stopped.minimal) == (End.STOPPED, False)
    assert stopped.executions <= 32
    assert stopped.case == progress.steps[-1][0]
    later = shrink(target, stopped.case, identity)
    assert (later.end, size(later.case)) == (End.MINIMAL, smallest)


def test_other_findings_on_the_way_are_told_with_a_case_each() -> None:
    shrunk = shrink(depot.TARGET, two_bugs(), ("leak", "reserve"))
    assert [met.finding.identity for met in shrunk.others] == [("locked-in", "take")]
    found = execute(depot.TARGET, shrunk.others[0].case)
    assert shrunk.others[0].finding in found.findings
    assert found.unreached == ()


def test_more_budget_never_makes_it_worse() -> None:
    shrunk = [shrunk_within(budget) for budget in (2, 10, 30, 100, BUDGET)]
    costs = [Costs(depot.TARGET).of(one.case, one.outcome.trace) for one in shrunk]
    assert costs == sorted(costs, reverse=True)


def test_a_task_that_has_to_be_called_becomes_an_ordinary_one_where_that_suffices() -> None:
    text = (
        "target depot\nkernel 1\ntask A\n  open\n  call\n  take\ntask cleaner\n  close\n"
        "switch A depot.inside#1 cleaner\n"
    )
    case = parse_case(text, {"depot": depot.TARGET})
    idle = replace(case, programs=(*case.programs, Program("B", ())))
    shrunk = shrink(depot.TARGET, replace(idle, expectations=(Expectation("1"),)), BUGS[3][1])
    assert size(shrunk.case) == (2, 3, 0, 1)
    assert [program.name for program in shrunk.case.programs] == ["A", "B"]
