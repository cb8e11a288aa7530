"""Domains: what an argument of an operation, or a setting of a target, may be.

A domain knows how its values are written, drawn and made simpler; nothing else needs to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.values.choices import Choices

T = TypeVar("T")

DIGITS_MAX: Final = 19
"""Digits of a number: enough for 64 bits, too few to be slow."""


def number_of(text: str) -> int | None:
    """Read a decimal number; None when `text` is not one."""
    plain = text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX
    return int(text) if plain else None


class Domain(Protocol[T]):
    """The values that one argument may take."""

    @property
    def expected(self) -> str:
        """What a person may write, in a few words: "a number from 0 to 7"."""
        ...

    def parse(self, text: str) -> T:
        """Read a value; ValueError when `text` is not one."""
        ...

    def text(self, value: T) -> str:
        """Write a value so that `parse` reads the same one."""
        ...

    def draw(self, choices: Choices) -> T:
        """Draw a value."""
        ...

    def simpler(self, value: T) -> Iterator[T]:
        """Yield values that a person finds simpler, simplest first; following them must end."""
        ...


@runtime_checkable
class HasNeighbours(Protocol[T]):
    """A domain in which a small step means something: what is true at a value may end beside it."""

    def near(self, value: T, choices: Choices) -> T:
        """Draw a value close to another one, across a border if there is one nearby."""
        ...


@dataclass(frozen=True, slots=True)
class Number:
    """An integer of `low` to `high`, both included; small ones are simpler."""

    low: int
    high: int

    @property
    def expected(self) -> str:
        """Name the range."""
        return f"a number from {self.low} to {self.high}"

    def parse(self, text: str) -> int:
        """Read a decimal number in the range."""
        magnitude = number_of(text.removeprefix("-"))
        value = -magnitude if magnitude is not None and text.startswith("-") else magnitude
        if value is None or not self.low <= value <= self.high:
            raise ValueError(self.expected)
        return value

    def text(self, value: int) -> str:
        """Write the number in decimal."""
        return str(value)

    def draw(self, choices: Choices) -> int:
        """Draw a number; half of them are among the lowest four, where tasks meet.

        Half of the others are among the lowest sixteen: what is named is mostly there then.
        """
        span = self.high - self.low + 1
        most = choices.one_of((4, 4, 16, span))
        return self.low + choices.below(min(span, most))

    def near(self, value: int, choices: Choices) -> int:
        """Draw a number a step or two away, or one of the two ends."""
        step = choices.one_of((-2, -1, 1, 2, self.low - value, self.high - value))
        return min(self.high, max(self.low, value + step))

    def simpler(self, value: int) -> Iterator[int]:
        """Yield the lowest number, then `value` without ever smaller parts of the distance.

        Whatever threshold there is between the two is found as in a bisection.
        """
        gap = value - self.low
        while gap > 0:
            yield value - gap
            gap //= 2


@dataclass(frozen=True, slots=True)
class Word:
    """One of a few words; earlier ones are simpler."""

    words: tuple[str, ...]
    drawn: tuple[str, ...] = ()
    """Those that are drawn, some more than once; each is drawn as often when there are none."""

    @property
    def expected(self) -> str:
        """Name the words."""
        return "one of " + ", ".join(self.words)

    def parse(self, text: str) -> str:
        """Read one of the words."""
        if text not in self.words:
            raise ValueError(self.expected)
        return text

    def text(self, value: str) -> str:
        """Write the word."""
        return value

    def draw(self, choices: Choices) -> str:
        """Draw a word."""
        return choices.one_of(self.drawn or self.words)

    def simpler(self, value: str) -> Iterator[str]:
        """Yield the words before this one."""
        yield from self.words[: self.words.index(value)]


@dataclass(frozen=True, slots=True)
class Words:
    """Any of a few words, joined by commas; `-` is none of them. Fewer are simpler."""

    words: tuple[str, ...]

    @property
    def expected(self) -> str:
        """Name the words."""
        return "- or a comma-separated list of " + ", ".join(self.words)

    def parse(self, text: str) -> tuple[str, ...]:
        """Read a list of different words."""
        parts = () if text == "-" else tuple(text.split(","))
        if any(part not in self.words for part in parts) or len(dict.fromkeys(parts)) < len(parts):
            raise ValueError(self.expected)
        return tuple(sorted(parts))

    def text(self, value: tuple[str, ...]) -> str:
        """Write the list."""
        return ",".join(value) or "-"

    def draw(self, choices: Choices) -> tuple[str, ...]:
        """Draw none: what such a list switches on is not for a search to find."""
        del choices
        return ()

    def simpler(self, value: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """Yield the list without one of its words."""
        yield from (value[:index] + value[index + 1 :] for index in range(len(value)))
