"""A worker process: reads one job from standard input, searches, says on standard output how it goes."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from fuzz.people.catalogue import find_target, target_package
from fuzz.program.text import case_text
from fuzz.search.atheris_engine import drive, instrumented
from fuzz.search.explorer import Explorer
from fuzz.search.feedback import SIGNALS, Feedback
from fuzz.search.job import EDGES, Failed, Found, Job, Message, Progress, message_text
from fuzz.search.mutate import Mutator

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.values.finding import Finding

PROGRESS_SECONDS: Final = 0.5


class Reporter:
    """Says how the search goes, and stores what it finds before it says so."""

    def __init__(self, job: Job) -> None:
        """Store in the job's spool."""
        self._spool = Path(job.spool)
        self._kept_count = 0
        self._next = 0.0
        self.explorer: Explorer | None = None

    def found(self, finding: Finding, case: Case) -> None:
        """Store a case with a finding: what is told of is never lost."""
        file = self._store(self._spool, case)
        self._say(Found(self._runs, finding.kind, finding.place, str(file)))

    def kept(self, case: Case) -> None:
        """Store a case that reached something new."""
        self._kept_count += 1
        self._store(self._spool / "kept", case)

    def progress(self, *, last: bool = False) -> None:
        """Tell how far the search has come, now and then."""
        now = monotonic()
        if last or now >= self._next:
            self._next = now + PROGRESS_SECONDS
            features = len(self.explorer.features) if self.explorer else 0
            self._say(Progress(self._runs, features, self._kept_count))

    def failed(self, reason: str) -> None:
        """Tell of a bug of ours."""
        self._say(Failed(reason))

    @property
    def _runs(self) -> int:
        return self.explorer.runs if self.explorer else 0

    def _store(self, folder: Path, case: Case) -> Path:
        text = case_text(case).encode()
        file = folder / f"{sha256(text).hexdigest()[:16]}.case"
        part = file.with_suffix(f".{os.getpid()}")
        part.write_bytes(text)
        part.rename(file)
        return file

    def _say(self, message: Message) -> None:
        os.write(1, message_text(message).encode() + b"\n")


def main() -> None:
    """Search what the job says."""
    job = Job.parse(sys.stdin.readline())
    (Path(job.spool) / "kept").mkdir(parents=True, exist_ok=True)
    with instrumented(target_package(job.target)) if EDGES in job.signals else nullcontext():
        target = find_target(job.target)
    reporter = Reporter(job)
    feedback = Feedback(signal for signal in job.signals if signal in SIGNALS)
    mutator = Mutator(target, job.kernel, job.settings)
    explorer = Explorer(target, mutator, feedback, reporter.found, reporter.kept)
    explorer.know(job.known)
    reporter.explorer = explorer
    try:
        drive(
            explorer,
            runs=job.runs,
            seed=job.seed,
            corpus=Path(job.corpus),
            progress=reporter.progress,
        )
    except Exception as error:
        reporter.failed(f"{type(error).__name__}: {error}")
        raise
    finally:
        reporter.progress(last=True)


if __name__ == "__main__":
    main()
