"""The check that what is taken for independent is: another order of it must come to the same.

A class of runs is seen once because its runs differ in the order of independent steps alone.
So any order that keeps dependent steps as they were has to show the same result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.verify.happens import Order
from fuzz.verify.tree import FaultNode, TaskNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.values.choices import Choices
    from fuzz.verify.tape import Step
    from fuzz.verify.tree import Node


def reordered(path: Sequence[Node], steps: Sequence[Step], choices: Choices) -> list[Node]:
    """Return the path of a run that differs from another in the order of independent steps."""
    return [
        node
        for number in _another_order(steps, choices)
        for node in _copies(path, steps[number].node)
    ]


def _another_order(steps: Sequence[Step], choices: Choices) -> Iterator[int]:
    """Yield the numbers of all steps, each after those that it has to come after."""
    order = Order(steps)
    ahead: dict[int, list[int]] = {}
    for number, step in enumerate(steps):
        ahead.setdefault(step.task, []).append(number)
    for left in ahead.values():
        left.reverse()
    done: dict[int, int] = {}
    while any(ahead.values()):
        ready = [
            left[-1]
            for task, left in ahead.items()
            if left and _is_ready(order.clocks[left[-1]], task, done)
        ]
        number = choices.one_of(ready)
        task = steps[number].task
        ahead[task].pop()
        done[task] = number
        yield number


def _is_ready(clock: dict[int, int], task: int, done: dict[int, int]) -> bool:
    return all(number <= done.get(other, -1) for other, number in clock.items() if other != task)


def _copies(path: Sequence[Node], depth: int) -> Iterator[Node]:
    """Yield nodes that choose as those of one step did: its task, and what failed in it."""
    first = path[depth]
    assert isinstance(first, TaskNode), "steps begin where tasks are chosen"
    node = TaskNode((), None, {})
    node.choose(first.chosen)
    yield node
    for other in path[depth + 1 :]:
        if not isinstance(other, FaultNode):
            return
        yield FaultNode((other.outcome,))
