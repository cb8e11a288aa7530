"""Claims about the explorer, without an engine."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest

from fuzz.program.case import Case
from fuzz.program.execute import execute
from fuzz.program.outcome import Outcome
from fuzz.program.text import case_text, parse_case
from fuzz.search import explorer as explorers
from fuzz.search.explorer import Explorer
from fuzz.search.feedback import Feedback
from fuzz.search.mutate import Mutator
from fuzz.values.choices import Choices
from fuzz.values.finding import Finding
from tests.toys import counter, depot

if TYPE_CHECKING:
    from fuzz.search.lock_orders import Cycle

TARGETS: Final = {"counter": counter.TARGET, "depot": depot.TARGET}
LOST: Final = b"""\
target counter
kernel 1
task A
  add amount=1
task B
  add amount=2
switch A counter.write#1 B
"""
DRAWN: Final = LOST.replace(b"switch A counter.write#1 B", b"schedule walk seed=1")
RUBBISH: Final = (b"", b"\x00\xff", b"target counter", LOST[:40], LOST.replace(b"B", b"\xc3"))


class Bench:
    """An explorer, and what it says."""

    def __init__(self, name: str = "counter") -> None:
        self.found: list[tuple[Finding, Case]] = []
        self.kept: list[Case] = []
        self.crossed: list[Cycle] = []
        target = TARGETS[name]
        mutator = Mutator(target, "1", {})
        self.explorer = Explorer(
            target, mutator, Feedback(), self._find, self.kept.append, crossed=self.crossed.append
        )

    def _find(self, finding: Finding, case: Case) -> None:
        self.found.append((finding, case))


@pytest.mark.parametrize("text", RUBBISH)
def test_rubbish_reaches_nothing_and_has_children(text: bytes) -> None:
    bench = Bench()
    assert bench.explorer.run(text) == set()
    for seed in range(20):
        for child in (bench.explorer.child(text, seed), bench.explorer.cross(text, LOST, seed)):
            assert parse_case(child, TARGETS)
    assert bench.explorer.runs == 1


def test_a_finding_is_reported_once_with_its_materialised_case() -> None:
    bench = Bench()
    for _ in range(2):
        bench.explorer.run(LOST)
    ((finding, case),) = bench.found
    assert finding.signature == "lost-update-add"
    assert case == parse_case(LOST, TARGETS)


def test_a_drawn_schedule_is_reported_as_the_switches_that_it_took() -> None:
    for seed in range(100):
        bench = Bench()
        bench.explorer.run(DRAWN.replace(b"seed=1", b"seed=%d" % seed))
        for finding, case in bench.found:
            assert (case.schedule, bool(case.switches)) == (None, True)
            assert finding in execute(counter.TARGET, case).findings


def test_a_known_finding_is_not_reported() -> None:
    bench = Bench()
    bench.explorer.know(["lost-update-add"])
    bench.explorer.run(LOST)
    assert bench.found == []


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
    assert bench.explorer.run(LOST) == first
    assert bench.explorer.features == first
    assert bench.kept == [parse_case(LOST, TARGETS)]


def test_the_same_seed_makes_the_same_child() -> None:
    texts = [Bench().explorer.child(LOST, seed) for seed in range(50)]
    assert texts == [Bench().explorer.child(LOST, seed) for seed in range(50)]
    assert len(set(texts)) > 25


def test_what_an_explorer_writes_is_what_it_would_read() -> None:
    bench = Bench("depot")
    text = b""
    for seed in range(300):
        text = bench.explorer.child(text, seed)
        assert case_text(parse_case(text, TARGETS)).encode() == text
        bench.explorer.run(text)


def test_a_memory_of_parsed_inputs_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorers, "PARSED_MAX", 10)
    bench = Bench()
    for seed in range(50):
        bench.explorer.run(bench.explorer.child(LOST, seed))
    assert len(bench.explorer._parsed) <= 10


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_search_finds_bugs_that_need_faults_and_switches(seed: int) -> None:
    bench = Bench("depot")
    texts, choices = [b""], Choices(seed)
    for _ in range(1000):
        before = len(bench.explorer.features)
        child = bench.explorer.child(choices.one_of(texts), choices.seed_for_child())
        bench.explorer.run(child)
        if len(bench.explorer.features) > before:
            texts.append(child)
    assert len({finding.kind for finding, _ in bench.found}) >= 2
