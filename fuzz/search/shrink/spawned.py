"""Tasks that operations start, such as workers: they are numbered in the order in which they start.

Once an operation is cut that started `worker.2`, what was `worker.3` is `worker.2`.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from fuzz.program.execute import OPERATION
from fuzz.search.shrink.names import renamed
from fuzz.search.shrink.tasks import without_task

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from fuzz.program.case import Case
    from fuzz.world.event import Event
    from fuzz.world.task import Task


def renumbered(
    case: Case, trace: Sequence[Event], gone: Mapping[str, Collection[int]]
) -> Case | None:
    """Return the case with the new numbers; None where none that it names has changed.

    `gone` has the numbers of the operations that are cut, by their task.
    """
    anchors = [one.at.task for one in (*case.faults, *case.switches)]
    named = [*anchors, *(switch.to for switch in case.switches)]
    if not any("." in name for name in named):
        return None
    starters = _starters(trace)
    lost: dict[str, int] = {}
    names: dict[str, str] = {}
    for name in sorted(starters, key=_numbered):
        base, number = _numbered(name)
        task, operation = starters[name]
        if operation in gone.get(task, ()):
            lost[base] = lost.get(base, 0) + 1
            case = without_task(case, name)
        elif lost.get(base) and name in named:
            left = number - lost[base]
            names[name] = f"{base}.{left}" if left > 1 else base
    return renamed(case, names) if names else None


def _starters(trace: Sequence[Event]) -> dict[str, tuple[str, int]]:
    """Return for each task that was started who did so in the end, and in which operation."""
    tasks = {task.name: task for task, _, _, _ in trace if task.parent is not None}
    begun: dict[str, list[int]] = {}
    for moment, (task, point, _, _) in enumerate(trace):
        if point is OPERATION:
            begun.setdefault(task.name, []).append(moment)
    starters: dict[str, tuple[str, int]] = {}
    for name, task in tasks.items():
        first = _ancestor(task).name
        starters[name] = first, bisect_left(begun.get(first, []), task.born) - 1
    return starters


def _ancestor(task: Task) -> Task:
    while task.parent is not None:
        task = task.parent
    return task


def _numbered(name: str) -> tuple[str, int]:
    base, dot, number = name.rpartition(".")
    return (base, int(number)) if dot and number.isdigit() else (name, 1)
