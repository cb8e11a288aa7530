import os
from pathlib import Path

import pytest

from fuzz.keep.together import store_together
from fuzz.people.errors import UserError
from fuzz.people.triage import gathering
from fuzz.people.triage.gathering import gather
from tests.fuzz.people.toys import TARGETS
from tests.fuzz.people.triage.cases import LARGE, OVERFLOW, SMALL, write


@pytest.fixture(autouse=True)
def _stand_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_case_below_a_folder_is_gathered_by_name() -> None:
    write({"b/minimal.case": SMALL, "b/first.case": LARGE, "a.case": OVERFLOW, "b/report.md": "#"})
    gathered = gather([Path("crashes"), Path("crashes/a.case")], TARGETS)
    assert [str(one.path) for one in gathered.cases] == [
        "crashes/a.case",
        "crashes/b/first.case",
        "crashes/b/minimal.case",
        "crashes/a.case",
    ]
    assert [one.target.name for one in gathered.cases[:2]] == ["depot", "counter"]
    assert (gathered.cases[2].text, gathered.notes) == (SMALL, ())


def test_rubbish_is_named_and_left_alone() -> None:
    folder = write({"good/minimal.case": SMALL, "words.case": "hello\n", ".hidden/a.case": "no"})
    (folder / "binary.case").write_bytes(b"\0\0")
    (folder / "huge.case").write_bytes(b"#" * 1_000_001)
    (folder / "folder.case").mkdir()
    (folder / "link.case").symlink_to("good/minimal.case")
    (folder / "loop").symlink_to(".")
    os.mkfifo(folder / "pipe.case")
    before = sorted(map(str, folder.rglob("*")))
    gathered = gather([folder], TARGETS)
    assert [str(one.path) for one in gathered.cases] == ["crashes/good/minimal.case"]
    assert gathered.notes == (
        "skipped crashes/loop: a symbolic link",
        "skipped crashes/binary.case: binary",
        "skipped crashes/huge.case: more than 1,000,000 bytes",
        "skipped crashes/link.case: a symbolic link",
        "skipped crashes/pipe.case: not a regular file",
        "skipped crashes/words.case: line 1, column 1: expected a line 'target NAME', not 'hello'",
    )
    assert sorted(map(str, folder.rglob("*"))) == before


def test_what_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """As root, everything can be read: so the system is made to refuse."""
    folder = write({"a.case": SMALL, "b.case": SMALL})

    def refusing(path: Path) -> str:
        if path.name == "a.case":
            raise gathering.NoCase("Permission denied")
        return path.read_text()

    monkeypatch.setattr(gathering, "text_in", refusing)
    gathered = gather([folder], TARGETS)
    assert [one.path.name for one in gathered.cases] == ["b.case"]
    assert gathered.notes == ("skipped crashes/a.case: Permission denied",)


def test_cases_that_show_something_together_are_named() -> None:
    store_together(Path("crashes"), "lock-order", "a; b", (SMALL, LARGE))
    gathered = gather([Path("crashes")], TARGETS)
    assert gathered.cases == ()
    assert gathered.notes == ("skipped crashes/lock-order: its cases show something together only",)


def test_a_place_that_is_not_there_is_misuse() -> None:
    with pytest.raises(UserError, match="nowhere: No such file or directory"):
        gather([Path("nowhere")], TARGETS)
