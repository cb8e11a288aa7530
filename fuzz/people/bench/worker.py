"""A process that runs trials: one job a line comes in, one trial a line goes out.

Each trial has a process of its own, forked off once everything is imported: Atheris searches once
a process, and none inherits what another one left.
"""

from __future__ import annotations

import os
import shutil
import sys
import traceback
from pathlib import Path
from tempfile import mkdtemp
from typing import IO, TYPE_CHECKING, Final

from fuzz.people.address import target_for
from fuzz.people.bench.searchers import searcher_named
from fuzz.people.bench.trial import Job, run_trial
from fuzz.people.child import die_with_parent, open_channel
from fuzz.search.engines.by_name import engine_named

if TYPE_CHECKING:
    from fuzz.people.bench.trial import Trial
    from fuzz.program.target import Target

FAILED: Final = 70


def main() -> int:
    """Run the trials that standard input asks for, until one fails; return its exit status."""
    die_with_parent()
    channel = open_channel()
    status = 0
    while status == 0 and (line := sys.stdin.readline()):
        job = Job.parse(line)
        searcher = searcher_named(job.searcher)
        engine_named(searcher.engine)  # To import it here takes its time once.
        target = target_for(searcher.engine, searcher.signals, job.ground.target)
        status = _in_child(job, target, channel)
    return status


def _in_child(job: Job, target: Target, channel: IO[bytes]) -> int:
    """Run a trial in a process of its own; return its exit status."""
    work = Path(mkdtemp(prefix="swapstorm-trial-"))
    try:
        child = os.fork()
        if child == 0:
            die_with_parent()
            os._exit(_run(job, target, work, channel))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status < 0:
            sys.stderr.write(f"a signal, {-status}, ended its process\n")
        return status
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _run(job: Job, target: Target, work: Path, channel: IO[bytes]) -> int:
    """Run a trial in this process, and say how it went."""

    def ended(trial: Trial) -> None:
        """End the process at once, from within whatever calls an engine makes."""
        _say(channel, trial)
        os._exit(0)

    try:
        inputs = work / "inputs"
        inputs.mkdir()
        _say(channel, run_trial(job, target, inputs, ended))
    except BaseException:  # Nothing of this process may go on as if it were its parent.
        traceback.print_exc()
        return FAILED
    return 0


def _say(channel: IO[bytes], trial: Trial) -> None:
    channel.write(trial.text().encode() + b"\n")
    channel.flush()


if __name__ == "__main__":
    sys.exit(main())
