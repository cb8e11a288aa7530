"""The guide of one run: it follows a path through the tree, and goes on by itself at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.values.point import BEGIN
from fuzz.verify.preparation import Preparation
from fuzz.verify.tree import FaultNode, TaskNode
from fuzz.world.task import Unwind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from fuzz.values.point import Point
    from fuzz.verify.bounds import Bounds
    from fuzz.verify.footprint import Footprint
    from fuzz.verify.tape import Tape
    from fuzz.verify.tree import Node
    from fuzz.world.task import Task

DIVERGED = "the same choices led to another run: what runs is not deterministic"


class Guide:
    """Chooses as the path says, and makes it longer: strategy and fault plan of one run."""

    def __init__(
        self, path: list[Node], bounds: Bounds, tape: Tape, tasks: Collection[str]
    ) -> None:
        """Follow `path`, which grows with the run; `tasks` are those of the case."""
        self.path = path
        self._bounds = bounds
        self._tape = tape
        self._at = 0
        self._last: TaskNode | None = None
        self._started: Task | None = None
        self._faults = 0
        self._setup = Preparation(bounds.setup, tasks)
        if not self._setup:
            tape.listen()
        self.keeps_out: Collection[str] = ()
        """Names of the tasks that wait until an operation is over that nobody is to disturb."""
        self.cut = False
        """Whether the run was ended because nothing new could come of it."""

    # Who goes on

    def pick(self, eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task:
        """Choose who goes on."""
        if announcer.pending is BEGIN and announcer is self._started:
            self._started = None
            return announcer
        if self._setup:
            if (chosen := self._setup.pick(eligible, announcer, stays=stays)) is not None:
                self._started = chosen if chosen.greenlet is None else None
                return chosen
            self._tape.listen()
        self._tape.end()
        allowed = [task for task in eligible if task.name not in self.keeps_out]
        if not allowed:
            self._give_up()
        if self._bounds.reduces:
            allowed = [task for task in allowed if not self._tape.is_held_up(task)] or allowed
        first = announcer.number if stays and self._tape.steps and announcer in allowed else None
        node = self._task_node([task.number for task in allowed], first)
        self._tape.node = self._at - 1
        self._last = node
        chosen = next(task for task in allowed if task.number == node.chosen)
        if chosen.greenlet is None:
            self._started = chosen
        return chosen

    def _task_node(self, enabled: Sequence[int], stays: int | None) -> TaskNode:
        if self._at < len(self.path):
            node = self.path[self._at]
            assert isinstance(node, TaskNode), DIVERGED
            if not node.enabled:
                self._fill(node, enabled, stays)
            assert node.enabled == tuple(enabled), DIVERGED
            assert node.chosen in node.enabled, DIVERGED
        else:
            node = self._new_node(enabled, stays)
            self.path.append(node)
        self._at += 1
        return node

    def _new_node(self, enabled: Sequence[int], stays: int | None) -> TaskNode:
        last = self._last
        node = TaskNode((), None, self._asleep(last))
        self._fill(node, enabled, stays)
        awake = [task for task in enabled if task not in node.asleep]
        if not awake:
            self._give_up()
        node.choose(stays if stays is not None and stays in awake else awake[0])
        if not self._bounds.reduces:
            node.wanted.update(enabled if self._may_preempt(node) else [node.chosen])
        return node

    def _fill(self, node: TaskNode, enabled: Sequence[int], stays: int | None) -> None:
        node.enabled = tuple(enabled)
        node.stays = stays
        if (last := self._last) is not None:
            node.preemptions = last.preemptions + last.is_preemption(last.chosen)

    def _may_preempt(self, node: TaskNode) -> bool:
        most = self._bounds.preemptions
        return node.stays is None or most is None or node.preemptions < most

    def _asleep(self, last: TaskNode | None) -> Mapping[int, Footprint]:
        if last is None or not self._bounds.reduces or not (last.asleep or last.done):
            return {}
        step = self._tape.steps[-1].footprint
        return {
            task: footprint
            for task, footprint in (*last.asleep.items(), *last.done.items())
            if task != last.chosen and not footprint.may_conflict(step)
        }

    def _give_up(self) -> None:
        self.cut = True
        self._tape.world.over = True
        raise Unwind

    # What fails

    def decide(
        self, task: Task, point: Point, visit: int, size: int, *, exempt: bool
    ) -> str | None:
        """Choose what goes wrong, as long as more may."""
        del task, visit, size, exempt  # every request can be refused, as a case could say
        if self._setup:
            return None
        if self._at < len(self.path):
            node = self.path[self._at]
            assert isinstance(node, FaultNode), DIVERGED
        else:
            spent = self._faults >= self._bounds.faults
            node = FaultNode((None,) if spent else (None, *point.faults))
            self.path.append(node)
        self._at += 1
        self._faults += node.outcome is not None
        return node.outcome
