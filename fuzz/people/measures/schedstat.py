"""How fast something is, whatever else the machine does: seconds without those spent in a queue.

Linux counts for each thread how long it ran, and how long it could have run but had no CPU. What
is left of the time on a clock is what the program itself took, its waits for the disk included.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

NANOSECOND = 1e-9


@dataclass(frozen=True, slots=True)
class Mark:
    """One worker at one moment."""

    pid: int
    wall: float
    queued: float
    """Seconds that it had waited for a CPU."""
    executions: int


@dataclass(frozen=True, slots=True)
class Speed:
    """What workers did between two moments."""

    workers: int
    executions: int
    wall: float
    """Seconds on a clock."""
    own: float
    """Seconds of one worker, on average, without those in which it waited for a CPU."""

    @property
    def by_clock(self) -> float:
        """Executions a second of all workers."""
        return self.executions / self.wall if self.wall else 0.0

    @property
    def honest(self) -> float:
        """Executions a second of all workers, had each a CPU of its own."""
        return self.executions / self.own if self.own else 0.0


def marks(workers: Sequence[dict[str, Any]]) -> list[Mark]:
    """Take note of the workers that live, as `campaign status --json` lists them."""
    found: list[Mark] = []
    for worker in workers:
        if worker["name"].startswith("worker") and worker["pid"]:
            with suppress(OSError):
                words = Path(f"/proc/{worker['pid']}/schedstat").read_text().split()
                queued = int(words[1]) * NANOSECOND
                found.append(Mark(worker["pid"], monotonic(), queued, worker["executions"]))
    return found


def speed_between(before: Sequence[Mark], after: Sequence[Mark]) -> Speed:
    """Say how fast the workers were that lived at both moments."""
    pairs = [(b, a) for b in before for a in after if b.pid == a.pid]
    count = len(pairs) or 1
    return Speed(
        workers=len(pairs),
        executions=sum(a.executions - b.executions for b, a in pairs),
        wall=sum(a.wall - b.wall for b, a in pairs) / count,
        own=sum(max(0.0, a.wall - b.wall - (a.queued - b.queued)) for b, a in pairs) / count,
    )
