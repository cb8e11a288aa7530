"""A few lines of Python stand in for each worker, so that it does just what a test is about."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from signal import SIGKILL
from typing import Any, Final

import pytest

from fuzz.search.job import Crossed, Found, Job, Novel
from fuzz.search.process import fixed_addresses
from fuzz.search.supervisor import Limits, Supervisor, Totals, WorkerFailed, WorkersDie
from tests.toys.waiting import has_ended, wait_until

JOB: Final = Job("toy", "1", {}, seed=3, runs=100, signals=(), inputs="/nowhere")

PRELUDE: Final = """
import json, sys, time
job = json.loads(sys.stdin.readline())
def say(what, /, **words): print(json.dumps({"is": what, **words}), flush=True)
def progress(runs, kept=0): say("progress", runs=runs, features=runs, kept=kept)
progress(0)
"""
ENDLESS: Final = """
progress(5)
while True: time.sleep(0.01); progress(6)
"""
FOUND: Final = 'say("found", runs=4, kind="bug", place="here", case="a case")\n'


class Diary:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.entries: list[object] = []

    def progressed(self, total: Totals) -> None:
        pass

    def crossed(self, message: Crossed) -> None:
        raise AssertionError(message)

    def found(self, message: Found, total: Totals) -> None:
        self.entries.append((message.kind, total.runs))

    def novel(self, message: Novel) -> None:
        self.entries.append(message)

    def restarted(self, reason: str) -> None:
        self.entries.append(reason)


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def supervised(tmp_path: Path, diary: Diary) -> Any:
    """Return a function that makes a supervisor; its worker ends with the test."""
    made: list[Supervisor] = []

    def supervise(body: str, **options: Any) -> Supervisor:
        command = (sys.executable, "-c", PRELUDE + body)
        made.append(Supervisor(JOB, diary, tmp_path / "log", command=command, **options))
        return made[-1]

    yield supervise
    for supervisor in made:
        supervisor.end()


def poll(supervisor: Supervisor, until: Callable[[], object]) -> None:
    wait_until(until, supervisor.poll)


def poll_to_the_end(supervisor: Supervisor) -> None:
    poll(supervisor, lambda: supervisor.over)
    supervisor.end()


def test_slices_follow_each_other_until_the_runs_are_done(supervised: Any, diary: Diary) -> None:
    body = 'say("novel", case=f"{job[\'seed\']} {job[\'runs\']}"); progress(job["runs"])'
    supervisor = supervised(body, runs=250)
    poll_to_the_end(supervisor)
    assert diary.entries == [Novel("3001 100"), Novel("3002 100"), Novel("3003 50")]
    assert supervisor.totals.runs == 250
    assert supervisor.totals.features == 100


def test_a_search_ends_in_time_and_its_worker_with_it(supervised: Any) -> None:
    supervisor = supervised(ENDLESS, seconds=0.2)
    supervisor.poll()
    pid = supervisor.pid
    assert not has_ended(pid)
    poll(supervisor, lambda: supervisor.over)
    supervisor.poll()
    assert has_ended(pid)
    assert supervisor.pid == 0


def test_what_was_said_before_the_end_is_heard(
    tmp_path: Path, supervised: Any, diary: Diary
) -> None:
    told = tmp_path / "told"
    supervisor = supervised(FOUND + f"open({str(told)!r}, 'w').close()\n" + ENDLESS)
    supervisor.poll()
    wait_until(told.exists)
    supervisor.stop()
    supervisor.poll()
    assert diary.entries == [("bug", 4)]


def test_a_killed_worker_is_replaced_and_its_findings_stay(supervised: Any, diary: Diary) -> None:
    body = ('say("novel", case=" ".join(job["known"]))\n' + FOUND + ENDLESS).replace(
        "progress(5)", "progress(5, kept=1)"
    )
    supervisor = supervised(body)
    poll(supervisor, lambda: supervisor.totals.runs >= 5)
    first = supervisor.pid
    os.kill(first, SIGKILL)
    poll(supervisor, lambda: len(diary.entries) == 5)
    killed = "a worker was killed by SIGKILL"
    known = Novel("bug-here")
    assert diary.entries[:4] == [Novel(""), ("bug", 4), killed, known]
    assert supervisor.pid != first
    assert supervisor.totals.runs >= 9


def test_half_a_message_of_a_dead_worker_is_none(supervised: Any, diary: Diary) -> None:
    body = 'progress(9, kept=1); sys.stdout.write(\'{"is": "fou\'); sys.stdout.flush(); sys.exit(6)'
    supervisor = supervised(body)
    poll(supervisor, lambda: diary.entries)
    assert diary.entries == ["a worker ended with status 6"]
    assert supervisor.totals.runs == 9


def test_a_silent_worker_is_replaced(supervised: Any, diary: Diary) -> None:
    supervisor = supervised("progress(7, kept=1); time.sleep(1000)", limits=Limits(silence=1))
    poll(supervisor, lambda: diary.entries)
    assert diary.entries == ["a worker said nothing for 1 seconds"]


def test_a_greedy_worker_is_replaced(supervised: Any, diary: Diary) -> None:
    greedy = "kept = bytearray(b'x' * (200 << 20)); progress(7)\n" + ENDLESS
    supervisor = supervised(greedy, limits=Limits(memory=100 << 20))
    poll(supervisor, lambda: diary.entries)
    assert "MiB of memory" in str(diary.entries[0])


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (
            "sys.stderr.write('first\\n\\nno air\\n  to breathe\\n'); sys.exit(9)",
            "a worker ended with status 9; its log ends: first | no air | to breathe",
        ),
        ("sys.exit(0)", "a worker did nothing; its log is empty"),
        ("sys.exit(70)", "a worker was stuck in one run; its log is empty"),
    ],
)
def test_workers_that_die_young_are_not_replaced_for_ever(
    supervised: Any, diary: Diary, body: str, why: str
) -> None:
    supervisor = supervised(body, limits=Limits(young_deaths=3))
    with pytest.raises(WorkersDie) as caught:
        poll(supervisor, lambda: False)
    assert str(caught.value) == f"no worker lives; the last time, {why}"
    assert len(diary.entries) == (2 if "status" in why or "stuck" in why else 0)
    assert supervisor.pid == 0


def test_a_worker_that_cannot_be_started_is_said_to(tmp_path: Path, diary: Diary) -> None:
    supervisor = Supervisor(JOB, diary, tmp_path / "missing" / "log")
    with pytest.raises(WorkersDie, match=r"cannot start a worker: .*No such file"):
        supervisor.poll()


def test_a_bug_of_ours_ends_the_search(supervised: Any, diary: Diary) -> None:
    supervisor = supervised(FOUND + 'say("failed", reason="two runs differ"); time.sleep(1000)')
    with pytest.raises(WorkerFailed, match="two runs differ"):
        poll(supervisor, lambda: False)
    pid = supervisor.pid
    supervisor.end()
    assert has_ended(pid)
    assert diary.entries == [("bug", 4)]


def test_a_worker_can_be_killed_at_any_moment(supervised: Any) -> None:
    supervisor = supervised(ENDLESS)
    supervisor.kill()
    supervisor.poll()
    supervisor.kill()
    supervisor.end()
    supervisor.kill()
    assert supervisor.pid == 0


def test_addresses_are_fixed_only_where_that_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbidden = tmp_path / "setarch"
    forbidden.write_text("#!/bin/sh\nexit 1\n")
    forbidden.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert fixed_addresses() == []
    monkeypatch.setenv("PATH", str(tmp_path / "missing"))
    assert fixed_addresses() == []
