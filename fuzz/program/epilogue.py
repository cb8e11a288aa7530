"""Epilogues: what could come next, after a case has damaged something.

A finding says what is broken; whether anybody is hurt shows only when somebody uses it.
The system offers steps for a finding: what a user or the kernel may do next *to what is damaged*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from fuzz.values.finding import Harm

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fuzz.values.finding import Finding
    from fuzz.values.promise import Promise


class Shown(NamedTuple):
    """What a step has shown of the damage."""

    harm: Harm
    words: str
    """What happened, as the end of a sentence that the step begins: "gets bytes nobody wrote"."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does next; it runs as a task of its own."""

    sentence: str
    """Who does what, without a full stop: "root reads block 1 raw"."""
    run: Callable[[], Shown | None]
    """Do it; None when it shows no harm. A refusal that it lets through shows none either."""
    worst: Harm = Harm.CRASH
    """The worst that it can blame on the damage: anything beyond is the work of something else."""


@runtime_checkable
class OffersEpilogue(Protocol):
    """A system that can say what might come next."""

    def epilogue(self, finding: Finding) -> Sequence[Step]:
        """Return the steps that touch what a finding of this run has damaged, gentlest first.

        Called when the case is over and judged; none for a finding that damages nothing in reach.
        """
        ...


def kinds_of(*promises: Promise) -> frozenset[str]:
    """Return the kinds of the findings that break some promises."""
    return frozenset(promise.kind for promise in promises)
