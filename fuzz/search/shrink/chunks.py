"""Runs of operations of one task, of faults, of switches."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fuzz.search.shrink.cuts import cut_from_the_end, faults_of, operations_of, switches_of

if TYPE_CHECKING:
    from fuzz.search.shrink.attempts import Attempts


def cut_operations(attempts: Attempts) -> None:
    """Cut operations, task by task from the last one on."""
    for program in reversed(attempts.case.programs):
        cut_from_the_end(attempts, partial(operations_of, task=program.name))


def cut_faults(attempts: Attempts) -> None:
    """Cut faults."""
    cut_from_the_end(attempts, faults_of)


def cut_switches(attempts: Attempts) -> None:
    """Cut switches."""
    cut_from_the_end(attempts, switches_of)
