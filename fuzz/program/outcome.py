"""Outcomes: what one run of one case showed."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from fuzz.world.event import event_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.sanitize.locks.graph import Order, Witness
    from fuzz.values.anchor import Fault, Switch
    from fuzz.values.finding import Finding
    from fuzz.world.event import Event


class Answer(NamedTuple):
    """How one operation of a task went."""

    task: str
    operation: int
    """Its number in its task, from 0."""
    text: str

    @property
    def refused(self) -> bool:
        """Whether it is the name of an error: no other answer is all in capitals."""
        return self.text.isupper()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that a run showed; same case, same outcome, to the byte."""

    findings: tuple[Finding, ...]
    answers: tuple[Answer, ...]
    trace: list[Event]
    switches: tuple[Switch, ...]
    """Every deviation from the default order: with `faults`, what replays this run."""
    faults: tuple[Fault, ...]
    unreached: tuple[Fault | Switch, ...]
    """Faults and switches of the case that no visit came to."""
    counters: dict[str, int]
    decisions: int
    """How often the strategy had a choice."""
    lock_orders: Mapping[Order, Witness] = field(default_factory=dict["Order", "Witness"])
    """Which kinds of locks were taken while which others were held, with who did first.

    What a search puts together over its runs; for a person there are findings.
    """

    @property
    def steps(self) -> int:
        """How many points were passed."""
        return len(self.trace)

    def text(self) -> str:
        """Write all of it down, one line a fact."""
        lines = [event_text(event) for event in self.trace]
        lines += [f"{answer.task} {answer.operation} = {answer.text}" for answer in self.answers]
        lines += [str(fault) for fault in self.faults]
        lines += [str(switch) for switch in self.switches]
        lines += [f"{name} {value}" for name, value in sorted(self.counters.items())]
        lines += [f"{finding}" for finding in self.findings]
        return "\n".join(lines) + "\n"

    @property
    def digest(self) -> str:
        """Hash the whole outcome."""
        return sha256(self.text().encode()).hexdigest()
