"""What a person reads, and what a script does."""

import io
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

import pytest
from rich.console import Console

from fuzz.keep.crashes import Stored, crash_folder
from fuzz.keep.files import KeepError
from fuzz.people import terminal
from fuzz.people.filing import Kept
from fuzz.people.progress import (
    Screen,
    found_line,
    opening_line,
    progress_line,
    show_end,
    shrunk_line,
    size_of,
)
from fuzz.people.session import Plan, Session
from fuzz.program.execute import execute
from fuzz.search.supervisor import Totals
from tests.fuzz.people.toys import LOST, case_of
from tests.toys import counter

CASE: Final = case_of(LOST)
TOTAL: Final = Totals(runs=12_345, features=67, kept=8, seconds=10.0)

Said = pytest.CaptureFixture[str]


def kept(**changes: Any) -> Kept:
    finding = execute(counter.TARGET, CASE).findings[0]
    one = Kept(
        finding=finding,
        first=CASE,
        case=CASE,
        stored=Stored.NEW,
        folder=Path("crashes/lost-update-add"),
        runs=1234,
        seconds=5.25,
        shrinking_runs=99,
    )
    return replace(one, **changes)


def ended(*findings: Kept) -> Session:
    return cast("Session", SimpleNamespace(totals=TOTAL, findings=list(findings)))


def plan(**options: Any) -> Plan:
    usual: dict[str, Any] = {
        "target": counter.TARGET,
        "where": "counter",
        "kernel": "1",
        "settings": {},
        "signals": (),
        "crashes": Path("crashes"),
    }
    return Plan(**{**usual, **options})


@pytest.mark.parametrize(
    ("options", "limit"),
    [
        ({}, "kernel 1, until you stop it."),
        ({"seconds": 60.0}, "kernel 1, for 60 seconds."),
        (
            {"settings": {"cpus": "1"}, "seconds": 0.5, "runs": 7, "until": "overrun"},
            "kernel 1, cpus 1, for 0.5 seconds or for 7 runs or until overrun is found.",
        ),
    ],
)
def test_the_first_line_says_what_happens_and_how_to_end_it(
    options: dict[str, Any], limit: str
) -> None:
    assert opening_line(plan(**options)) == (
        f"Looking for bugs in counter (tasks that add to one counter), {limit} "
        "Ctrl-C ends it earlier and keeps what was found, in crashes."
    )


def test_lines_say_how_far_a_search_has_come_and_what_it_found() -> None:
    assert progress_line(TOTAL, 2) == (
        "  10.0 s  12,345 runs  1,234/s  67 features  8 kept  2 findings"
    )
    assert progress_line(Totals(), 1).endswith("0 runs  0/s  0 features  0 kept  1 finding")
    assert found_line(kept()) == (
        "   5.2 s  found lost-update in add (data-loss) in run 1,234; now it is shrunk"
    )
    assert shrunk_line(kept()) == (
        "          lost-update in add takes 2 tasks, 4 operations, 1 fault, 1 switch: "
        "crashes/lost-update-add (new)"
    )


def test_the_size_of_a_case_leaves_out_what_is_not_there() -> None:
    assert size_of(replace(CASE, faults=(), switches=())) == "2 tasks, 4 operations"
    assert size_of(replace(CASE, switches=CASE.switches * 2)).endswith("1 fault, 2 switches")


def test_without_a_terminal_lines_are_few_and_on_standard_error(capsys: Said) -> None:
    with Screen() as screen:
        for tenths in range(250):
            screen.progressed(Totals(seconds=tenths / 10), 0)
        screen.found(kept())
        screen.shrunk(kept())
        screen.said("[bold]note")
        screen.abandon()
    said = capsys.readouterr()
    assert said.out == ""
    lines = said.err.splitlines()
    assert [line.split()[0] for line in lines[:2]] == ["10.0", "20.0"]
    assert lines[2:] == [found_line(kept()), shrunk_line(kept()), "[bold]note"]


def test_on_a_terminal_one_line_moves_and_is_gone_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = io.StringIO()
    monkeypatch.setenv("TERM", "xterm")
    console = Console(file=drawn, force_terminal=True, width=100)
    monkeypatch.setattr(terminal, "Console", lambda **_: console)
    with Screen() as screen:
        screen.progressed(TOTAL, 2)
        screen.found(kept())
        screen.said("[bold]note")
    assert progress_line(TOTAL, 2) in drawn.getvalue()
    assert found_line(kept()) in drawn.getvalue()
    assert "[bold]note" in drawn.getvalue()
    assert drawn.getvalue().rstrip().endswith("\x1b[2K")


def test_the_end_shows_totals_all_findings_and_the_report_of_the_worst(
    capsys: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    report = crash_folder(Path("crashes"), "lost-update-add").report
    report.parent.mkdir(parents=True)
    report.write_text("Injected: nothing.\n\nBUG\n===\n")
    harms = {harm.value: harm for harm in type(kept().finding.harm)}
    latent = replace(kept().finding, kind="torn", harm=harms["latent"])
    show_end(
        ended(kept(finding=latent, runs=3, folder=Path("crashes/torn-add")), kept()), as_json=False
    )
    said = capsys.readouterr()
    assert said.err == ""
    lines = said.out.splitlines()
    assert lines[0] == "12,345 runs in 10.0 s, 2 findings"
    assert [line.split("\t")[:4] for line in lines[1:3]] == [
        ["data-loss", "lost-update", "add", "1234"],
        ["latent", "torn", "add", "3"],
    ]
    assert lines[4] == (
        "Each has a folder in crashes. "
        "The worst one, as crashes/lost-update-add/report.md tells it:"
    )
    assert lines[6:] == ["Injected: nothing.", "", "BUG", "==="]


def test_a_report_that_is_gone_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KeepError, match=r"cannot read report.md in crashes/lost-update-add: No"):
        show_end(ended(kept()), as_json=False)


def test_an_end_without_findings_is_one_line(capsys: Said) -> None:
    show_end(ended(), as_json=False)
    assert capsys.readouterr().out == "12,345 runs in 10.0 s, 0 findings\n"


def test_a_script_gets_one_object(capsys: Said) -> None:
    show_end(ended(kept()), as_json=True)
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert json.loads(said) == {
        "runs": 12345,
        "seconds": 10.0,
        "features": 67,
        "kept": 8,
        "findings": [
            {
                "kind": "lost-update",
                "place": "add",
                "harm": "data-loss",
                "title": "an update of the counter is lost",
                "runs": 1234,
                "seconds": 5.25,
                "shrinking_runs": 99,
                "tasks": 2,
                "operations": 4,
                "faults": 1,
                "switches": 1,
                "stored": "new",
                "folder": "crashes/lost-update-add",
            }
        ],
    }
