import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.keep.files import (
    NAME_BYTES_MAX,
    KeepError,
    one_line,
    safe_name,
    write_atomically,
    write_together,
)
from tests.fuzz.keep.failing import contents, failing_disk, hidden


def test_a_file_gets_its_contents_and_nothing_else_appears(tmp_path: Path) -> None:
    write_atomically(tmp_path / "new" / "a.case", "ä\n")
    write_atomically(tmp_path / "new" / "a.case", b"second")
    assert contents(tmp_path) == {"new/a.case": b"second"}
    assert hidden(tmp_path) == []


def test_what_is_written_may_be_read_by_others(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    write_atomically(tmp_path / "a.case", "a")
    assert (tmp_path / "a.case").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("before", [None, b"old"])
def test_a_failure_leaves_the_old_file_or_the_new_one(tmp_path: Path, before: bytes | None) -> None:
    failures: list[str] = []
    for fails_at in range(1, 100):
        folder = tmp_path / str(fails_at)
        folder.mkdir()
        if before is not None:
            (folder / "a.case").write_bytes(before)
        with failing_disk(fails_at) as disk:
            try:
                write_atomically(folder / "a.case", b"new contents")
            except KeepError:
                failures.append(disk.failed)
                assert contents(folder) == ({} if before is None else {"a.case": before})
                assert hidden(folder) == []
            else:
                assert contents(folder) == {"a.case": b"new contents"}
        if not disk.failed:
            break
    assert failures == ["open", "write", "fsync", "close", "replace"]


def test_several_files_change_together_or_not_at_all(tmp_path: Path) -> None:
    old = {"a": b"old a", "b": b"old b"}
    new = {"a": b"new a", "b": b"new b", "c": b"new c"}
    failures = 0
    for fails_at in range(1, 100):
        folder = tmp_path / str(fails_at)
        folder.mkdir()
        for name, data in old.items():
            (folder / name).write_bytes(data)
        with failing_disk(fails_at) as disk:
            try:
                write_together(folder, new)
            except KeepError:
                failures += 1
                assert contents(folder) == old, f"call {fails_at}, {disk.failed}"
            else:
                assert contents(folder) == new, f"call {fails_at}, {disk.failed}"
        if not disk.failed:
            break
    assert failures == 3 * 4 + 2 * 4 + 3, "three files staged, two copied, three renamed"


def test_the_error_says_what_where_why_and_what_helps(tmp_path: Path) -> None:
    with failing_disk(3), pytest.raises(KeepError) as error:
        write_atomically(tmp_path / "a.case", "a")
    assert str(error.value) == (
        f"cannot store a.case in {tmp_path}: {os.strerror(errno.ENOSPC)}; nothing stored before "
        "is lost: make room or choose another folder, and try again"
    )


def test_a_file_in_the_place_of_a_folder_is_said_to_be_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("not a folder")
    with pytest.raises(KeepError, match=r"in .*folder: File exists; something else has that name"):
        write_atomically(tmp_path / "folder" / "a.case", "a")
    with pytest.raises(KeepError, match=r"Not a directory; something else has that name"):
        write_atomically(tmp_path / "folder" / "deeper" / "a.case", "a")


def test_a_folder_in_the_place_of_a_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.case").mkdir()
    with pytest.raises(KeepError, match="Is a directory"):
        write_atomically(tmp_path / "a.case", "a")
    assert (tmp_path / "a.case").is_dir()
    assert hidden(tmp_path) == []


def test_a_link_that_waits_under_the_hidden_name_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    (tmp_path / f".a.case.{os.getpid()}.new").symlink_to(tmp_path / "precious")
    with pytest.raises(KeepError):
        write_atomically(tmp_path / "a.case", "a")
    assert (tmp_path / "precious").read_text() == "precious"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 64 KiB; mounting one takes root and a kernel that lets us."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting a small disk takes root")
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let us mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_loses_nothing(small_disk: Path) -> None:
    write_atomically(small_disk / "old.case", b"old" * 1000)
    with pytest.raises(KeepError, match="No space left on device; nothing stored before is lost"):
        write_atomically(small_disk / "old.case", b"new" * 100_000)
    assert contents(small_disk) == {"old.case": b"old" * 1000}
    assert hidden(small_disk) == []
    write_atomically(small_disk / "old.case", b"smaller")
    assert contents(small_disk) == {"old.case": b"smaller"}


@given(st.text())
def test_any_name_becomes_the_name_of_a_file(name: str) -> None:
    safe = safe_name(name)
    assert safe.isascii()
    assert 0 < len(safe) <= NAME_BYTES_MAX + 9
    assert not safe.startswith((".", "-"))
    assert "/" not in safe
    assert safe_name(safe) == safe or len(safe) > NAME_BYTES_MAX


def test_different_names_stay_different() -> None:
    names = ["a b", "a_b", "a/b", "../a", "a" * 200, "a" * 201, "", ".", "..", "lost-update-add"]
    assert len({safe_name(name) for name in names}) == len(names)
    for name in ("lost-update-add", "lock-order-left+right"):
        assert safe_name(name) == name


@given(st.binary(min_size=1).filter(lambda name: b"\0" not in name))
def test_any_path_fits_a_line(name: bytes) -> None:
    assert one_line(Path(os.fsdecode(name))).isprintable()
