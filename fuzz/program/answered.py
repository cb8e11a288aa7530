"""How one operation went, for whoever judges answers: what was injected, and who else was at it.

An answer can be judged where its operation ran alone: then what was the case when it was given is
what was the case when it was decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Collection

    from fuzz.program.operation import Operation
    from fuzz.world.world import World


@dataclass(frozen=True, slots=True)
class Answered:
    """An operation that has just been answered; its task is the one that runs."""

    operation: Operation[Any]
    text: str
    refused: bool
    """Whether the answer is a refusal."""
    world: World
    began: tuple[int, int]
    """How often other tasks of the case had their turn, and how many faults were injected, when it
    began."""
    tasks: Collection[str]
    """The names of the tasks of the case: all others work for them."""

    @property
    def injected(self) -> tuple[str, ...]:
        """What was injected while the operation ran, whoever met it."""
        return tuple(fault.outcome for fault in self.world.injected[self.began[1] :])

    @property
    def ever_injected(self) -> tuple[str, ...]:
        """What was injected up to now."""
        return tuple(fault.outcome for fault in self.world.injected)

    @property
    def alone(self) -> bool:
        """Whether no other task of the case did anything while the operation ran."""
        return self.began[0] == turns_of_others(self.world, self.tasks)


def turns_of_others(world: World, tasks: Collection[str] | None = None) -> int:
    """Count the turns of all tasks but interrupts, or those of some names, but for my own.

    An interrupt ends what somebody has begun, and does nothing of its own.
    """
    return world.turns_of_others(tasks)


@runtime_checkable
class JudgesAnswers(Protocol):
    """A system that judges answers, in the step in which they are given."""

    def answered(self, seat: Any, answered: Answered) -> None:
        """Learn how an operation went, which was given `seat`; what is wrong is reported."""
        ...
