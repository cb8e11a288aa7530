"""Observed runs with drawn schedules and faults; to be imported once rewriting is installed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from fuzz.program.case import bare
from fuzz.verify.bounds import Bounds, Space
from fuzz.verify.guide import Guide
from fuzz.verify.run import ObservedRun, Subject
from fuzz.verify.tree import FaultNode

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from fuzz.values.choices import Choices
    from fuzz.values.point import Point
    from fuzz.verify.ledger import Ledger
    from fuzz.verify.run import Seen
    from fuzz.verify.tape import Tape
    from fuzz.verify.tree import Node, TaskNode
    from fuzz.world.task import Task


class DrawnGuide(Guide):
    """Draws what the path leaves open."""

    def __init__(
        self,
        path: list[Node],
        bounds: Bounds,
        tape: Tape,
        tasks: Collection[str],
        drawn: tuple[Choices, int, int],
    ) -> None:
        """Follow `path`, then draw: `drawn` says of what, how often to switch and how to fail."""
        super().__init__(path, bounds, tape, tasks)
        self._choices, self._switch_percent, self._fault_percent = drawn

    def _new_node(self, enabled: Sequence[int], stays: int | None) -> TaskNode:
        node = super()._new_node(enabled, stays)
        if stays is None or self._choices.percent(self._switch_percent):
            node.choose(self._choices.one_of(enabled))
        return node

    def decide(
        self, task: Task, point: Point, visit: int, size: int, *, exempt: bool
    ) -> str | None:
        """Draw what goes wrong where the path has ended."""
        before = len(self.path)
        super().decide(task, point, visit, size, exempt=exempt)
        node = self.path[-1]
        if len(self.path) > before and isinstance(node, FaultNode) and len(node.outcomes) > 1:
            if self._choices.percent(self._fault_percent):
                node.chosen = 1 + self._choices.below(len(node.outcomes) - 1)
                self._faults += 1
            return node.outcome
        return None


def program_of(target: Target, case: Case, faults: int) -> Subject:
    """Return the program of a case, to be run without reduction."""
    program = replace(bare(case), faults=(), switches=(), schedule=None, injections=())
    return Subject(target, program, Bounds(faults=faults), Space())


def run_drawn(
    subject: Subject, ledger: Ledger, choices: Choices, percents: tuple[int, int]
) -> tuple[list[Node], Seen]:
    """Run with drawn choices; return them, too.

    The run is made again where a container turns out to have an order that somebody minds.
    """
    path: list[Node] = []
    ledger.ordered = set()
    ledger.minded = set()
    guided = partial(DrawnGuide, drawn=(choices, *percents))
    seen = ObservedRun(subject, path, ledger, guided=guided).see()
    while ledger.minded - ledger.ordered:
        ledger.ordered |= ledger.minded
        seen = ObservedRun(subject, path, ledger).see()
    return path, seen


def run_path(subject: Subject, ledger: Ledger, path: list[Node]) -> Seen:
    """Run as a path says."""
    return ObservedRun(subject, path, ledger).see()
