import os
from pathlib import Path

import pytest

from fuzz.keep.crashes import Crash, Stored, crash_folder, list_crashes, store_crash
from fuzz.keep.files import KeepError
from tests.fuzz.keep.failing import contents, failing_disk, hidden

OLD = Crash(
    "lost-update-add",
    minimal="long case",
    first="first case",
    report="old report",
    page="old page",
)
NEW = Crash(
    "lost-update-add",
    minimal="case",
    first="another first case",
    report="new report",
    page="new page",
)

OLD_FILES = {
    "lost-update-add/first.case": b"first case",
    "lost-update-add/minimal.case": b"long case",
    "lost-update-add/report.html": b"old page",
    "lost-update-add/report.md": b"old report",
}
IMPROVED_FILES = {
    "lost-update-add/first.case": b"first case",
    "lost-update-add/minimal.case": b"case",
    "lost-update-add/report.html": b"new page",
    "lost-update-add/report.md": b"new report",
}


def never(known: bytes) -> bool:
    raise AssertionError(f"asked about {known!r}")


def shorter(known: bytes) -> bool:
    return len(NEW.minimal) < len(known)


def test_a_new_crash_gets_a_folder(tmp_path: Path) -> None:
    assert store_crash(tmp_path / "crashes", OLD, never) is Stored.NEW
    assert contents(tmp_path / "crashes") == OLD_FILES
    assert hidden(tmp_path) == []


def test_a_better_case_replaces_case_and_report_but_not_the_first_case(tmp_path: Path) -> None:
    store_crash(tmp_path, OLD, never)
    assert store_crash(tmp_path, NEW, shorter) is Stored.IMPROVED
    assert contents(tmp_path) == IMPROVED_FILES
    assert hidden(tmp_path) == []


def test_a_worse_case_changes_nothing(tmp_path: Path) -> None:
    store_crash(tmp_path, OLD, never)
    assert store_crash(tmp_path, NEW, lambda known: known != b"long case") is Stored.KNOWN
    assert contents(tmp_path) == OLD_FILES


def test_a_failure_leaves_the_old_folder_or_none(tmp_path: Path) -> None:
    failures: list[str] = []
    for fails_at in range(1, 100):
        folder = tmp_path / str(fails_at)
        with failing_disk(fails_at) as disk:
            try:
                store_crash(folder, OLD, never)
            except KeepError:
                failures.append(disk.failed)
                assert contents(folder) == {}
                assert hidden(folder) == []
            else:
                assert contents(folder) == OLD_FILES
        if not disk.failed:
            break
    four_files = ["open", "write", "fsync", "close"] * 4
    assert failures == ["mkdir", "open", "mkdir", *four_files, "rename"]


def test_a_failure_leaves_the_old_crash_or_the_better_one(tmp_path: Path) -> None:
    failures = 0
    for fails_at in range(1, 100):
        folder = tmp_path / str(fails_at)
        store_crash(folder, OLD, never)
        with failing_disk(fails_at) as disk:
            try:
                store_crash(folder, NEW, shorter)
            except KeepError:
                failures += 1
                assert contents(folder) == OLD_FILES, f"call {fails_at}, {disk.failed}"
            else:
                assert contents(folder) == IMPROVED_FILES, f"call {fails_at}, {disk.failed}"
        if not disk.failed:
            break
    assert failures > 15


def test_what_a_killed_process_left_behind_is_not_in_the_way(tmp_path: Path) -> None:
    leftover = tmp_path / f".lost-update-add.{os.getpid()}.new"
    leftover.mkdir()
    (leftover / "minimal.case").write_text("half")
    assert list_crashes(tmp_path) == []
    assert store_crash(tmp_path, OLD, never) is Stored.NEW
    assert contents(tmp_path) == OLD_FILES


def test_crashes_are_listed_by_name_and_rubbish_is_not(tmp_path: Path) -> None:
    for signature in ("b", "a", "odd/../name"):
        store_crash(tmp_path, Crash(signature, "m", "f", "r", "p"), never)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "empty").mkdir()
    crashes = list_crashes(tmp_path)
    assert [crash.minimal.read_text() for crash in crashes] == ["m", "m", "m"]
    assert [crash.path for crash in crashes] == sorted(
        crash_folder(tmp_path, signature).path for signature in ("a", "b", "odd/../name")
    )
    assert {crash.first.read_text() + crash.report.read_text() for crash in crashes} == {"fr"}


def test_no_folder_holds_no_crashes(tmp_path: Path) -> None:
    assert list_crashes(tmp_path / "nowhere") == []


def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "crashes").write_text("not a folder")
    with pytest.raises(KeepError, match="cannot look for crashes in"):
        list_crashes(tmp_path / "crashes")
    with pytest.raises(KeepError, match="cannot store crashes in"):
        store_crash(tmp_path / "crashes", OLD, never)


def test_a_file_in_the_place_of_a_crash_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / OLD.signature).write_text("mine")
    with pytest.raises(KeepError):
        store_crash(tmp_path, OLD, never)
    assert contents(tmp_path) == {OLD.signature: b"mine"}
