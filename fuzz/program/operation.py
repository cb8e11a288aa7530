"""Operations: what a task does, as frozen values: drawn, written down, shrunk and run."""

from __future__ import annotations

from dataclasses import MISSING, Field, field, fields
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.program.domain import Domain
    from fuzz.values.choices import Choices

S = TypeVar("S")

ECHO_PERCENT: Final = 60
"""How often a drawn argument repeats one that is there: two draws of a page seldom agree."""


class Operation(Generic[S]):
    """One thing a task does; a subclass is a frozen dataclass whose fields are `argument(...)`s.

    `S` is the seat: what the target hands to each task to work with.
    """

    word: ClassVar[str]
    """How a case names the operation."""
    weight: ClassVar[int] = 10
    """How often generation draws it, relative to the target's other operations."""

    def run(self, seat: S) -> str:
        """Do it, and say in a word how it went; a `Refusal` is an answer too."""
        raise AssertionError(f"{type(self).__name__} does not say what it does with {seat}")

    def __str__(self) -> str:
        """Write the operation as a line of a case, arguments that have their default left out."""
        words = [self.word]
        for argument in arguments_of(type(self)):
            value = getattr(self, argument.field)
            if value != argument.default:
                words.append(f"{argument.key}={argument.domain.text(value)}")
        return " ".join(words)


class Argument(NamedTuple):
    """One argument of an operation."""

    field: str
    key: str
    domain: Domain[Any]
    default: object
    """The value of an argument that is left out, or MISSING when it must be written."""


def required(argument: Argument) -> bool:
    """Whether an argument must be written."""
    return argument.default is MISSING


def argument(domain: Domain[Any], *, key: str = "", default: object = MISSING) -> Any:
    """Declare an argument of an operation; `key` is its name in a case, by default the field's."""
    metadata = {"domain": domain, "key": key}
    if default is MISSING:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


def _argument_of(slot: Field[Any]) -> Argument:
    key = slot.metadata["key"] or slot.name
    return Argument(slot.name, key, slot.metadata["domain"], slot.default)


@cache
def arguments_of(kind: type[Operation[Any]]) -> tuple[Argument, ...]:
    """List the arguments of a kind of operation in the order in which they are written."""
    return tuple(_argument_of(slot) for slot in fields(kind))  # type: ignore[arg-type]


def draw_operation(
    kind: type[Operation[Any]], choices: Choices, used: Sequence[Operation[Any]] = ()
) -> Operation[Any]:
    """Draw every argument of a kind of operation; `used` operations lend theirs now and then."""
    return kind(**{a.field: draw_argument(a, choices, used) for a in arguments_of(kind)})


def draw_argument(argument: Argument, choices: Choices, used: Sequence[Operation[Any]]) -> Any:
    """Draw a value, or take one that some operation has already: tasks meet where they share."""
    if used and choices.percent(ECHO_PERCENT):
        other = choices.one_of(used)
        echoes = [a.field for a in arguments_of(type(other)) if a.domain == argument.domain]
        if echoes:
            return getattr(other, choices.one_of(echoes))
    return argument.domain.draw(choices)
