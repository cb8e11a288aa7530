"""A worker process: reads its job, searches, and says meanwhile how it goes."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from time import monotonic
from typing import IO, TYPE_CHECKING, Final

from fuzz.people.address import target_for
from fuzz.people.child import die_with_parent, open_channel
from fuzz.program.text import case_text
from fuzz.search.assignment import Assignment, Listener
from fuzz.search.engines.by_name import engine_named
from fuzz.search.explorer import Explorer
from fuzz.search.feedback import SIGNALS
from fuzz.search.job import (
    Crossed,
    Failed,
    Found,
    Job,
    Message,
    Novel,
    Progress,
    message_text,
)
from fuzz.values.sanitizers import all_without

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.search.lock_orders import Cycle
    from fuzz.values.finding import Finding

PROGRESS_SECONDS: Final = 0.5


class Reporter(Listener):
    """Says how the search goes."""

    def __init__(self, channel: IO[bytes]) -> None:
        """Write messages to `channel`; the first one finds out whether somebody listens."""
        self._channel = channel
        self._explorer: Explorer | None = None
        self._tells_novel = False
        self._kept = 0
        self._next = 0.0
        self.progress()

    def follow(self, explorer: Explorer, *, tells_novel: bool) -> None:
        """Report about an explorer, with the cases that reach something new if `tells_novel`."""
        self._explorer = explorer
        self._tells_novel = tells_novel

    def ran(self, case: Case, outcome: Outcome) -> None:
        """Tell how far the search has come, now and then."""
        self.progress()

    def idled(self) -> None:
        """Tell the same where nothing ran."""
        self.progress()

    def found(self, finding: Finding, case: Case) -> None:
        """Tell of a finding."""
        self._say(Found(self._runs, finding.kind, finding.place, case_text(case)))

    def crossed(self, cycle: Cycle) -> None:
        """Tell of a cycle of locks that only several runs show together."""
        self._say(Crossed(cycle.signature, cycle.text, tuple(map(case_text, cycle.cases))))

    def kept(self, case: Case) -> None:
        """Tell of a case that reached something new."""
        self._kept += 1
        if self._tells_novel:
            self._say(Novel(case_text(case)))

    def progress(self, *, last: bool = False) -> None:
        """Tell how far the search has come, now and then."""
        now = monotonic()
        if last or now >= self._next:
            self._next = now + PROGRESS_SECONDS
            features = len(self._explorer.features) if self._explorer else 0
            self._say(Progress(self._runs, features, self._kept))

    def failed(self, reason: str) -> None:
        """Tell of a bug of ours."""
        self._say(Failed(reason))

    @property
    def _runs(self) -> int:
        return self._explorer.runs if self._explorer else 0

    def _say(self, message: Message) -> None:
        self._channel.write(message_text(message).encode() + b"\n")
        self._channel.flush()


def main() -> int:
    """Search what the job says; return the exit status."""
    die_with_parent()
    try:
        reporter = Reporter(open_channel())
        try:
            _search(Job.parse(sys.stdin.readline()), reporter)
        except BrokenPipeError:
            raise
        except Exception:
            reporter.failed(traceback.format_exc())
            return 1
    except BrokenPipeError:  # Nobody listens any more: the search is over.
        return 1
    return 0


def _search(job: Job, reporter: Reporter) -> None:
    assignment = Assignment(
        target=target_for(job.engine, job.signals, job.target),
        kernel=job.kernel,
        inputs=Path(job.inputs),
        settings=job.settings,
        seed=job.seed,
        runs=job.runs,
        signals=tuple(signal for signal in job.signals if signal in SIGNALS),
        mutations=job.mutations,
        known=job.known,
        sanitizers=all_without(*job.without),
    )
    explorer = Explorer(assignment, reporter)
    reporter.follow(explorer, tells_novel=job.tells_novel)
    try:
        engine_named(job.engine)(explorer)
    finally:
        reporter.progress(last=True)


if __name__ == "__main__":
    sys.exit(main())
