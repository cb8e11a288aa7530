"""Plain runs: every interleaving within a bound on preemptions, and nothing beyond it."""

from typing import Final

from fuzz.program.execute import execute
from fuzz.program.text import parse_case
from fuzz.values.finding import Finding
from fuzz.verify.bounds import Bounds, Space
from fuzz.verify.ledger import Ledger
from fuzz.verify.run import Seen, Subject
from fuzz.verify.search import Search
from tests.toys.counter import TARGET

PROGRAM: Final = """\
target counter
kernel 1
task A
  add amount=1
  add amount=3
task B
  add amount=2
"""


def explored(bounds: Bounds) -> list[Seen]:
    case = parse_case(PROGRAM, {TARGET.name: TARGET})
    return list(Search(Subject(TARGET, case, bounds, Space()), Ledger()).runs())


def identities(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [finding.identity for finding in findings]


def test_without_preemptions_one_task_after_another_runs() -> None:
    orders = [seen.case.switches for seen in explored(Bounds(preemptions=0))]
    assert [[switch.to for switch in order] for order in orders] == [[], ["B"]]


def test_a_lost_update_takes_a_preemption() -> None:
    found = [any(seen.findings for seen in explored(Bounds(preemptions=most))) for most in (0, 1)]
    assert found == [False, True]


def test_more_preemptions_are_other_runs_besides_and_none_comes_twice() -> None:
    cases = [[s.case for s in explored(Bounds(faults=1, preemptions=n))] for n in (0, 1, 2)]
    assert all(len(set(some)) == len(some) for some in cases)
    assert set(cases[0]) < set(cases[1]) < set(cases[2])


def test_each_run_is_one_that_its_case_replays() -> None:
    for seen in explored(Bounds(faults=1, preemptions=1)):
        outcome = execute(TARGET, seen.case)
        assert identities(outcome.findings) == identities(seen.findings)
        assert (outcome.switches, outcome.faults) == (seen.case.switches, seen.case.faults)


def test_what_prepares_the_machine_is_left_as_it_is() -> None:
    firsts = {
        switch.at.task + str(switch.at.visit)
        for seen in explored(Bounds(preemptions=1, setup=(("A", 1),)))
        for switch in seen.case.switches
        if switch.at.point in {"counter.read", "counter.write"} and switch.at.task == "A"
    }
    assert firsts == {"A2"}
