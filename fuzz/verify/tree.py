"""The tree of choices: who goes on, and what fails. One path through it is one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.verify.footprint import NOTHING, Footprint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class TaskNode:
    """A moment at which somebody is chosen to go on."""

    __slots__ = ("asleep", "chosen", "done", "enabled", "first", "preemptions", "stays", "wanted")

    def __init__(
        self, enabled: Sequence[int], stays: int | None, asleep: Mapping[int, Footprint]
    ) -> None:
        """Begin with who can go on, by number, and who of them need not."""
        self.enabled = tuple(enabled)
        self.stays = stays
        """Who ran before and could go on; to choose another one is a preemption."""
        self.asleep = asleep
        """Whose next step was tried first elsewhere, and is independent of all that came since:
        whatever begins with it has been seen in another order. What each of them does next."""
        self.wanted: set[int] = set()
        """Who is to be tried first here."""
        self.done: dict[int, Footprint] = {}
        """Who was, and what each of them did in its next step."""
        self.chosen = -1
        self.first: Footprint = NOTHING
        """What the chosen one did in its next step, in all runs until now."""
        self.preemptions = 0
        """How many preemptions came before."""

    @property
    def choice(self) -> int:
        """Who goes on."""
        return self.chosen

    @property
    def left(self) -> list[int]:
        """Who is still to be tried first, in the order of their numbers."""
        return sorted(self.wanted - self.done.keys() - self.asleep.keys() - {self.chosen})

    def choose(self, task: int) -> None:
        """Try somebody first."""
        self.wanted.add(task)
        self.chosen = task
        self.first = NOTHING

    def leave(self) -> None:
        """Be done with the one that is chosen."""
        self.done[self.chosen] = self.first

    def is_preemption(self, task: int) -> bool:
        """Whether choosing a task takes the CPU from one that could go on."""
        return self.stays is not None and task != self.stays


class FaultNode:
    """A moment at which something may fail."""

    __slots__ = ("chosen", "outcomes")

    def __init__(self, outcomes: Sequence[str | None], chosen: int = 0) -> None:
        """Begin with what may happen; None, that nothing fails, comes first."""
        self.outcomes = tuple(outcomes)
        self.chosen = chosen

    @property
    def choice(self) -> str | None:
        """What happens here."""
        return self.outcome

    @property
    def outcome(self) -> str | None:
        """What happens here."""
        return self.outcomes[self.chosen]


Node = TaskNode | FaultNode
