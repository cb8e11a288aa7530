"""A process and all that it starts end together, and with whoever started them."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import psutil
import pytest

from targets.device.guests.process import ProcessTree
from tests.rules.source import ROOT
from tests.toys.waiting import has_ended, wait_until

STUBBORN: Final = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
other = os.fork()
if other:
    print(os.getpid(), other, flush=True)
time.sleep(1000)
"""
"""Two processes that are not impressed by being asked to end."""

ASKER: Final = """
import sys, time
from pathlib import Path
from tests.targets.device.guests.test_process import started
started(Path(sys.argv[1]), watched=True)
time.sleep(1000)
"""


def started(console: Path, *, watched: bool) -> ProcessTree:
    command = [sys.executable, "-IS", "-c", STUBBORN]
    with open(os.devnull) as nothing:
        return ProcessTree.start(command, nothing.fileno(), console, watched=watched)


def told_by(console: Path) -> list[int]:
    """The processes of a tree, when they are there."""
    wait_until(lambda: console.is_file() and console.read_text().endswith("\n"))
    return [int(word) for word in console.read_text().split()]


def descendants() -> set[int]:
    return {process.pid for process in psutil.Process().children(recursive=True)}


@pytest.mark.parametrize("watched", [False, True])
def test_what_is_ended_is_gone_with_whoever_watched_it(tmp_path: Path, *, watched: bool) -> None:
    before = descendants()
    tree = started(tmp_path / "console", watched=watched)
    assert set(told_by(tmp_path / "console")) <= descendants()
    tree.end(0.1)
    assert descendants() == before


def test_a_watched_tree_is_killed_when_its_starter_is(tmp_path: Path) -> None:
    console = tmp_path / "console"
    asker = subprocess.Popen([sys.executable, "-c", ASKER, str(console)], cwd=ROOT)
    pids = told_by(console)
    watchdogs = [each.pid for each in psutil.Process(asker.pid).children() if each.pid not in pids]
    assert len(watchdogs) == 1
    asker.send_signal(signal.SIGKILL)
    asker.wait()
    wait_until(lambda: all(has_ended(pid) for pid in [*pids, *watchdogs]))


def test_who_ends_without_a_word_takes_a_watched_tree_along(tmp_path: Path) -> None:
    console = tmp_path / "console"
    ends = ASKER.replace("time.sleep(1000)", "sys.stdin.read()")
    asker = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", ends, str(console)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
    )
    pids = told_by(console)
    asker.communicate()
    assert asker.returncode == 0
    wait_until(lambda: all(has_ended(pid) for pid in pids))
