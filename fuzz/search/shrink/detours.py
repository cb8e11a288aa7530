"""Detours: from a task to others and on, between two switches that follow each other.

Without either switch the tasks take turns at the wrong moments from then on; without both, what was
done on the detour is done on the next one. So a schedule that was drawn, in which no single switch
can be spared, loses nearly all of its switches two by two.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts

MANY: Final = 3
"""Of fewer switches, any two are cut together later on."""
SHORTEST: Final = 2
"""Switches of a detour: there, and back or on."""


def cut_detours(attempts: Attempts) -> None:
    """Cut runs of switches, from the last one on: longer after a success, never a single one."""
    end = len(attempts.case.switches)
    length = SHORTEST
    while end >= SHORTEST and len(attempts.case.switches) >= MANY:
        end = min(end, len(attempts.case.switches))
        length = min(length, end)
        if attempts.consider(_straight(attempts.case, end - length, end)):
            end -= length
            length *= 2
        elif length > SHORTEST:
            length //= 2
        else:
            end -= 1


def _straight(case: Case, start: int, end: int) -> Case:
    """Return the case with a single switch, or none, from where a run of them began to its end."""
    first, last = case.switches[start], case.switches[end - 1]
    through = () if last.to == first.at.task else (replace(first, to=last.to),)
    return replace(case, switches=case.switches[:start] + through + case.switches[end:])
