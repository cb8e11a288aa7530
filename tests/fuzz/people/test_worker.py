"""Real workers on toys: what they say, and how they end."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from signal import SIGKILL
from typing import Final

import pytest

from fuzz.program.execute import execute
from fuzz.search.feedback import SIGNALS
from fuzz.search.job import EDGES, Failed, Found, Job, Message, Novel, Progress, parse_message
from fuzz.search.supervisor import WORKER
from tests.fuzz.people.toys import case_of
from tests.toys import depot
from tests.toys.waiting import has_ended, wait_until

ROOT: Final = Path(__file__).parents[3]
TIMEOUT: Final = 60


@pytest.fixture
def job(tmp_path: Path) -> Job:
    (tmp_path / "inputs").mkdir()
    return Job(
        target="tests.toys.depot:TARGET",
        kernel="1",
        settings={"room": "8"},
        seed=1,
        runs=400,
        signals=(EDGES, *SIGNALS),
        inputs=str(tmp_path / "inputs"),
        tells_novel=True,
    )


def worked(job: Job) -> tuple[int, list[Message]]:
    """Let a worker do a job; return its exit status and what it said."""
    done = subprocess.run(
        WORKER, cwd=ROOT, input=job.text() + "\n", capture_output=True, text=True, check=False,
        timeout=TIMEOUT,
    )  # fmt: skip
    return done.returncode, [parse_message(line) for line in done.stdout.splitlines()]


def test_a_worker_tells_of_findings_with_a_case_that_shows_each(job: Job) -> None:
    status, said = worked(job)
    assert status == 0
    assert said[0] == Progress(0, 0, 0)
    last = said[-1]
    assert isinstance(last, Progress)
    assert last.runs == 400
    found = [message for message in said if isinstance(message, Found)]
    assert found
    for message in found:
        case = case_of(message.case)
        assert dict(case.settings)["room"] == "8"
        shown = [finding.identity for finding in execute(depot.TARGET, case).findings]
        assert (message.kind, message.place) in shown
    novel = [message.case for message in said if isinstance(message, Novel)]
    assert len(novel) == len(set(novel)) == last.kept > 5


def test_what_a_worker_is_given_is_no_news_to_it(job: Job) -> None:
    _, said = worked(job)
    found = {f"{m.kind}-{m.place}" for m in said if isinstance(m, Found)}
    again = replace(job, runs=len(list(Path(job.inputs).iterdir())) + 1, known=tuple(found))
    status, said = worked(again)
    assert status == 0
    assert [message for message in said if not isinstance(message, Progress)] == []


def test_nobody_is_told_of_new_cases_who_has_not_asked(job: Job) -> None:
    _, said = worked(replace(job, tells_novel=False))
    assert [message for message in said if isinstance(message, Novel)] == []
    assert isinstance(said[-1], Progress)
    assert said[-1].kept > 5


def test_a_bug_of_ours_is_told_with_its_traceback(job: Job) -> None:
    status, said = worked(replace(job, target="tests.toys.troubled:WRONG", settings={}))
    assert status != 0
    failed = next(message for message in said if isinstance(message, Failed))
    assert failed.reason.startswith("Traceback")
    assert failed.reason.endswith("AssertionError: two and two are five\n")


def test_what_a_target_prints_is_no_message(job: Job) -> None:
    status, said = worked(replace(job, target="tests.toys.troubled:TALKING", settings={}))
    assert status == 0
    assert isinstance(said[-1], Progress)


@contextmanager
def stuck_worker(job: Job, stdout: int) -> Generator[subprocess.Popen[bytes]]:
    """Start a worker that hangs in a run."""
    job = replace(job, target="tests.toys.troubled:STUCK", settings={})
    with subprocess.Popen(WORKER, cwd=ROOT, stdin=subprocess.PIPE, stdout=stdout) as process:
        assert process.stdin is not None
        process.stdin.write(job.text().encode() + b"\n")
        process.stdin.close()
        try:
            yield process
        finally:
            process.kill()


def test_a_worker_to_which_nobody_listens_ends(job: Job) -> None:
    listened, end = os.pipe()
    os.close(listened)
    with stuck_worker(job, end) as process:
        os.close(end)
        assert process.wait(timeout=TIMEOUT) == 1


GUARDIAN: Final = """
import subprocess, sys
worker = subprocess.Popen({worker!r}, stdin=subprocess.PIPE, start_new_session=True)
worker.stdin.write({job!r}.encode() + b"\\n")
worker.stdin.flush()
print(worker.pid, file=sys.stderr, flush=True)
worker.wait()
"""


def test_a_stuck_worker_dies_with_its_parent(job: Job) -> None:
    """It writes to a pipe that stays open, so it is not for want of a reader that it dies."""
    job = replace(job, target="tests.toys.troubled:STUCK", settings={})
    script = GUARDIAN.format(worker=WORKER, job=job.text())
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        assert parent.stderr is not None
        pid = int(parent.stderr.readline())
        said = parent.stdout.readline()  # From here on it would die.
        assert parse_message(said.decode()) == Progress(0, 0, 0)
        os.kill(parent.pid, SIGKILL)
        wait_until(lambda: has_ended(pid))
