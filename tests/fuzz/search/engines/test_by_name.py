"""Claims about every engine: all of them produce the same cases, outcomes and findings."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from fuzz.program.case import Case
from fuzz.program.execute import execute
from fuzz.program.outcome import Outcome
from fuzz.search.assignment import Assignment, Listener
from fuzz.search.engines.by_name import ENGINE_NAMES, NEED_ATHERIS, search
from fuzz.values.finding import Finding
from tests.toys import depot

HERE: Final = tuple(name for name in ENGINE_NAMES if name not in NEED_ATHERIS)
"""Engines that can search in the process of a test; the others have tests of their own."""
RUNS: Final = 300


class Heard(Listener):
    """What an engine does."""

    def __init__(self) -> None:
        self.runs: list[tuple[Case, Outcome]] = []
        self.idle = 0
        self.findings: list[tuple[Finding, Case]] = []

    def ran(self, case: Case, outcome: Outcome) -> None:
        self.runs.append((case, outcome))

    def idled(self) -> None:
        self.idle += 1

    def found(self, finding: Finding, case: Case) -> None:
        self.findings.append((finding, case))

    def texts(self) -> Iterator[str]:
        for _, outcome in self.runs:
            yield outcome.text()


def searched(name: str, folder: Path, seed: int = 1) -> Heard:
    heard = Heard()
    folder.mkdir()
    search(name, Assignment(depot.TARGET, "1", folder, seed=seed, runs=RUNS), heard)
    return heard


@pytest.mark.parametrize("name", HERE)
def test_an_engine_tells_of_each_run_and_its_findings_can_be_run_again(
    name: str, tmp_path: Path
) -> None:
    heard = searched(name, tmp_path / "inputs")
    assert RUNS <= len(heard.runs) + heard.idle <= RUNS + 5
    assert heard.findings
    signatures = [finding.signature for finding, _ in heard.findings]
    assert len(signatures) == len(set(signatures))
    for finding, case in heard.findings:
        assert finding in execute(depot.TARGET, case).findings


@pytest.mark.parametrize("name", HERE)
def test_the_same_seed_gives_the_same_search(name: str, tmp_path: Path) -> None:
    first, again, other = (
        list(searched(name, tmp_path / folder, seed).texts())
        for folder, seed in (("first", 1), ("again", 1), ("other", 2))
    )
    assert first == again
    assert first != other
