import json
from collections.abc import Generator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest

from fuzz.keep.crashes import CrashFolder, Stored, crash_folder
from fuzz.people import reliability
from fuzz.people.filing import Kept, improve, keep
from fuzz.people.reliability import FreshProcesses, Reliability
from fuzz.program.case import Case
from fuzz.program.outcome import Outcome
from fuzz.search.supervisor import Totals
from tests.fuzz.people.toys import LOST, case_of
from tests.toys import counter

ROOT: Final = Path(__file__).parents[3]
IDENTITY: Final = ("lost-update", "add")
FOUR: Final = {"reproduced": 4, "processes": 4, "interpreters": 2}
CRASHES: Final = Path("crashes")
SMALL: Final = """\
target counter
kernel 1
task A
  add amount=1
task B
  add amount=1
switch A counter.write#1 B
"""


@pytest.fixture(autouse=True)
def _stand_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(reliability, "PROCESSES", 4)


@pytest.fixture(scope="module")
def fresh() -> Generator[FreshProcesses]:
    with FreshProcesses("tests.toys.counter:TARGET") as processes:
        yield processes


@pytest.fixture
def raw() -> Kept:
    return keep(counter.TARGET, CRASHES, case_of(LOST), IDENTITY, Totals())


@pytest.fixture
def folder() -> CrashFolder:
    return crash_folder(CRASHES, "lost-update-add")


def facts_in(folder: CrashFolder) -> dict[str, Any]:
    return json.loads(folder.facts.read_text())


def test_a_shrunk_finding_says_how_often_it_came_again(
    raw: Kept, folder: CrashFolder, fresh: FreshProcesses
) -> None:
    assert facts_in(folder)["reliability"] is None
    assert "Reproduced" not in folder.report.read_text()
    kept = improve(raw, counter.TARGET, case_of(SMALL), 9, fresh)
    assert (kept.stored, facts_in(folder)["reliability"]) == (Stored.NEW, FOUR)
    for page in (folder.report, folder.page):
        told = " ".join(page.read_text().split())
        assert "Reproduced, to the byte, in 4 of 4 fresh processes (forked by 2 new" in told


def test_a_finding_that_cannot_be_shrunk_is_measured_once(
    raw: Kept, folder: CrashFolder, fresh: FreshProcesses
) -> None:
    kept = improve(raw, counter.TARGET, raw.case, 9, fresh)
    assert (kept.stored, facts_in(folder)["reliability"]) == (Stored.NEW, FOUR)
    again = keep(counter.TARGET, CRASHES, raw.case, IDENTITY, Totals())
    assert again.stored is Stored.KNOWN
    assert improve(again, counter.TARGET, raw.case, 9, fresh).stored is Stored.KNOWN


def test_of_a_target_that_no_process_finds_nothing_is_measured(
    raw: Kept, folder: CrashFolder
) -> None:
    assert improve(raw, counter.TARGET, raw.case, 9) == replace(raw, shrinking_runs=9)
    improve(raw, counter.TARGET, case_of(SMALL), 9)
    assert facts_in(folder)["reliability"] is None


def test_a_finding_that_does_not_come_again_is_our_bug(
    raw: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flaky(_: FreshProcesses, _case: Case, _outcome: Outcome) -> Reliability:
        return Reliability(99, 100, 2)

    monkeypatch.setattr(FreshProcesses, "reliability", flaky)
    with pytest.raises(AssertionError, match=r"same case, same outcome: .* in 99 of 100 fresh"):
        improve(raw, counter.TARGET, case_of(SMALL), 9, FreshProcesses("nowhere"))


def test_programs_learn_the_facts(raw: Kept, folder: CrashFolder, fresh: FreshProcesses) -> None:
    improve(raw, counter.TARGET, case_of(SMALL), 9, fresh)
    assert facts_in(folder) == {
        "format": 1,
        "signature": "lost-update-add",
        "kind": "lost-update",
        "place": "add",
        "harm": "data-loss",
        "title": "an update of the counter is lost",
        "demonstrated": [],
        "target": "counter",
        "kernel": "1",
        "affected": {
            "design": "",
            "kernels": {"1": "shows", "2": "clean"},
            "last_good": "",
            "first_bad": "1",
            "last_bad": "1",
            "first_good": "2",
        },
        "closing": {
            "designs": [],
            "brought_by": None,
            "closed_by": {
                "shows": "1",
                "clean": "2",
                "reached": True,
                "together": False,
                "changes": [],
            },
            "repaired_by": [],
        },
        "reliability": FOUR,
        "size": {"tasks": 2, "operations": 2, "faults": 0, "switches": 1},
        "case": sha256(SMALL.encode()).hexdigest(),
    }


def test_a_stored_case_that_cannot_be_read_is_kept_beside(raw: Kept, folder: CrashFolder) -> None:
    folder.minimal.write_text("of a later version\n")
    assert keep(counter.TARGET, CRASHES, raw.case, IDENTITY, Totals()).stored is Stored.IMPROVED
    assert (folder.path / "minimal.case.aside1").read_text() == "of a later version\n"


def test_what_people_said_became_of_a_bug_stays_when_its_case_gets_smaller(
    raw: Kept, folder: CrashFolder
) -> None:
    folder.minimal.write_text(f"{folder.minimal.read_text()}status open\n")
    improve(raw, counter.TARGET, case_of(SMALL), 9)
    assert folder.minimal.read_text() == f"{SMALL}expect 1 lost-update add\nstatus open\n"
