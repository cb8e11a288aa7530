"""The process of one trial: reads its job, searches, writes the trial, ends.

A process a trial, as Atheris searches once a process, and so that none inherits anything.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Final

from fuzz.people.bench.searchers import searcher_named
from fuzz.people.bench.trial import Job, run_trial
from fuzz.people.child import die_with_parent, open_channel, target_for

if TYPE_CHECKING:
    from fuzz.people.bench.trial import Trial

FAILED: Final = 70


def main() -> int:
    """Run the trial that standard input asks for; return the exit status."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The parent hears of Ctrl-C, and ends us.
    channel = open_channel()
    job = Job.parse(sys.stdin.readline())
    with TemporaryDirectory(prefix="swapstorm-trial-") as work:
        inputs = Path(work) / "inputs"
        inputs.mkdir()

        def ended(trial: Trial) -> None:
            _say(channel, trial)
            _leave(Path(work))

        try:
            target = target_for(job.ground.target, searcher_named(job.searcher).signals)
            _say(channel, run_trial(job, target, inputs, ended))
        except Exception:
            traceback.print_exc()
            return FAILED
    return 0


def _say(channel: IO[bytes], trial: Trial) -> None:
    channel.write(trial.text().encode() + b"\n")
    channel.flush()


def _leave(work: Path) -> None:
    """End this process at once, from within whatever calls an engine makes."""
    shutil.rmtree(work, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
