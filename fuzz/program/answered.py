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
    """How many points were passed, and how many faults injected, when it began."""
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
        me = self.world.running
        return all(
            task is me or task.name not in self.tasks
            for task, _, _, _ in self.world.trace[self.began[0] :]
        )


@runtime_checkable
class JudgesAnswers(Protocol):
    """A system that judges answers, in the step in which they are given."""

    def answered(self, seat: Any, answered: Answered) -> None:
        """Learn how an operation went, which was given `seat`; what is wrong is reported."""
        ...
