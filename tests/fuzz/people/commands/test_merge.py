from pathlib import Path
from typing import Final

import pytest

from fuzz.keep.crashes import crash_folder
from fuzz.keep.together import store_together
from fuzz.people.filing import improve, keep
from fuzz.search.supervisor import Totals
from tests.fuzz.keep.failing import contents
from tests.fuzz.people.toys import LOST, case_of, swapstorm
from tests.fuzz.people.triage.cases import FIXED, SMALL
from tests.toys import counter

IDENTITY: Final = ("lost-update", "add")
ONE: Final = Path("one")
OTHER: Final = Path("other")


@pytest.fixture(autouse=True)
def _stand_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def crash(folder: Path, *, shrunk: bool) -> None:
    kept = keep(counter.TARGET, folder, case_of(LOST), IDENTITY, Totals())
    if shrunk:
        improve(kept, counter.TARGET, case_of(SMALL), 9)


def merged(*sources: Path, into: Path, status: int = 0) -> None:
    assert swapstorm("merge", *sources, "--into", into) == status


def test_a_bug_of_both_folders_is_there_once_with_the_better_case(
    capsys: pytest.CaptureFixture[str],
) -> None:
    crash(ONE, shrunk=False)
    crash(OTHER, shrunk=True)
    first = crash_folder(ONE, "lost-update-add").first.read_bytes()
    better = contents(OTHER)
    merged(OTHER, into=ONE)
    assert capsys.readouterr().out == "lost-update-add: improved\n"
    assert contents(ONE) == better | {"lost-update-add/first.case": first}
    assert contents(OTHER) == better, "nothing is taken from where it was"


def test_nothing_is_replaced_by_a_worse_case(capsys: pytest.CaptureFixture[str]) -> None:
    crash(ONE, shrunk=True)
    crash(OTHER, shrunk=False)
    before = contents(ONE)
    merged(OTHER, into=ONE)
    assert capsys.readouterr().out == "lost-update-add: known\n"
    assert contents(ONE) == before


def test_merging_in_any_order_comes_to_the_same_minimal_case() -> None:
    crash(ONE, shrunk=False)
    crash(OTHER, shrunk=True)
    merged(ONE, OTHER, into=Path("a"))
    merged(OTHER, ONE, into=Path("b"))
    merged(ONE, OTHER, into=Path("a"))
    minimal = [crash_folder(Path(name), "lost-update-add").minimal.read_text() for name in "ab"]
    assert minimal == [SMALL, SMALL]


def test_a_crash_without_its_report_gets_one() -> None:
    crash(ONE, shrunk=True)
    complete = contents(ONE)
    for name in ("report.md", "crash.json", "first.case"):
        (ONE / "lost-update-add" / name).unlink()
    merged(ONE, into=OTHER)
    assert contents(OTHER) == complete | {"lost-update-add/first.case": SMALL.encode()}


def test_anew_writes_a_known_report_once_more(capsys: pytest.CaptureFixture[str]) -> None:
    crash(ONE, shrunk=True)
    complete = contents(ONE)
    (ONE / "lost-update-add" / "report.md").write_text("of an old version")
    merged(ONE, into=ONE)
    assert swapstorm("merge", ONE, "--into", ONE, "--anew") == 0
    assert capsys.readouterr().out == "lost-update-add: known\nlost-update-add: improved\n"
    assert contents(ONE) == complete


def test_cases_that_show_something_together_come_along_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    store_together(ONE, "lock-order-a+b", "a; b", (SMALL, LOST))
    merged(ONE, into=OTHER)
    merged(ONE, into=OTHER)
    assert capsys.readouterr().out == "lock-order-a+b: new\nlock-order-a+b: known\n"
    assert contents(OTHER) == contents(ONE)


def test_what_cannot_be_merged_is_named_and_stays(capsys: pytest.CaptureFixture[str]) -> None:
    crash(ONE, shrunk=True)
    for name, text in (("fixed", FIXED), ("rubbish", "rubbish")):
        (ONE / name).mkdir()
        (ONE / name / "minimal.case").write_text(text)
    (ONE / "link").symlink_to("fixed")
    before = contents(ONE)
    merged(ONE, into=OTHER, status=3)
    out, err = capsys.readouterr()
    assert out == "lost-update-add: new\n"
    assert err.splitlines() == [
        "swapstorm: skipped one/fixed: its minimal.case does not show its finding any more",
        "swapstorm: skipped one/rubbish: line 1, column 1: expected a line 'target NAME', "
        "not 'rubbish'",
        "swapstorm: skipped one/link: a symbolic link",
    ]
    assert contents(ONE) == before


def test_a_source_that_is_no_folder_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    assert swapstorm("merge", "nowhere", "--into", "one") == 2
    assert "nowhere: not a folder" in capsys.readouterr().err


@pytest.mark.parametrize("into", [ONE, Path("elsewhere")])
def test_a_report_that_is_written_anew_leaves_the_status(into: Path) -> None:
    crash(ONE, shrunk=True)
    stored = crash_folder(ONE, "lost-update-add").minimal
    said = f"{stored.read_text()}status open\n"
    stored.write_text(said)
    assert swapstorm("merge", "--anew", ONE, "--into", into) == 0
    assert crash_folder(into, "lost-update-add").minimal.read_text() == said
