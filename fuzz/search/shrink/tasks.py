"""Whole tasks at once, from the last one on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fuzz.search.shrink.moments import reanchored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts


def cut_tasks(attempts: Attempts) -> None:
    """Cut each task, with the anchors in it; what switched to it may switch to another one."""
    for program in reversed(attempts.case.programs):
        attempts.any_of(_without(attempts.case, program.name))


def _without(case: Case, task: str) -> Iterator[Case]:
    yield without_task(case, task)
    for program in case.programs:
        if program.name != task:
            yield without_task(_aimed_at(case, task, program.name), task)


def without_task(case: Case, task: str) -> Case:
    """Return the case without a task and without what happened in it or switched to it."""
    kept = reanchored(case, lambda at: at if at.task != task else None)
    return replace(
        kept,
        programs=tuple(program for program in kept.programs if program.name != task),
        switches=tuple(switch for switch in kept.switches if switch.to != task),
    )


def _aimed_at(case: Case, old: str, new: str) -> Case:
    switches = tuple(
        replace(switch, to=new) if switch.to == old else switch for switch in case.switches
    )
    return replace(case, switches=switches)
