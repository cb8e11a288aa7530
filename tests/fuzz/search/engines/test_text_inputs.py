"""Claims about inputs of bytes, without an engine."""

from pathlib import Path
from typing import Final

import pytest

from fuzz.program.case import Case
from fuzz.program.text import case_text, parse_case
from fuzz.search.assignment import Assignment, Listener
from fuzz.search.engines import text_inputs
from fuzz.search.engines.text_inputs import TextInputs
from fuzz.search.explorer import Explorer
from fuzz.values.choices import Choices
from fuzz.values.finding import Finding
from tests.toys import counter, depot

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
RUBBISH: Final = (b"", b"\x00\xff", b"target counter", LOST[:40], LOST.replace(b"B", b"\xc3"))


class Bench(Listener):
    """Inputs, and what comes of them."""

    def __init__(self, name: str = "counter") -> None:
        self.findings: list[Finding] = []
        self.explorer = Explorer(Assignment(TARGETS[name], "1", Path(), runs=2000), self)
        self.inputs = TextInputs(self.explorer)

    def found(self, finding: Finding, case: Case) -> None:
        self.findings.append(finding)


@pytest.mark.parametrize("text", RUBBISH)
def test_rubbish_reaches_nothing_and_has_children(text: bytes) -> None:
    bench = Bench()
    assert bench.inputs.run(text) == set()
    assert bench.explorer.runs == 1
    for seed in range(20):
        for child in (bench.inputs.child(text, seed), bench.inputs.cross(text, LOST, seed)):
            assert parse_case(child, TARGETS)


def test_the_same_seed_makes_the_same_child() -> None:
    texts = [Bench().inputs.child(LOST, seed) for seed in range(50)]
    assert texts == [Bench().inputs.child(LOST, seed) for seed in range(50)]
    assert len(set(texts)) > 25


def test_what_is_written_is_what_would_be_read() -> None:
    bench = Bench("depot")
    text = b""
    for seed in range(300):
        text = bench.inputs.child(text, seed)
        assert case_text(parse_case(text, TARGETS)).encode() == text
        bench.inputs.run(text)


def test_a_memory_of_parsed_inputs_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_inputs, "PARSED_MAX", 10)
    bench = Bench()
    for seed in range(50):
        bench.inputs.run(bench.inputs.child(LOST, seed))
    assert len(bench.inputs._parsed) <= 10


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_search_finds_bugs_that_need_faults_and_switches(seed: int) -> None:
    bench = Bench("depot")
    texts, choices = [b""], Choices(seed)
    for _ in range(1000):
        before = len(bench.explorer.features)
        child = bench.inputs.child(choices.one_of(texts), choices.seed_for_child())
        bench.inputs.run(child)
        if len(bench.explorer.features) > before:
            texts.append(child)
    assert len({finding.kind for finding in bench.findings}) >= 2
