import json
from pathlib import Path

import pytest

from tests.fuzz.people.toys import swapstorm
from tests.fuzz.people.triage.cases import OVERFLOW, SMALL, write


@pytest.fixture(autouse=True)
def _stand_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_bugs_that_are_there_are_listed_worst_first(capsys: pytest.CaptureFixture[str]) -> None:
    write({"a.case": SMALL, "b.case": OVERFLOW})
    assert swapstorm("triage", "crashes") == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "crash\topen\toverflow\tput\t1\t-\t1",
        "data-loss\topen\tlost-update\tadd\t1\t2\t1",
    ]
    assert err == ""


def test_every_form_is_printed_and_written(capsys: pytest.CaptureFixture[str]) -> None:
    write({"a.case": SMALL})
    files = {"md": "out.md", "json": "out.json", "sarif": "out.sarif", "junit": "deep/out.xml"}
    outputs = [word for name in files.values() for word in ("--output", name)]
    assert swapstorm("triage", "crashes", "--quick", *outputs) == 0
    capsys.readouterr()
    for form, name in files.items():
        assert swapstorm("triage", "crashes", "--quick", "--format", form) == 0
        assert capsys.readouterr().out == Path(name).read_text().rstrip("\n") + "\n"


def test_only_what_is_new_fails(capsys: pytest.CaptureFixture[str]) -> None:
    write({"a.case": SMALL})
    assert swapstorm("triage", "crashes", "--quick", "--output", "before.json") == 0
    assert swapstorm("triage", "crashes", "--quick", "--baseline", "before.json") == 0
    write({"b.case": OVERFLOW})
    capsys.readouterr()
    command = ("triage", "crashes", "--quick", "--baseline", "before.json", "--format", "json")
    assert swapstorm(*command) == 1
    groups = json.loads(capsys.readouterr().out)["groups"]
    assert {group["signature"]: group["state"] for group in groups} == {
        "overflow-put": "new",
        "lost-update-add": "open",
    }


def test_what_cannot_be_read_is_said_and_is_no_pass(capsys: pytest.CaptureFixture[str]) -> None:
    write({"a.case": SMALL, "bad.case": "rubbish"})
    assert swapstorm("triage", "crashes", "--quick") == 3
    assert capsys.readouterr().err == (
        "swapstorm: skipped crashes/bad.case: line 1, column 1: "
        "expected a line 'target NAME', not 'rubbish'\n"
    )


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["nowhere"], "nowhere: No such file or directory"),
        (["crashes", "--output", "out.txt"], "--output: expected a name that ends in .md, .json"),
        (["crashes", "--baseline", "nowhere"], "nowhere: No such file or directory"),
    ],
)
def test_misuse_is_one_line(capsys: pytest.CaptureFixture[str], words: list[str], why: str) -> None:
    write({"a.case": SMALL})
    assert swapstorm("triage", *words) == 2
    assert why in capsys.readouterr().err


def test_an_empty_folder_holds_no_bugs(capsys: pytest.CaptureFixture[str]) -> None:
    Path("crashes").mkdir()
    assert swapstorm("triage", "crashes") == 0
    assert capsys.readouterr().out == "0 cases, 0 bugs: nothing\n"
