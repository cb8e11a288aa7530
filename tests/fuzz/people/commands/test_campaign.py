"""`swapstorm campaign` as it is typed: begun, looked at, stopped, killed, and begun again."""

import json
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from signal import SIGINT, SIGKILL
from typing import Any

import psutil
import pytest

from fuzz.keep.files import KeepError
from fuzz.keep.hub.database import STATE, Database
from fuzz.keep.lock import holder
from fuzz.people.campaign import view as views
from fuzz.people.campaign.view import look
from fuzz.people.output import Status
from tests.fuzz.people.campaign.running import DEPOT, ROOT
from tests.fuzz.people.campaign.stored import StoredCampaign
from tests.fuzz.people.toys import swapstorm
from tests.toys.waiting import has_ended, wait_until


class Started:
    """A campaign that somebody started in another terminal."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "fuzz.people.cli", "campaign", "start", str(folder)),
                *("--target", DEPOT, "--workers", "1", "--unit", "1", "--no-web", *words),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def until(self, entries: int = 1) -> None:
        wait_until(lambda: (self.folder / STATE).exists() and self._entries() >= entries)

    def _entries(self) -> int:
        assert self.process.poll() is None, self.process.communicate()
        with suppress(KeepError):  # It has not begun yet.
            return look(self.folder).state.entries if holder(self.folder) else 0
        return 0

    def children(self) -> list[int]:
        return [child.pid for child in psutil.Process(self.process.pid).children(recursive=True)]

    def end(self) -> tuple[str, str]:
        """Wait for its end, and return what it printed."""
        return self.process.communicate(timeout=60)


@pytest.fixture
def started(tmp_path: Path) -> Generator[Started]:
    started = Started(tmp_path / "campaign")
    yield started
    started.process.kill()
    started.process.communicate()


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err.strip()


def test_a_campaign_is_begun_looked_at_and_stopped(
    started: Started, capsys: pytest.CaptureFixture[str]
) -> None:
    started.until(entries=5)
    children = started.children()
    assert swapstorm("campaign", "status", started.folder, "--json") == Status.GOOD
    state = json.loads(capsys.readouterr().out)
    assert (state["status"], state["pid"]) == ("running", started.process.pid)
    assert state["cases"] >= 5
    assert [worker["name"] for worker in state["workers"]] == ["worker-1", "filer"]
    assert swapstorm("campaign", "stop", started.folder) == Status.GOOD
    assert "stopped" in capsys.readouterr().out
    out, err = started.end()
    assert started.process.returncode == Status.GOOD
    assert "features" in out
    assert err.splitlines()[-1] == "session 1 ends"
    assert all(map(has_ended, children))
    assert swapstorm("campaign", "stop", started.folder) == Status.MISUSED
    assert "no campaign is running in" in said(capsys)


def test_ctrl_c_stops_it_in_order(started: Started) -> None:
    started.until()
    started.process.send_signal(SIGINT)
    _, err = started.end()
    assert started.process.returncode == Status.GOOD
    assert err.splitlines()[-1] == "session 1 ends"


def test_two_campaigns_on_one_folder_are_refused(
    started: Started, capsys: pytest.CaptureFixture[str]
) -> None:
    started.until()
    assert swapstorm("campaign", "start", started.folder, "--seconds", 1) == Status.MISUSED
    assert said(capsys).startswith(
        f"swapstorm: process {started.process.pid} runs a campaign in {started.folder} already: "
    )
    assert started.process.poll() is None


def test_after_kill_9_of_everything_nothing_is_lost_and_nobody_is_left(started: Started) -> None:
    started.until(entries=10)
    children = started.children()
    before = look(started.folder).state
    cases = stored_hashes(started.folder)
    for pid in (started.process.pid, *children):
        os.kill(pid, SIGKILL)
    started.end()
    wait_until(lambda: all(map(has_ended, children)))
    database = Database(started.folder, reads_only=True)
    assert database.is_intact()
    database.close()
    assert cases <= stored_hashes(started.folder)
    again = Started(started.folder)
    try:
        wait_until(lambda: look(started.folder).state.executions > before.executions + 100)
    finally:
        again.process.terminate()
        again.end()
    after = look(started.folder).state
    assert cases <= stored_hashes(started.folder)
    assert {row.signature for row in before.findings} <= {row.signature for row in after.findings}


def test_when_the_supervisor_alone_is_killed_its_processes_end(started: Started) -> None:
    started.until()
    children = started.children()
    assert len(children) == 2
    os.kill(started.process.pid, SIGKILL)
    started.end()
    wait_until(lambda: all(map(has_ended, children)))
    assert holder(started.folder) is None


def test_a_full_disk_is_told_and_with_room_again_it_goes_on(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit on the size of files stands for a full disk: it takes no root."""
    monkeypatch.setattr(views, "SILENT_SECONDS", 2.0)
    started.until()
    members = [psutil.Process(pid) for pid in (started.process.pid, *started.children())]
    unlimited = (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY)
    for member in members:
        member.rlimit(psutil.RLIMIT_FSIZE, (64, psutil.RLIM_INFINITY))
    wait_until(lambda: "is the disk full?" in look(started.folder).trouble)
    cases = stored_hashes(started.folder)
    for member in members:
        member.rlimit(psutil.RLIMIT_FSIZE, unlimited)
    executions = look(started.folder).state.executions
    wait_until(lambda: look(started.folder).state.executions > executions)
    wait_until(lambda: not look(started.folder).trouble)
    assert cases <= stored_hashes(started.folder)
    assert len([member for member in members if member.is_running()]) == 3, "nobody died of it"


def stored_hashes(folder: Path) -> set[Any]:
    database = Database(folder, reads_only=True)
    try:
        return set(database.rows("SELECT lane, hash FROM entries"))
    finally:
        database.close()


def test_a_corpus_of_rubbish_is_skipped_line_by_line_and_left_as_it_is(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a-good.case").write_text("target depot\nkernel 1\ntask A\n  put\n")
    (corpus / "b-binary.case").write_bytes(b"\0\xff" * 20)
    (corpus / "c-link.case").symlink_to("/etc/passwd")
    (corpus / "d-folder.case").mkdir()
    os.mkfifo(corpus / "e-pipe.case")
    with (corpus / "f-enormous.case").open("wb") as file:
        file.truncate(10 << 30)
    (corpus / "g-secret.case").write_text("target depot\n")
    (corpus / "g-secret.case").chmod(0)
    (corpus / "h-no-case.case").write_text("good morning\n")
    (corpus / "i\nline.case").symlink_to("nowhere")
    before = sorted(os.listdir(corpus))
    started = Started(tmp_path / "campaign", "--corpus", str(corpus), "--seconds", "4")
    _, err = started.end()
    assert started.process.returncode == Status.GOOD
    lines = err.splitlines()
    for what in (
        "b-binary.case: not UTF-8 text",
        "c-link.case: a symbolic link",
        "d-folder.case: not a regular file",
        "e-pipe.case: not a regular file",
        "f-enormous.case: more than 1,000,000 bytes",
        r"i\nline.case: a symbolic link",
    ):
        assert [line for line in lines if line.endswith(what)], what
    if os.geteuid():
        assert any("g-secret.case: Permission denied" in line for line in lines)
    assert sorted(os.listdir(corpus)) == before


def test_a_campaign_goes_on_in_the_background_and_says_where(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "campaign"
    words = ["campaign", "start", str(folder), "--target", DEPOT, "--workers", "1", "--detach"]
    done = subprocess.run(
        [sys.executable, "-m", "fuzz.people.cli", *words],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == Status.GOOD, done.stderr
    pid = holder(folder)
    assert done.stdout == f"process {pid} searches in {folder}; {look(folder).url}\n"
    assert swapstorm("campaign", "stop", folder) == Status.GOOD
    assert pid is not None
    wait_until(lambda: has_ended(pid))
    capfd.readouterr()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["status", "nowhere"], "there is no campaign in nowhere: it has no state.sqlite"),
        (["stop", "nowhere"], "there is no campaign in nowhere: it has no state.sqlite"),
        (["start", "--target", "cupboard"], "cupboard"),
        (["start", "--target", DEPOT, "--kernel", "9"], "--kernel: expected one of 1, not"),
        (["start", "--target", DEPOT, "--set", "x=1"], "--set: expected one of"),
        (["start", "--target", DEPOT, "--corpus", "file"], "'file' is a file"),
        (["start", "file/below"], "cannot store lock in file/below: "),
    ],
)
def test_what_a_person_does_wrong_is_one_clear_line(
    words: list[str],
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    assert swapstorm("campaign", *words) == Status.MISUSED
    assert complaint in said(capsys)
    assert len(said(capsys).splitlines()) <= 1


def test_a_state_of_a_newer_swapstorm_is_refused_and_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = StoredCampaign(tmp_path)
    stored.search(10, 1)
    with stored.hub.database.writing("be newer") as state:
        state.do("PRAGMA user_version = 2")
    stored.hub.close()
    before = (tmp_path / STATE).read_bytes()
    for command in ("start", "status"):
        assert swapstorm("campaign", command, tmp_path) == Status.MISUSED
        assert "is of version 2, and this Swapstorm knows only up to 1" in said(capsys)
    assert (tmp_path / STATE).read_bytes() == before
