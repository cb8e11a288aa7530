"""The search: depth first through the tree of choices, by running the program again and again.

Source sets (Abdulla, Aronis, Jonsson, Sagonas: POPL 2014) say who must be tried first at a node, so
that each class of runs, which differ in the order of independent steps only, is met; sleep sets
(Godefroid) keep most of it from being met again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.values.sanitizers import ALL
from fuzz.verify.guards import BEFORE, kept_back
from fuzz.verify.happens import Order, initials
from fuzz.verify.plain import PlainRun
from fuzz.verify.run import ObservedRun
from fuzz.verify.tree import FaultNode, TaskNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.values.sanitizers import Sanitizers
    from fuzz.verify.ledger import Ledger
    from fuzz.verify.run import Seen, Subject
    from fuzz.verify.tape import Step
    from fuzz.verify.tree import Node


class Search:
    """The runs below one node of the tree."""

    def __init__(
        self,
        subject: Subject,
        ledger: Ledger,
        path: list[Node] | None = None,
        sanitizers: Sanitizers = ALL,
    ) -> None:
        """Begin below the end of `path`, whose nodes are somebody else's."""
        self._subject = subject
        self._ledger = ledger
        self._sanitizers = sanitizers
        self.path: list[Node] = path or []
        self._root = self._began = len(self.path)
        self.elsewhere: list[tuple[int, tuple[int, ...]]] = []
        """Nodes above, by their depth, at which one of some tasks would have to be tried first."""

    def runs(self) -> Iterator[Seen]:
        """Run again and again, until nothing is left; between runs, the path is what comes next."""
        more = True
        while more:
            seen = self._run().see()
            if self._subject.bounds.reduces:
                self._learn(seen, self._first_fresh())
            more = self._backtrack()
            self._began = len(self.path)
            yield seen

    def _run(self) -> ObservedRun | PlainRun:
        """Bring the system up for the next run."""
        if self._subject.bounds.reduces:
            return ObservedRun(self._subject, self.path, self._ledger, self._sanitizers)
        self._ledger.begin_run()  # Where code is rewritten, it notes things all the same.
        return PlainRun(self._subject, self.path, self._sanitizers)

    def _first_fresh(self) -> int:
        """Return the node of the first step that no run before had; a fault is part of a step."""
        depth = max(self._began - 1, 0)
        while depth and isinstance(self.path[depth], FaultNode):
            depth -= 1
        return depth

    def rest(self) -> list[Node]:
        """Return the nodes of the path that is to be run next; none when nothing is left."""
        return self.path[self._root :]

    def _note_firsts(self, seen: Seen) -> None:
        for step in seen.steps:
            node = self.path[step.node]
            assert isinstance(node, TaskNode), "steps begin where tasks are chosen"
            node.first = node.first.joined(step.footprint)

    def _learn(self, seen: Seen, fresh: int) -> None:
        """Have tried what the races of a run call for; those before the node `fresh` are known."""
        steps = seen.steps
        self._note_firsts(seen)
        order = Order(steps)
        for one, other in order.races:
            if steps[other].node >= fresh:
                self._reverse(order, steps, one, other)
        if steps and steps[-1].footprint.ends_all:
            node = self.path[steps[-1].node]
            assert isinstance(node, TaskNode), "steps begin where tasks are chosen"
            self._want(steps[-1].node, [], node)

    def _reverse(self, order: Order, steps: Sequence[Step], one: int, other: int) -> None:
        """Have tried what leads to a step coming before another one that it conflicts with.

        Where it was kept back then, it has to come before what began to keep it back.
        """
        step = steps[other]
        while (since := kept_back(step.keys, step.task, step.cpu, steps[one].holds)) is not None:
            if since == BEFORE or order.needs(other, since):
                return
            one = since
        node = self._node(steps[one].node)
        part = [n for n in range(one + 1, other) if not order.is_before(one, n)]
        self._want(steps[one].node, initials(order, steps, (*part, other)), node)

    def _want(self, depth: int, tasks: list[int], node: TaskNode) -> None:
        """Have one of some tasks tried first at a node; all of them, if none can be."""
        possible = [task for task in tasks if task in node.enabled]
        if depth < self._root:
            self.elsewhere.append((depth, tuple(possible)))
        elif not possible:
            node.wanted.update(node.enabled)
        elif not any(task in node.wanted or task in node.asleep for task in possible):
            node.wanted.add(possible[-1])

    def _node(self, depth: int) -> TaskNode:
        node = self.path[depth]
        assert isinstance(node, TaskNode), "steps begin where tasks are chosen"
        return node

    def _backtrack(self) -> bool:
        """Go back to the last node at which something is left to be tried; False when none is."""
        while len(self.path) > self._root:
            node = self.path[-1]
            if isinstance(node, FaultNode):
                if node.chosen + 1 < len(node.outcomes):
                    node.chosen += 1
                    return True
            else:
                node.leave()
                if node.left:
                    node.choose(node.left[0])
                    return True
            self.path.pop()
        return False
