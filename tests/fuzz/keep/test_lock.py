"""One at a time, and whoever asks learns who."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from fuzz.keep.files import KeepError
from fuzz.keep.lock import FolderLock, HeldBy, holder

ROOT: Final = Path(__file__).parents[3]
HOLDS: Final = """
import sys, signal
from pathlib import Path
from fuzz.keep.lock import FolderLock
lock = FolderLock(Path(sys.argv[1]))
print("held", flush=True)
signal.pause()
"""


def test_a_lock_is_had_by_one_and_given_back(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path / "new")
    with pytest.raises(HeldBy) as refused:
        FolderLock(tmp_path / "new")
    assert refused.value.pid == os.getpid()
    lock.release()
    FolderLock(tmp_path / "new").release()


def test_who_asks_learns_who_has_it(tmp_path: Path) -> None:
    assert holder(tmp_path) is None
    lock = FolderLock(tmp_path)
    assert holder(tmp_path) == os.getpid()
    assert holder(tmp_path) == os.getpid(), "asking does not take it away"
    lock.release()
    assert holder(tmp_path) is None


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    assert holder(tmp_path) == process.pid
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert holder(tmp_path) is None
    FolderLock(tmp_path).release()


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeepError, match="cannot lock in"):
        FolderLock(tmp_path)
    assert not (tmp_path / "elsewhere").exists()
