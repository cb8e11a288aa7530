"""Where tasks meet: the moments of a run at which it matters who goes on.

Between two of them a task does what no other task can tell, so a switch there does what a switch
at the next one does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.program.execute import OPERATION
from fuzz.values.anchor import Anchor
from fuzz.values.point import BEGIN, END

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.world.event import Event

BOUNDARIES: Final = (BEGIN, OPERATION, END)
"""What a task is about to pass when it is between operations."""


def meetings(trace: Sequence[Event]) -> list[Anchor]:
    """List the moments between operations, and those before an access that another task minds.

    Two tasks mind each other where both touch a thing, and one of them writes to it or locks it.
    """
    touched: dict[tuple[str, int], tuple[set[str], set[str]]] = {}
    for task, point, _, instance in trace:
        if point.thing:
            all_tasks, writers = touched.setdefault((point.thing, instance), (set(), set()))
            all_tasks.add(task.name)
            if point.writes:
                writers.add(task.name)
    return [
        Anchor(task.name, point.name, visit)
        for task, point, visit, instance in trace
        if point in BOUNDARIES
        or (point.thing and _is_minded(task.name, point.writes, *touched[point.thing, instance]))
    ]


def _is_minded(task: str, writes: bool, touching: set[str], writing: set[str]) -> bool:  # noqa: FBT001 - one of four facts
    return len(touching if writes else writing | {task}) > 1
