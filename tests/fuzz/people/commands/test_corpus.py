"""What `swapstorm corpus` says and does, and what it leaves alone."""

import json
import os
from pathlib import Path

import pytest

from fuzz.people.output import Status
from tests.fuzz.people.toys import LOST, swapstorm

Said = pytest.CaptureFixture[str]

ADD = "target counter\nkernel 2\ntask A\n  add amount=1\n"
READ = ADD + "  read\n"
TEST = LOST + "expect 1 lost-update add\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    cases = tmp_path / "cases"
    cases.mkdir()
    for name, text in (("a", ADD), ("b", READ), ("c", READ + "  read\n"), ("test", TEST)):
        (cases / f"{name}.case").write_text(text)
    (cases / "notes.txt").write_text("not a case")
    (cases / "rubbish.case").write_text("rubbish\n")
    (cases / "link.case").symlink_to("a.case")
    return cases


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


BAD = ["link.case", "notes.txt", "rubbish.case"]


def test_minimise_says_what_is_not_needed_and_deletes_nothing(folder: Path, capsys: Said) -> None:
    before = left(folder)
    assert swapstorm("corpus", "minimise", "cases") == Status.GOOD
    said = capsys.readouterr()
    assert said.out == (
        "not needed: cases/b.case\n3 cases of 4 reach the same (1 of them kept as tests)\n"
    )
    assert said.err.splitlines() == [
        "swapstorm: left out: cases/link.case: not a regular file",
        "swapstorm: left out: cases/rubbish.case:1:1: expected a line 'target NAME', not 'rubbish'",
    ]
    assert left(folder) == before


def test_minimise_into_another_folder_leaves_the_first_one_alone(folder: Path) -> None:
    before = left(folder)
    assert swapstorm("corpus", "minimise", "cases", "--into", "few") == Status.GOOD
    assert left(folder) == before
    assert left(Path("few")) == ["a.case", "c.case", "test.case"]
    assert Path("few/c.case").read_bytes() == (folder / "c.case").read_bytes()


def test_minimise_in_place_deletes_cases_that_are_not_needed_and_nothing_else(
    folder: Path,
) -> None:
    assert swapstorm("corpus", "minimise", "cases", "--in-place") == Status.GOOD
    assert left(folder) == sorted(["a.case", "c.case", "test.case", *BAD])


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("options", [["--into", "cases"], ["--into", "few", "--in-place"]])
def test_two_ways_at_once_are_refused(options: list[str], capsys: Said) -> None:
    assert swapstorm("corpus", "minimise", "cases", *options) == Status.MISUSED
    assert capsys.readouterr().err == (
        "swapstorm: --into: expected another folder, and no --in-place beside it\n"
    )


@pytest.mark.usefixtures("folder")
def test_stats_count_what_is_reached(capsys: Said) -> None:
    assert swapstorm("corpus", "stats", "cases") == Status.GOOD
    rows = dict(line.split("\t") for line in capsys.readouterr().out.splitlines())
    wanted = {"cases": "4", "operations": "2", "kernels": "2", "findings": "1"}
    assert {name: rows[name] for name in wanted} == wanted
    assert rows["faults injected"] == "1"


@pytest.mark.usefixtures("folder")
def test_nothing_is_lost_against_itself(capsys: Said) -> None:
    swapstorm("corpus", "stats", "cases", "--json")
    Path("before.json").write_text(capsys.readouterr().out)
    assert swapstorm("corpus", "stats", "cases", "--against", "before.json") == Status.GOOD
    assert "lost" not in capsys.readouterr().out


def test_what_is_lost_is_named_and_a_failure(folder: Path, capsys: Said) -> None:
    swapstorm("corpus", "stats", "cases", "--json")
    Path("before.json").write_text(capsys.readouterr().out)
    os.remove(folder / "test.case")
    assert swapstorm("corpus", "stats", "cases", "--against", "before.json") == Status.FAILED
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("lost")]
    assert "lost: counter: findings: 1 of 1: lost-update-add" in lines
    assert "lost: counter: kernels: 1 of 2: 1" in lines
    assert any(line.startswith("lost: counter: signal reads-from: ") for line in lines)


@pytest.mark.usefixtures("folder")
def test_a_minimised_corpus_has_lost_nothing(capsys: Said) -> None:
    swapstorm("corpus", "stats", "cases", "--json")
    Path("before.json").write_text(capsys.readouterr().out)
    swapstorm("corpus", "minimise", "cases", "--in-place")
    assert swapstorm("corpus", "stats", "cases", "--against", "before.json") == Status.GOOD


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "before.json: No such file or directory"),
        ("{", "before.json: expected what 'swapstorm corpus stats --json' printed"),
        ("[]", "before.json: expected what 'swapstorm corpus stats --json' printed"),
        (json.dumps({"version": 2}), "before.json: expected version 1, not 2"),
    ],
)
def test_a_file_that_is_no_coverage_is_refused(text: str | None, why: str, capsys: Said) -> None:
    if text is not None:
        Path("before.json").write_text(text)
    assert swapstorm("corpus", "stats", "cases", "--against", "before.json") == Status.MISUSED
    assert capsys.readouterr().err == f"swapstorm: {why}\n"


@pytest.mark.usefixtures("folder")
def test_a_folder_that_is_not_there_is_one_line(capsys: Said) -> None:
    assert swapstorm("corpus", "stats", "nowhere") == Status.MISUSED
    assert capsys.readouterr().err.startswith("swapstorm: cannot look for cases in nowhere: ")
