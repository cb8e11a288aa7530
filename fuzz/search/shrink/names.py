"""Tasks called A, B, ... in the order in which they stand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.search.shrink.moments import reanchored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts

TASK_NAMES: Final = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def rename_tasks(attempts: Attempts) -> None:
    """Rename all tasks, or else those that can be: a target may know a task by its name."""
    attempts.any_of(_renamings(attempts.case))


def _renamings(case: Case) -> Iterator[Case]:
    old = [program.name for program in case.programs]
    yield renamed(case, dict(zip(old, TASK_NAMES, strict=False)))
    for number, name in enumerate(old):
        for new in TASK_NAMES[: number + 1]:
            if new not in old:
                yield renamed(case, {name: new})


def renamed(case: Case, names: Mapping[str, str]) -> Case:
    """Return the case with tasks renamed everywhere; a task that `names` lacks keeps its name."""
    moved = reanchored(case, lambda at: replace(at, task=names.get(at.task, at.task)))
    return replace(
        moved,
        programs=tuple(replace(one, name=names.get(one.name, one.name)) for one in moved.programs),
        switches=tuple(replace(one, to=names.get(one.to, one.to)) for one in moved.switches),
    )
