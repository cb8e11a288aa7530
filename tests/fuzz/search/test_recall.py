"""Claims about what is remembered of a run."""

from dataclasses import replace
from typing import Final

import pytest

from fuzz.program.execute import execute
from fuzz.program.outcome import Outcome
from fuzz.program.text import parse_case
from fuzz.search import recall as recalls
from fuzz.search.recall import Race, Recall, passage_of
from fuzz.values.anchor import Anchor, Fault, Switch
from fuzz.values.choices import Choices
from tests.toys import counter, depot
from tests.toys.starts import long_case

TWO_ADD: Final = """\
target counter
kernel 1
task A
  add amount=1
task B
  add amount=2
switch A counter.write#1 B
"""
RESERVE_TWICE: Final = """\
target depot
kernel 1
task A
  put
  open
  put
fault A depot.box#1 EMPTY
"""


def outcome_of(text: str) -> Outcome:
    target = counter.TARGET if "counter" in text else depot.TARGET
    return execute(target, parse_case(text, {target.name: target}))


def long_outcome(seed: int) -> Outcome:
    return execute(depot.TARGET, long_case(depot.TARGET, Choices(seed)))


def test_a_passage_holds_tasks_visits_faults_switches_and_decisions() -> None:
    outcome = outcome_of(TWO_ADD)
    passage = passage_of(outcome)
    assert passage.tasks == ("A", "B")
    assert len(passage.visits) == outcome.steps
    assert Anchor("B", "counter.write", 1) in passage.visits
    assert passage.failing == (Anchor("A", "counter.note", 1), Anchor("B", "counter.note", 1))
    assert passage.switches == (Switch(Anchor("A", "counter.write", 1), "B"),)
    assert passage.faults == ()
    assert passage.decisions == outcome.decisions


def test_a_race_is_a_visit_before_which_another_task_might_have_come() -> None:
    (races,) = passage_of(outcome_of(TWO_ADD)).races
    assert set(races) == {
        Race(Anchor("A", "counter.read", 1), "B", troubled=False),
        Race(Anchor("B", "counter.read", 1), "A", troubled=False),
        Race(Anchor("B", "counter.write", 1), "A", troubled=False),
    }


def test_a_task_alone_has_no_races() -> None:
    assert passage_of(outcome_of(RESERVE_TWICE)).races == ()


def test_visits_after_a_fault_are_troubled_until_the_operation_ends() -> None:
    passage = passage_of(outcome_of(RESERVE_TWICE))
    assert passage.faults == (Fault(Anchor("A", "depot.box", 1), "EMPTY"),)
    assert Anchor("A", "depot.cellar", 1) in passage.troubled
    assert Anchor("A", "depot.box", 1) not in passage.troubled
    assert not {a for a in passage.troubled if a.point in ("operation", "depot.door")}


@pytest.mark.parametrize("seed", range(20))
def test_all_that_is_recalled_are_visits_of_the_run(seed: int) -> None:
    passage = passage_of(long_outcome(seed))
    visits = set(passage.visits)
    assert {*passage.failing, *passage.troubled} <= visits
    assert {race.at for races in passage.races for race in races} <= visits
    assert {race.to for races in passage.races for race in races} <= set(passage.tasks)
    assert {fault.at for fault in passage.faults} <= visits
    assert all(race.at.task != race.to for races in passage.races for race in races)


def test_of_many_races_for_one_thing_some_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalls, "RACES_MAX", 2)
    assert [len(races) for races in passage_of(outcome_of(TWO_ADD)).races] == [2]


def test_the_oldest_passage_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalls, "RECALLED_MAX", 2)
    recall = Recall()
    passages = [replace(passage_of(outcome_of(TWO_ADD)), decisions=n) for n in range(3)]
    for number, passage in enumerate(passages):
        recall.remember(bytes([number]), passage)
    assert [recall.of(bytes([number])) for number in range(3)] == [None, *passages[1:]]
