"""Plain runs: where every interleaving is seen, nobody asks what a step did, and runs are cheap.

A choice is a node of the tree only where there is one: with a single task that can go on, or with
all preemptions spent, the default order does.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from fuzz.program.execute import Run
from fuzz.values.point import BEGIN
from fuzz.verify.guide import DIVERGED
from fuzz.verify.preparation import Preparation
from fuzz.verify.run import Seen, result_of
from fuzz.verify.tree import FaultNode, TaskNode
from fuzz.world.task import Unwind
from fuzz.world.world import World

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from fuzz.values.point import Point
    from fuzz.values.sanitizers import Sanitizers
    from fuzz.verify.bounds import Bounds
    from fuzz.verify.run import Subject
    from fuzz.verify.tree import Node
    from fuzz.world.task import Task


class AskingWorld(World):
    """A world that asks who goes on at each point: while it is prepared, that has to be known."""

    def reach(self, point: Point, instance: int = 0) -> None:
        """Announce an access, let the world switch, and return when the access may happen."""
        if self.over:
            raise Unwind
        task = self._running
        assert task is not None, "points are passed by tasks"
        visit = task.visits[point] = task.visits.get(point, 0) + 1
        task.pending = point
        task.pending_instance = instance
        chosen = self._pick(self._queue.eligible or self._queue.find(), task, stays=True)
        if chosen is not task:
            self._deviations.append((task, point, visit, chosen))
            self._go_to(chosen)
        trace = self.trace
        trace.append((task, point, visit, instance))
        if self._watchers or len(trace) > self._tired_after:
            self._passed()


class PlainGuide:
    """Strategy and fault plan of a plain run: chooses as the path says, and makes it longer."""

    def __init__(
        self, path: list[Node], bounds: Bounds, world: World, tasks: Collection[str]
    ) -> None:
        """Follow `path`, which grows with the run; `tasks` are those of the case."""
        self._path = path
        self._at = 0
        self._trace = world.trace
        self._setup = Preparation(bounds.setup, tasks)
        self._began = 0
        """How long the trace was when the machine was prepared: the first choice is free."""
        self._preemptions = bounds.preemptions
        """How many may still come; None for any number."""
        self._faults = bounds.faults
        """How many may still come."""
        self._started: Task | None = None

    # Who goes on

    def pick(self, eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task:
        """Choose who goes on."""
        if announcer is self._started and announcer.pending is BEGIN:
            self._started = None
            return announcer
        chosen = None
        if self._setup:
            chosen = self._setup.pick(eligible, announcer, stays=stays)
            if chosen is None:
                self._began = len(self._trace)
        if chosen is None:
            keeps = stays and len(self._trace) > self._began
            if keeps and self._preemptions == 0:
                return announcer
            if len(eligible) == 1:
                chosen = eligible[0]
            else:
                chosen = self._choose(eligible, announcer if keeps else None)
        if chosen.greenlet is None:
            self._started = chosen
        return chosen

    def _choose(self, eligible: Sequence[Task], stays: Task | None) -> Task:
        if self._at < len(self._path):
            node = self._path[self._at]
            assert isinstance(node, TaskNode), DIVERGED
        else:
            node = TaskNode((), None, {})
            node.choose((stays or eligible[0]).number)
            self._path.append(node)
        if not node.enabled:
            node.enabled = tuple(task.number for task in eligible)
            node.stays = None if stays is None else stays.number
            node.wanted.update(node.enabled)
        self._at += 1
        chosen = next((task for task in eligible if task.number == node.chosen), None)
        assert chosen is not None, DIVERGED
        if stays is not None and chosen is not stays and self._preemptions is not None:
            self._preemptions -= 1
        return chosen

    # What fails

    def decide(
        self, task: Task, point: Point, visit: int, size: int, *, exempt: bool
    ) -> str | None:
        """Choose what goes wrong, as long as more may."""
        del task, visit, size, exempt  # every request can be refused, as a case could say
        if self._setup or not self._faults:
            return None
        if self._at < len(self._path):
            node = self._path[self._at]
            assert isinstance(node, FaultNode), DIVERGED
        else:
            node = FaultNode((None, *point.faults))
            self._path.append(node)
        self._at += 1
        self._faults -= node.outcome is not None
        return node.outcome


class PlainRun(Run):
    """A run of which only its choices and what came of it are noted."""

    def __init__(self, subject: Subject, path: list[Node], sanitizers: Sanitizers) -> None:
        """Bring the system up; nothing else runs yet."""
        self._subject = subject
        super().__init__(subject.target, subject.case, None, sanitizers)
        guide = PlainGuide(path, subject.bounds, self.world, self._programs)
        self.world.follow(guide, guide)

    def see(self) -> Seen:
        """Play it, and tell what it showed."""
        world = self.world
        try:
            with suppress(Unwind):
                self.play()
        finally:
            world.unwind()
            world.hooks.clear()
        findings = tuple(world.findings)
        case = replace(self._subject.case, faults=tuple(world.injected), switches=world.switches)
        result = result_of(self._answers, self.system.counters(), findings)
        return Seen(steps=[], cut=False, findings=findings, case=case, result=result, judged=())

    def _make_world(self, cpus: int, sanitizers: Sanitizers) -> World:
        return AskingWorld(cpus=cpus, sanitizers=sanitizers)
