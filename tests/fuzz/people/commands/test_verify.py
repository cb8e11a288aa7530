"""`swapstorm verify`: what it proves, finds and leaves open, and how it says so."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from fuzz.people.cli import main
from fuzz.people.output import Status
from fuzz.people.source import read_case
from fuzz.program.execute import execute
from tests.toys.counter import TARGET

WHERE: Final = "tests.toys.counter:TARGET"
PROGRAM: Final = "target counter\nkernel {}\ntask A\n  add amount=1\ntask B\n  add amount=2\n"


@pytest.fixture
def racy(tmp_path: Path) -> Path:
    path = tmp_path / "racy.case"
    path.write_text(PROGRAM.format(1))
    return path


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    path = tmp_path / "clean.case"
    path.write_text(PROGRAM.format(2))
    return path


def verify(path: Path, *options: str) -> int:
    return main(["verify", str(path), "--target", WHERE, "-j", "1", *options])


def test_a_clean_program_is_proved(clean: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(clean) == Status.GOOD
    assert capsys.readouterr().out.startswith(
        "no finding within: counter 2, 2 tasks (A: add amount=1; B: add amount=2), "
        "any number of preemptions, <= 1 fault\n"
    )


def test_a_finding_is_written_as_a_case_that_shows_it(racy: Path, tmp_path: Path) -> None:
    assert verify(racy, "--into", str(tmp_path / "found")) == Status.FAILED
    (path,) = (tmp_path / "found").iterdir()
    case = read_case(path, {"counter": TARGET})
    shown = [finding.identity for finding in execute(TARGET, case).findings]
    assert (path.name, shown) == ("lost-update-add.case", [("lost-update", "add")])


def test_a_limit_leaves_it_undetermined(clean: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(clean, "--runs", "1", "--no-reduction", "--faults", "0") == Status.UNDETERMINED
    assert "undetermined: " in capsys.readouterr().out


def test_what_was_left_is_done_later_with_the_same_result(
    clean: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--resume", str(tmp_path / "state"), "--no-reduction", "--faults", "0", "--json")
    assert verify(clean, "--runs", "1", *asked) == Status.UNDETERMINED
    assert verify(clean, *asked) == Status.GOOD
    assert verify(clean, *asked[2:]) == Status.GOOD
    parts: list[dict[str, Any]] = [json.loads(x) for x in capsys.readouterr().out.splitlines()]
    assert [part["executions"] for part in parts[1:]] == [parts[2]["executions"]] * 2
    assert parts[0]["executions"] < parts[1]["executions"]


def test_a_state_of_another_program_is_refused(
    clean: Path, racy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = str(tmp_path / "state")
    verify(clean, "--resume", state)
    capsys.readouterr()
    assert verify(racy, "--resume", state) == Status.MISUSED
    said = capsys.readouterr().err
    assert said == f"swapstorm: {state}: it is of another case: choose another file\n"


def test_a_file_that_is_no_state_is_refused(
    clean: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    state.write_text("hello")
    assert verify(clean, "--resume", str(state)) == Status.MISUSED
    said = capsys.readouterr().err
    assert said == f"swapstorm: {state}: expected a file that `verify --resume` wrote\n"


def test_a_bound_on_preemptions_is_kept(racy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bound = ("--preemptions", "0", "--faults", "0")
    assert (verify(racy, *bound), "<= 0 preemptions" in capsys.readouterr().out) == (0, True)
    assert verify(racy, "--preemptions", "1", "--faults", "0") == Status.FAILED


def test_a_wrong_setup_is_one_line(clean: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(clean, "--setup", "C=1") == Status.MISUSED
    said = capsys.readouterr().err
    assert said == f"swapstorm: {clean}: --setup: expected one of A, B, not 'C'\n"
