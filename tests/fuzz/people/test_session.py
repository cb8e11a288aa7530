"""Sessions with real workers on toys; who watches them also interferes."""

import os
from dataclasses import replace
from pathlib import Path
from signal import SIGKILL
from typing import TYPE_CHECKING, Any, Final

import pytest

from fuzz.keep.crashes import Stored, crash_folder
from fuzz.keep.files import KeepError
from fuzz.people import filing, reliability
from fuzz.people import session as sessions
from fuzz.people.errors import UserError
from fuzz.people.filing import Kept, improve, keep
from fuzz.people.reports.explain import explain
from fuzz.people.session import Plan, Session
from fuzz.people.verdict import explained, judge
from fuzz.program.case import expecting
from fuzz.program.demonstrate import demonstrate
from fuzz.program.execute import execute
from fuzz.program.text import case_text
from fuzz.search.feedback import SIGNALS
from fuzz.search.supervisor import Totals, WorkerFailed
from tests.fuzz.people.toys import LOST, case_of
from tests.toys import counter, depot, troubled
from tests.toys.starts import failing_case
from tests.toys.waiting import has_ended

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT: Final = Path(__file__).parents[3]
OVERFLOW: Final = ("overflow", "put")


class Watching:
    """Writes down what it sees, and does something at each progress."""

    def __init__(self) -> None:
        self.found_ones: list[Kept] = []
        self.shrunk_ones: list[Kept] = []
        self.notes: list[str] = []
        self.at_progress: Callable[[Totals], None] = lambda _: None

    def progressed(self, total: Totals, findings: int) -> None:
        assert findings >= len(self.shrunk_ones)
        self.at_progress(total)

    def found(self, kept: Kept) -> None:
        self.found_ones.append(kept)

    def shrunk(self, kept: Kept) -> None:
        self.shrunk_ones.append(kept)

    def said(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture(autouse=True)
def _stand_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(reliability, "PROCESSES", 4)


def plan(**options: Any) -> Plan:
    usual: dict[str, Any] = {
        "target": depot.TARGET,
        "where": "tests.toys.depot:TARGET",
        "kernel": "1",
        "settings": {},
        "signals": SIGNALS,
        "crashes": Path("crashes"),
        "runs": 400,
    }
    return Plan(**{**usual, **options})


def troubled_plan(name: str, target: counter.CounterTarget, **options: Any) -> Plan:
    return plan(where=f"tests.toys.troubled:{name}", target=target, **options)


def signatures(kept: list[Kept]) -> list[str]:
    return [one.finding.signature for one in kept]


def worker_of(session: Session) -> int:
    assert session._supervisor is not None
    return session._supervisor.pid


def test_every_finding_is_stored_and_shrunk() -> None:
    watching = Watching()
    session = Session(plan(), watching)
    session.run()
    assert session.totals.runs == 400
    assert session.findings
    assert signatures(watching.found_ones) == signatures(session.findings)
    assert watching.shrunk_ones == session.findings
    for kept in session.findings:
        folder = crash_folder(Path("crashes"), kept.finding.signature)
        assert kept.folder == folder.path
        assert kept.stored is Stored.NEW
        assert folder.minimal.read_text() == case_text(expecting(kept.case, [kept.finding]))
        assert folder.first.read_text() == case_text(expecting(kept.first, [kept.finding]))
        assert folder.minimal.read_text() in folder.report.read_text()
        assert kept.case.size < case_of(folder.first.read_text()).size or kept.shrinking_runs < 50
        assert kept.finding in [
            demonstrate(depot.TARGET, kept.case, one)
            for one in execute(depot.TARGET, kept.case).findings
        ]
    assert not has_left_anything()


def has_left_anything() -> bool:
    return any(path.name.startswith((".", "crash-", "timeout-")) for path in Path.cwd().rglob("*"))


def test_the_same_seed_finds_the_same_in_the_same_runs() -> None:
    told: list[list[tuple[str, int, str]]] = []
    for name in ("one", "other"):
        session = Session(plan(crashes=Path(name), seed=5), Watching())
        session.run()
        told.append([(k.finding.signature, k.runs, case_text(k.case)) for k in session.findings])
    assert told[0]
    assert told[0] == told[1]


def test_a_search_ends_with_the_finding_that_it_is_for() -> None:
    session = Session(plan(until="hung-task", runs=0), Watching())
    session.run()
    assert session.reached
    assert "hung-task" in [kept.finding.kind for kept in session.findings]


def test_a_killed_worker_costs_nothing_but_a_note() -> None:
    watching = Watching()
    session = Session(plan(runs=0), watching)
    killed: list[int] = []

    def interfere(total: Totals) -> None:
        if not killed and total.kept > 5:
            killed.append(worker_of(session))
            os.kill(killed[0], SIGKILL)
        elif killed and worker_of(session) != killed[0] and total.runs > 300:
            session.stop()

    watching.at_progress = interfere
    session.run()
    assert watching.notes == ["a worker was killed by SIGKILL; another one goes on"]
    assert len(set(signatures(watching.found_ones))) == len(watching.found_ones)
    assert has_ended(killed[0])
    assert worker_of(session) == 0


def test_a_session_that_is_stopped_before_it_begins_does_nothing() -> None:
    session = Session(plan(), Watching())
    session.stop()
    session.run()
    assert session.totals == Totals()


def test_in_a_hurry_what_was_found_is_kept_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "HURRY_SECONDS", -1.0)
    watching = Watching()
    session = Session(plan(runs=0), watching)
    monkeypatch.setattr(watching, "found", lambda _: session.stop())
    session.run()
    last = session.findings[-1]
    assert last.stored is Stored.NEW
    assert last.case == last.first
    assert crash_folder(Path("crashes"), last.finding.signature).report.is_file()


def test_a_store_that_fails_ends_the_session_and_leaves_what_was_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, stored = filing.store_crash, list[Stored]()

    def failing(folder: Path, *rest: Any) -> Stored:
        if stored:
            raise KeepError("store it", folder, OSError(28, "No space left on device"))
        stored.append(real(folder, *rest))
        return stored[-1]

    monkeypatch.setattr(filing, "store_crash", failing)
    session = Session(plan(), Watching())
    with pytest.raises(KeepError, match="No space left on device; nothing stored before is lost"):
        session.run()
    assert worker_of(session) == 0
    assert len(session.findings) == 1
    assert session.findings[0].folder.is_dir()


def test_a_bug_of_ours_ends_the_session() -> None:
    session = Session(troubled_plan("WRONG", counter.TARGET), Watching())
    with pytest.raises(WorkerFailed, match="AssertionError: two and two are five"):
        session.run()
    assert worker_of(session) == 0


def test_workers_that_die_at_once_end_the_session() -> None:
    session = Session(troubled_plan("STILLBORN", troubled.STILLBORN), Watching())
    with pytest.raises(UserError, match=r"no worker lives; .* status 4; .*no air \| to breathe"):
        session.run()


def test_without_room_for_temporary_files_there_is_no_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(**_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sessions, "TemporaryDirectory", full)
    with pytest.raises(UserError, match="cannot write temporary files: No space left on device"):
        Session(plan(), Watching()).run()


def test_a_corpus_grows_by_what_is_new_only() -> None:
    corpus = Path("corpus")
    first = Session(plan(corpus=corpus), Watching())
    first.run()
    cases = sorted(corpus.iterdir())
    assert len(cases) == first.totals.kept > 5
    second = Session(plan(corpus=corpus, runs=len(cases) + 1), Watching())
    second.run()
    assert sorted(corpus.iterdir()) == cases
    assert second.totals.features >= first.totals.features * 0.9


def test_a_corpus_is_made_to_fit_and_rubbish_in_it_is_named() -> None:
    corpus = Path("corpus")
    corpus.mkdir()
    (corpus / "binary.case").write_bytes(b"\xff")
    (corpus / "lost.case").write_text(LOST + "expect 1 lost-update\n")
    (corpus / "other.case").write_text("target depot\nkernel 1\n")
    (corpus / "refused.case").write_text(LOST.replace("kernel 1", "kernel 1\nconfig cpus=4"))
    watching = Watching()
    options: dict[str, Any] = {
        "target": counter.TARGET,
        "where": "tests.toys.counter:TARGET",
        "corpus": corpus,
        "kernel": "2",
        "runs": 2,
    }
    Session(plan(**options), watching).run()
    assert watching.notes == [
        "skipped corpus/binary.case: not UTF-8 text",
        "skipped 2 cases of corpus; the first: "
        "line 1, column 8: expected one of counter, not 'depot'",
    ]
    session = Session(plan(**{**options, "kernel": "1", "settings": {"cpus": "3"}}), Watching())
    session.run()
    assert signatures(session.findings) == ["lost-update-add"]
    assert dict(session.findings[0].case.settings) in ({}, {"cpus": "3"})


@pytest.fixture
def raw() -> Kept:
    case = failing_case(depot.TARGET, OVERFLOW, seed=1)
    return keep(depot.TARGET, Path("crashes"), case, OVERFLOW, Totals(runs=7, seconds=0.5))


def test_a_finding_is_stored_at_once_and_improved_later(raw: Kept) -> None:
    assert (raw.stored, raw.runs, raw.seconds) == (Stored.NEW, 7, 0.5)
    smaller = case_of(
        "target depot\nkernel 1\ntask A\n  put load=9\ntask B\n  put\n"
        "fault A depot.box#1 EMPTY\nswitch A depot.cellar#1 B\n"
    )
    better = improve(raw, depot.TARGET, smaller, 12)
    assert (better.stored, better.shrinking_runs, better.case) == (Stored.NEW, 12, smaller)
    again = keep(depot.TARGET, Path("crashes"), raw.case, OVERFLOW, Totals())
    assert again.stored is Stored.KNOWN
    assert improve(again, depot.TARGET, smaller, 12).stored is Stored.KNOWN
    minimal = crash_folder(Path("crashes"), "overflow-put").minimal
    assert minimal.read_text() == case_text(smaller) + "expect 1 overflow put\n"


def test_a_report_is_made_once_for_each_case_and_none_that_nobody_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[int] = []

    def counted(*told: Any) -> Any:
        made.append(told[1].size)
        return explain(*told)

    monkeypatch.setattr(filing, "explain", counted)
    case = failing_case(depot.TARGET, OVERFLOW, seed=1)
    raw = keep(depot.TARGET, Path("crashes"), case, OVERFLOW, Totals())
    assert improve(raw, depot.TARGET, raw.case, 12) == replace(raw, shrinking_runs=12)
    assert keep(depot.TARGET, Path("crashes"), case, OVERFLOW, Totals()).stored is Stored.KNOWN
    assert made == [case.size]


def test_a_stored_case_is_a_regression_test_and_says_when_it_no_longer_holds(raw: Kept) -> None:
    minimal = crash_folder(Path("crashes"), "overflow-put").minimal
    assert judge(depot.TARGET, case_of(minimal.read_text())).holds
    wrong = replace(case_of(minimal.read_text()), programs=(), faults=(), switches=())
    verdict = explained(depot.TARGET, judge(depot.TARGET, wrong))
    (check,) = verdict.checked
    assert (verdict.holds, check.divergence is not None) == (False, True)


@pytest.mark.parametrize(
    "stored", ["rubbish", "target depot\nkernel 1\ntask A\n  open\n"], ids=["rubbish", "clean"]
)
def test_a_stored_case_that_shows_nothing_is_replaced(raw: Kept, stored: str) -> None:
    crash_folder(Path("crashes"), "overflow-put").minimal.write_text(stored)
    again = keep(depot.TARGET, Path("crashes"), raw.case, OVERFLOW, Totals())
    assert again.stored is Stored.IMPROVED
