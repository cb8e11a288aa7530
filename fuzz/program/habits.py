"""Habits: what users of a system do one thing after another, as its target writes it down.

Random operations are mostly refused: nothing can be written back where nobody attached a disk. A
target that knows how its system is used says so in lines such as

    reset, backing_dev, disksize, write, idle, writeback mode=idle

Operations stand in the order of their use; an argument is given where a certain value is meant.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias, runtime_checkable

from fuzz.program.operation import arguments_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.program.operation import Operation
    from fuzz.program.target import Target


@runtime_checkable
class HasHabits(Protocol):
    """A target that says how its system is used; without that, all orders are as good."""

    @property
    def habits(self) -> tuple[str, ...]:
        """Return the lines, each naming operations of the target."""
        ...


class Step(NamedTuple):
    """One operation of a habit."""

    kind: type[Operation[Any]]
    given: Mapping[str, Any]
    """The arguments, by field, that are not to be drawn."""


Habit: TypeAlias = tuple[Step, ...]


@cache
def habits_of(target: Target) -> tuple[Habit, ...]:
    """Read what a target says; a line that names no operation of its is a bug of the target."""
    kinds = {kind.word: kind for kind in target.operations}
    lines = target.habits if isinstance(target, HasHabits) else ()
    return tuple(
        tuple(_step(kinds, *words.split()) for words in line.split(", ")) for line in lines
    )


def _step(kinds: Mapping[str, type[Operation[Any]]], word: str, *pairs: str) -> Step:
    kind = kinds[word]
    arguments = {argument.key: argument for argument in arguments_of(kind)}
    given: dict[str, Any] = {}
    for pair in pairs:
        key, _, text = pair.partition("=")
        given[arguments[key].field] = arguments[key].domain.parse(text)
    return Step(kind, given)
