"""What verifiers send each other, and what a state file holds: lines of JSON.

Places have numbers in one process only; between processes they travel under their names.
"""

from __future__ import annotations

from ast import literal_eval
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fuzz.verify.footprint import Footprint
from fuzz.verify.tree import FaultNode, TaskNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fuzz.verify.ledger import Ledger
    from fuzz.verify.tree import Node

Choice = int | str | None
"""A task by its number, what fails, or None for nothing that fails."""

Prints = dict[str, list[Any]]
"""Footprints as they travel, by the number of the task."""


@dataclass(frozen=True, slots=True)
class Job:
    """The runs below a choice at a node of the tree."""

    number: int
    path: list[Choice]
    """What is chosen on the way there, that choice included."""
    asleep: Prints = field(default_factory=dict[str, list[Any]])
    """Who need not be tried first at the last node at which a task was chosen."""
    runs: int = 100
    """After how many runs the rest is handed back."""

    def words(self) -> dict[str, Any]:
        """Return the job as it travels."""
        return {"number": self.number, "path": self.path, "asleep": self.asleep, "runs": self.runs}


def prints_of(footprints: Mapping[int, Footprint], ledger: Ledger) -> Prints:
    """Write footprints down under the names of places."""
    return {str(task): _print(footprint, ledger) for task, footprint in footprints.items()}


def footprints_of(prints: Prints, ledger: Ledger) -> dict[int, Footprint]:
    """Read footprints back."""
    return {int(task): _footprint(words, ledger) for task, words in prints.items()}


def _print(footprint: Footprint, ledger: Ledger) -> list[Any]:
    sets = (footprint.reads, footprint.writes, footprint.updates)
    flags = (footprint.ends_all, footprint.late_looks, footprint.late_changes)
    return [*(sorted(ledger.name_of(place) for place in one) for one in sets), *flags]


def _footprint(words: list[Any], ledger: Ledger) -> Footprint:
    reads, writes, updates = (
        frozenset(ledger.place_of(literal_eval(name)) for name in names) for names in words[:3]
    )
    return Footprint(reads, writes, updates, *words[3:])


def node_words(node: Node, ledger: Ledger) -> dict[str, Any]:
    """Write a node down, with all that is left to be done there."""
    if isinstance(node, FaultNode):
        return {"outcomes": list(node.outcomes), "chosen": node.chosen}
    return {
        "enabled": list(node.enabled),
        "asleep": prints_of(node.asleep, ledger),
        "left": node.left,
        "done": prints_of(node.done, ledger),
        "chosen": node.chosen,
        "first": prints_of({node.chosen: node.first}, ledger),
    }


def path_of(choices: Iterable[Choice], asleep: Mapping[int, Footprint]) -> list[Node]:
    """Return the nodes on the way to a job; who could go on at each is seen when it is run."""
    path: list[Node] = []
    last: TaskNode | None = None
    for choice in choices:
        if isinstance(choice, int):
            last = TaskNode((), None, {})
            last.choose(choice)
            path.append(last)
        else:
            path.append(FaultNode((choice,)))
    if last is not None:
        last.asleep = asleep
    return path
