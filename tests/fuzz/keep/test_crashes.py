import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fuzz.keep import folders
from fuzz.keep.crashes import (
    Crash,
    Stored,
    Worth,
    crash_folder,
    is_known,
    list_crashes,
    look_for_crashes,
    store_crash,
    with_status_of,
)
from fuzz.keep.files import KeepError
from fuzz.keep.together import store_together
from tests.fuzz.keep.failing import contents, failing_disk, hidden, killed_at

OLD = Crash(
    "lost-update-add",
    minimal="long case",
    first="first case",
    report="old report",
    page="old page",
    facts="old facts",
)
NEW = Crash(
    "lost-update-add",
    minimal="case",
    first="another first case",
    report="new report",
    page="new page",
    facts="new facts",
)

OLD_FILES = {
    "lost-update-add/crash.json": b"old facts",
    "lost-update-add/first.case": b"first case",
    "lost-update-add/minimal.case": b"long case",
    "lost-update-add/report.html": b"old page",
    "lost-update-add/report.md": b"old report",
}
IMPROVED_FILES = {
    "lost-update-add/crash.json": b"new facts",
    "lost-update-add/first.case": b"first case",
    "lost-update-add/minimal.case": b"case",
    "lost-update-add/report.html": b"new page",
    "lost-update-add/report.md": b"new report",
}
FOREIGN = {
    "lost-update-add/notes/deep.txt": b"deep",
    "lost-update-add/timeline.txt": b"mine",
}


def never(known: str) -> Worth:
    raise AssertionError(f"asked about {known!r}")


def shorter(known: str) -> Worth:
    return Worth.BETTER if len(NEW.minimal) < len(known) else Worth.NO_BETTER


def strange(known: str) -> Worth:
    assert known
    return Worth.BESIDE


def put_foreign_things(folder: Path) -> None:
    for name, data in FOREIGN.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)


def test_a_new_crash_gets_a_folder(tmp_path: Path) -> None:
    assert store_crash(tmp_path / "crashes", OLD, never) is Stored.NEW
    assert contents(tmp_path / "crashes") == OLD_FILES
    assert hidden(tmp_path) == []


def test_a_better_case_replaces_case_and_report_but_not_the_first_case(tmp_path: Path) -> None:
    store_crash(tmp_path, OLD, never)
    assert store_crash(tmp_path, NEW, shorter) is Stored.IMPROVED
    assert contents(tmp_path) == IMPROVED_FILES
    assert hidden(tmp_path) == []


def test_what_else_is_in_a_folder_stays_there(tmp_path: Path) -> None:
    store_crash(tmp_path, OLD, never)
    put_foreign_things(tmp_path)
    (tmp_path / OLD.signature / "link").symlink_to("/nowhere")
    store_crash(tmp_path, NEW, shorter)
    assert contents(tmp_path) == IMPROVED_FILES | FOREIGN
    assert os.readlink(tmp_path / OLD.signature / "link") == "/nowhere"


def test_a_worse_case_changes_nothing(tmp_path: Path) -> None:
    store_crash(tmp_path, NEW, never)
    before = contents(tmp_path)
    assert is_known(tmp_path, OLD.signature, shorter)
    assert store_crash(tmp_path, OLD, shorter) is Stored.KNOWN
    assert contents(tmp_path) == before


def test_what_cannot_be_compared_is_kept_beside(tmp_path: Path) -> None:
    store_crash(tmp_path, OLD, never)
    assert store_crash(tmp_path, NEW, strange) is Stored.IMPROVED
    (tmp_path / OLD.signature / "minimal.case").write_bytes(b"\xff")
    assert not is_known(tmp_path, OLD.signature, never)
    assert store_crash(tmp_path, NEW, never) is Stored.NEW
    aside = {
        "lost-update-add/minimal.case.aside1": b"long case",
        "lost-update-add/minimal.case.aside2": b"\xff",
    }
    assert contents(tmp_path) == IMPROVED_FILES | aside


def test_a_link_in_the_place_of_a_case_is_kept_beside_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("mine")
    place = tmp_path / "crashes" / OLD.signature
    place.mkdir(parents=True)
    (place / "minimal.case").symlink_to(tmp_path / "elsewhere")
    assert store_crash(tmp_path / "crashes", OLD, never) is Stored.NEW
    assert (place / "minimal.case").read_text() == OLD.minimal
    assert os.readlink(place / "minimal.case.aside1") == str(tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere").read_text() == "mine"


def test_cases_that_show_it_together_stay_beside_the_one_that_does_alone(tmp_path: Path) -> None:
    store_together(tmp_path, OLD.signature, "a; b", ("one", "two"))
    before = contents(tmp_path)
    assert store_crash(tmp_path, OLD, never) is Stored.NEW
    assert contents(tmp_path) == OLD_FILES | before


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
    five_files = ["open", "write", "fsync", "close"] * 5
    assert failures == ["mkdir", "open", "mkdir", *five_files, "rename"]


def test_a_failure_leaves_the_old_crash_or_the_better_one(tmp_path: Path) -> None:
    failures: list[str] = []
    for fails_at in range(1, 100):
        folder = tmp_path / str(fails_at)
        store_crash(folder, OLD, never)
        put_foreign_things(folder)
        with failing_disk(fails_at) as disk:
            try:
                store_crash(folder, NEW, shorter)
            except KeepError:
                failures.append(disk.failed)
                expected = OLD_FILES | FOREIGN
            else:
                expected = IMPROVED_FILES | FOREIGN
            assert contents(folder) == expected, f"call {fails_at}, {disk.failed}"
        if not disk.failed:
            break
    assert len(failures) > 15
    assert failures[-1] == "exchange"


def test_a_kill_at_any_moment_leaves_the_old_crash_or_the_better_one(tmp_path: Path) -> None:
    seen = kills(tmp_path, OLD_FILES | FOREIGN, IMPROVED_FILES | FOREIGN, shorter)
    assert seen == sorted(seen), "first the old one, then the better one"
    assert len(set(seen)) == 2


def test_a_kill_at_any_moment_leaves_a_whole_new_crash_or_none(tmp_path: Path) -> None:
    seen: list[bool] = []
    for moment in range(1, 100):
        folder = tmp_path / str(moment)
        folder.mkdir()
        killed = killed_at(moment, lambda folder=folder: store_crash(folder, OLD, never))
        seen.append(contents(folder) == OLD_FILES)
        assert contents(folder) in ({}, OLD_FILES), f"call {moment}"
        assert store_crash(folder, OLD, lambda _: Worth.NO_BETTER) in (Stored.NEW, Stored.KNOWN)
        assert contents(folder) == OLD_FILES
        if not killed:
            break
    assert seen == sorted(seen)


def kills(
    tmp_path: Path,
    old: dict[str, bytes],
    new: dict[str, bytes],
    compare: Callable[[str], Worth],
) -> list[bool]:
    """Kill at each moment; afterwards the next one stores as if nothing had been."""
    seen: list[bool] = []
    for moment in range(1, 200):
        folder = tmp_path / str(moment)
        store_crash(folder, OLD, never)
        put_foreign_things(folder)
        killed = killed_at(moment, lambda folder=folder: store_crash(folder, NEW, compare))
        seen.append(contents(folder) == new)
        assert contents(folder) in (old, new), f"call {moment}"
        store_crash(folder, NEW, compare)
        assert contents(folder) == new
        assert [name for name in hidden(folder) if name.endswith(f".{os.getpid()}.new")] == []
        if not killed:
            return seen
    raise AssertionError("it never came to an end")


def test_where_names_cannot_be_exchanged_every_file_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "exchange", lambda *_: False)
    store_crash(tmp_path, OLD, never)
    put_foreign_things(tmp_path)
    assert store_crash(tmp_path, NEW, strange) is Stored.IMPROVED
    aside = {"lost-update-add/minimal.case.aside1": b"long case"}
    assert contents(tmp_path) == IMPROVED_FILES | FOREIGN | aside
    assert hidden(tmp_path) == []


def test_what_a_killed_process_left_behind_is_swept_away_and_what_lives_is_not(
    tmp_path: Path,
) -> None:
    ours, dead, living = (
        tmp_path / f".lost-update-add.{number}.new" for number in (os.getpid(), 4194305, 1)
    )
    for leftover in (ours, dead, living):
        leftover.mkdir()
        (leftover / "minimal.case").write_text("half")
    assert list_crashes(tmp_path) == []
    assert store_crash(tmp_path, OLD, never) is Stored.NEW
    assert contents(tmp_path) == OLD_FILES
    assert hidden(tmp_path) == [living.name]


def test_crashes_are_listed_by_name_and_rubbish_is_named(tmp_path: Path) -> None:
    for signature in ("b", "a", "odd/../name"):
        store_crash(tmp_path, Crash(signature, "m", "f", "r", "p"), never)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "empty").mkdir()
    (tmp_path / "binary").mkdir()
    (tmp_path / "binary" / "minimal.case").write_bytes(b"\0")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    store_together(tmp_path, "together", "a; b", ("one", "two"))
    crashes, notes = look_for_crashes(tmp_path)
    assert [crash.minimal.read_text() for crash in crashes] == ["m", "m", "m"]
    assert [crash.path for crash in crashes] == sorted(
        crash_folder(tmp_path, signature).path for signature in ("a", "b", "odd/../name")
    )
    assert {crash.first.read_text() + crash.report.read_text() for crash in crashes} == {"fr"}
    assert notes == [
        f"skipped {tmp_path}/binary: minimal.case: binary",
        f"skipped {tmp_path}/empty: minimal.case: No such file or directory",
        f"skipped {tmp_path}/link: a symbolic link",
        f"skipped {tmp_path}/notes.txt: not a folder",
        f"skipped {tmp_path}/together: several cases that show something together",
    ]


def test_no_folder_holds_no_crashes(tmp_path: Path) -> None:
    assert look_for_crashes(tmp_path / "nowhere") == ([], [])


def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "crashes").write_text("not a folder")
    with pytest.raises(KeepError, match="cannot look for crashes in"):
        list_crashes(tmp_path / "crashes")
    with pytest.raises(KeepError, match="cannot store crashes in"):
        store_crash(tmp_path / "crashes", OLD, never)


@pytest.mark.parametrize("linked", [False, True], ids=["file", "link"])
def test_what_is_no_folder_in_the_place_of_a_crash_is_left_alone(
    tmp_path: Path, *, linked: bool
) -> None:
    (tmp_path / "elsewhere").mkdir()
    place = tmp_path / "crashes" / OLD.signature
    place.parent.mkdir()
    if linked:
        place.symlink_to(tmp_path / "elsewhere")
    else:
        place.write_text("mine")
    with pytest.raises(KeepError, match="something else has that name: move it away"):
        store_crash(place.parent, OLD, never)
    assert (place.is_symlink(), list((tmp_path / "elsewhere").iterdir())) == (linked, [])
    assert hidden(tmp_path) == []


@pytest.mark.parametrize(
    ("known", "case", "said"),
    [
        ("k\n", "c\n", "c\n"),
        ("k\nstatus open", "c\n", "c\nstatus open\n"),
        ("k\nstatus open\n", "c\nstatus fixed\n", "c\nstatus open\n"),
        ("k\n", "c\nstatus fixed\n", "c\nstatus fixed\n"),
    ],
)
def test_a_better_case_takes_over_the_status_that_is_stored(
    known: str, case: str, said: str
) -> None:
    assert with_status_of(known, case) == said
