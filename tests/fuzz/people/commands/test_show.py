"""The forms in which `show` shows a case, and where it writes them."""

import json
from pathlib import Path

import pytest

from fuzz.people.filing import keep
from fuzz.people.output import Status
from fuzz.search.supervisor import Totals
from tests.fuzz.people.toys import LOST, case_of, swapstorm
from tests.toys import counter

Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.case").write_text(LOST)


def test_each_form_is_what_it_says(capsys: Said) -> None:
    begins = {
        "text": "Injected: ENOMEM at counter.note",
        "md": "Injected: ENOMEM at counter.note",
        "html": "<!doctype html>",
        "trace": '{"displayTimeUnit"',
    }
    for form, begin in begins.items():
        assert swapstorm("show", "a.case", "--format", form) == Status.GOOD
        assert capsys.readouterr().out.startswith(begin)


def test_a_file_gets_what_would_be_printed(capsys: Said) -> None:
    assert swapstorm("show", "a.case", "--format", "trace") == Status.GOOD
    printed = capsys.readouterr().out
    assert swapstorm("show", "a.case", "--format", "trace", "--output", "out/t.json") == Status.GOOD
    assert capsys.readouterr().out == ""
    assert Path("out/t.json").read_text() == printed
    assert json.loads(printed)["otherData"]["target"] == "counter"


def test_a_file_that_cannot_be_written_is_said_in_one_line(capsys: Said) -> None:
    Path("file").touch()
    assert swapstorm("show", "a.case", "--output", "file/below") == Status.MISUSED
    assert capsys.readouterr().err.startswith("swapstorm: cannot store below in file: ")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--kernel", "2"], "expected a case that shows a finding: it shows clean"),
        (["--finding", "hung"], "expected a case that shows the finding 'hung': it shows lost-"),
    ],
)
def test_a_report_needs_a_finding(options: list[str], said: str, capsys: Said) -> None:
    assert swapstorm("show", "a.case", "--format", "html", *options) == Status.MISUSED
    assert capsys.readouterr().err.startswith(f"swapstorm: a.case: {said}")


@pytest.mark.parametrize("more", [[], ["--format", "trace"], ["--format", "md", "--points"]])
def test_only_a_report_is_about_one_finding(more: list[str], capsys: Said) -> None:
    assert swapstorm("show", "a.case", "--finding", "lost-update", *more) == Status.MISUSED
    said = "swapstorm: --finding: only a report is about one: add --format md or --format html\n"
    assert capsys.readouterr().err == said


def test_a_list_of_visits_has_no_other_form(capsys: Said) -> None:
    assert swapstorm("show", "a.case", "--points", "--format", "html") == Status.MISUSED
    said = capsys.readouterr().err
    assert said == "swapstorm: --points: expected no --format html beside it\n"


def test_the_worst_finding_is_reported(capsys: Said) -> None:
    Path("hung.case").write_text(
        "target depot\nkernel 1\ntask A\n  move way=out\ntask B\n  move way=back\n"
        "switch A van.lock#1 B\n"
    )
    assert swapstorm("show", "hung.case", "--format", "md", "--finding", "hung-task") == Status.GOOD
    assert "\nINFO: task A:1 and B:2 blocked" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["md", "html"])
def test_a_report_of_a_stored_case_says_how_often_it_came_again(form: str, capsys: Said) -> None:
    case = case_of(LOST)
    folder = keep(counter.TARGET, Path("crashes"), case, ("lost-update", "add"), Totals()).folder
    facts = json.loads((folder / "crash.json").read_text())
    measured = {"reproduced": 7, "processes": 8, "interpreters": 2}
    (folder / "crash.json").write_text(json.dumps(facts | {"reliability": measured}))
    assert swapstorm("show", folder / "minimal.case", "--format", form) == Status.GOOD
    assert "in 7 of 8 fresh processes" in " ".join(capsys.readouterr().out.split())
    edited = LOST.replace("amount=3", "amount=4")
    (folder / "edited.case").write_text(edited)
    assert swapstorm("show", folder / "edited.case", "--format", form) == Status.GOOD
    assert "fresh processes" not in capsys.readouterr().out, "that is another case"
