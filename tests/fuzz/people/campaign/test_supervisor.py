"""A campaign goes on, whatever happens to its processes, and keeps what it said it had."""

import os
import subprocess
from pathlib import Path
from signal import SIGKILL
from typing import Any, Final

import pytest

from fuzz.keep.crashes import list_crashes
from fuzz.keep.hub.local import LocalHub
from fuzz.people.campaign import slot as slots
from fuzz.people.campaign import supervisor as supervisors
from fuzz.people.errors import UserError
from fuzz.program.reading import CaseError
from fuzz.program.text import parse_case
from tests.fuzz.people.campaign.running import ROOT, Running
from tests.toys import depot
from tests.toys.waiting import has_ended

BUGS: Final = {"overflow-put", "hung-task-move", "locked-in-take", "leak-reserve"}


@pytest.fixture(autouse=True)
def _find_the_toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def test_every_bug_is_found_filed_and_shrunk_and_no_process_is_left(tmp_path: Path) -> None:
    running = Running(tmp_path, workers=2)
    seen: set[int] = set()
    view = running.until(
        lambda view: (
            {row.signature for row in view.findings if row.size} >= BUGS and not view.state.to_file
        ),
        lambda: seen.update(running.pids),
    )
    folders = {folder.path.name for folder in list_crashes(tmp_path / "crashes")}
    assert folders >= BUGS
    assert all(row.folder in folders for row in view.findings)
    assert len(seen) == 3
    assert all(map(has_ended, sorted(seen)))
    assert running.watching.notes[-1] == "session 1 ends"


def test_every_case_of_the_corpus_is_one_and_is_shared(tmp_path: Path) -> None:
    Running(tmp_path, workers=2).until(lambda view: view.state.entries > 20)
    hub = LocalHub(tmp_path, lambda: 0.0)
    stored = hub.pull("depot@1", 0, 1000)
    assert len(stored) == hub.database.one("SELECT entries FROM lanes")
    for one in stored:
        try:
            parse_case(one.text, {"depot": depot.TARGET})
        except CaseError as error:
            raise AssertionError(one.text) from error


def test_a_worker_that_is_killed_is_replaced_and_takes_nothing_with_it(tmp_path: Path) -> None:
    running = Running(tmp_path)
    killed: list[int] = []
    before: list[int] = []

    def kill_once() -> None:
        worker = running.supervisor.slots[0]
        if not killed and worker.beat.executions > 100:
            hub = LocalHub(tmp_path, lambda: 0.0)
            before.append(len(hub.pull("depot@1", 0, 10_000)))
            hub.close()
            killed.append(worker.pid)
            os.kill(worker.pid, SIGKILL)

    view = running.until(
        lambda view: running.supervisor.slots[0].starts == 2 and view.workers[0]["at"],
        kill_once,
    )
    assert running.watching.heard("worker-1: was killed by SIGKILL; another one starts in 0.")
    assert view.state.entries >= before[0]
    assert has_ended(killed[0])


def test_workers_that_die_at_once_end_the_campaign_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "FIRST_WAIT", 0.01)
    running = Running(tmp_path, targets=("tests.toys.troubled:STILLBORN",))
    with pytest.raises(
        UserError, match=r"no worker lives; of the first, its log ends: .*to breathe"
    ):
        running.until(lambda _: False)
    assert running.pids == []


def test_a_machine_without_room_for_a_process_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "FIRST_WAIT", 0.01)
    failures = iter([BlockingIOError(11, "Resource temporarily unavailable")] * 3)
    start = subprocess.Popen

    def starting(*args: Any, **kwargs: Any) -> Any:
        for failure in failures:
            raise failure
        return start(*args, **kwargs)

    monkeypatch.setattr(slots.subprocess, "Popen", starting)
    running = Running(tmp_path)
    running.until(lambda view: view.state.executions)
    assert running.watching.heard("worker-1 cannot start: [Errno 11] Resource temporarily")


def test_a_bug_of_ours_is_told_and_the_campaign_goes_on(tmp_path: Path) -> None:
    running = Running(tmp_path, targets=("tests.toys.troubled:WRONG",))
    running.until(lambda _: running.supervisor.slots[0].starts == 2)
    assert running.watching.heard("worker-1: it met a bug of Swapstorm: its log ends: ")
    assert running.watching.heard("two and two are five")


def test_a_worker_that_hangs_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisors, "SILENCE_SECONDS", 3.0)
    running = Running(tmp_path, targets=("tests.toys.troubled:STUCK",))
    running.until(lambda _: running.supervisor.slots[0].starts == 2)
    assert running.watching.heard("worker-1: it said nothing for 3 seconds; another one starts")


def test_a_worker_that_eats_memory_is_replaced(tmp_path: Path) -> None:
    running = Running(tmp_path, targets=("tests.toys.troubled:GREEDY",), memory_mib=200)
    running.until(lambda _: running.supervisor.slots[0].starts == 2)
    assert running.watching.heard("MiB of memory; another one starts")


def test_a_clock_that_jumps_moves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([2e9, 1.0, 4e9, 0.0] * 1000)
    monkeypatch.setattr(supervisors, "time", lambda: next(times))
    view = Running(tmp_path).until(lambda view: view.state.executions > 200)
    assert 0 < view.seconds < 200
    assert all(0 <= event.at <= view.seconds for event in view.state.events)
    ats = [sample.at for sample in view.state.samples]
    assert ats == sorted(ats)


def test_the_next_session_goes_on_where_the_last_one_was(tmp_path: Path) -> None:
    first = Running(tmp_path).until(lambda view: view.state.entries > 5 and view.findings)
    second = Running(tmp_path).until(
        lambda view: view.state.executions > first.state.executions + 50
    )
    assert second.state.facts["sessions"] == 2
    assert second.seconds > first.seconds
    assert second.state.entries >= first.state.entries
    assert {row.signature for row in first.findings} <= {row.signature for row in second.findings}
