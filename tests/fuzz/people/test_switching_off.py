"""Sanitizers that are switched off, for a run and for a search, on the toy of two closets."""

from pathlib import Path
from typing import Final

import pytest

from fuzz.people.cli import main
from fuzz.people.output import Status
from fuzz.people.session import Plan, Session
from fuzz.search.feedback import SIGNALS
from tests.fuzz.people.test_session import Watching
from tests.toys import closets

ROOT: Final = Path(__file__).parents[3]
BOTH: Final = "target closets\nkernel 1\ntask A\n  west\ntask B\n  east\n"


def run(*options: str) -> int:
    """Run `both.case` with options; return the exit status."""
    return main(["run", "both.case", *options], {"closets": closets.TARGET})


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in an empty folder, from which workers find the toys."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def test_a_run_shows_nothing_of_a_sanitizer_that_is_off() -> None:
    Path("both.case").write_text(BOTH)
    assert run() == Status.FAILED
    assert run("--without-sanitizer", "races") == Status.FAILED
    assert run("--without-sanitizer", "locks") == Status.GOOD
    assert run("--without-sanitizer", "races", "--without-sanitizer", "locks") == Status.GOOD


def test_a_sanitizer_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("both.case").write_text(BOTH)
    assert run("--without-sanitizer", "clocks") == Status.MISUSED
    assert "'clocks' is not one of" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("without", "found"), [((), ["lock-order-east+west"]), (("locks",), [])], ids=["with", "off"]
)
def test_a_search_finds_nothing_of_a_sanitizer_that_is_off(
    without: tuple[str, ...], found: list[str]
) -> None:
    session = Session(
        Plan(
            target=closets.TARGET,
            where="tests.toys.closets:TARGET",
            kernel="1",
            settings={},
            signals=SIGNALS,
            crashes=Path("crashes"),
            runs=300,
            without=without,
        ),
        Watching(),
    )
    session.run()
    told = [kept.finding.signature for kept in session.findings]
    assert [signature for signature in told if signature.startswith("lock-")] == found


def test_cases_that_show_a_cycle_together_are_stored_together() -> None:
    watching = Watching()
    plan = Plan(
        target=closets.TARGET,
        where="tests.toys.closets:TARGET",
        kernel="1",
        settings={"doors": "1"},
        signals=SIGNALS,
        crashes=Path("crashes"),
        runs=2000,
    )
    Session(plan, watching).run()
    stored = sorted(path.name for path in Path("crashes/lock-order-east+west").iterdir())
    assert stored == ["1.case", "2.case", "together.md"]
