"""Lines and words of a case, each knowing where it stands, so that an error can say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fuzz.program.domain import Domain

SHOWN_MAX: Final = 40
"""Characters of a wrong word that an error repeats."""


class CaseError(ValueError):
    """A text is not a case: where, and what was expected there."""

    def __init__(self, line: int, column: int, expected: str) -> None:
        """Say that `expected` should stand at a line and column, both counted from 1."""
        super().__init__(f"line {line}, column {column}: expected {expected}")
        self.line = line
        self.column = column


def one_of(names: Iterable[str]) -> str:
    """Say that one of some words is expected."""
    listed = ", ".join(names)
    return f"one of {listed}" if listed else "nothing here"


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands."""

    text: str
    line: int
    column: int

    def expected(self, what: str) -> CaseError:
        """Make the error that `what` was expected instead of this word."""
        shown = ascii(self.text if len(self.text) <= SHOWN_MAX else self.text[:SHOWN_MAX] + "...")
        return CaseError(self.line, self.column, what + (f", not {shown}" if self.text else ""))

    def pair(self) -> tuple[Word, Word]:
        """Split `name=value`."""
        name, _, value = self.text.partition("=")
        if not name or not value:
            raise self.expected("NAME=VALUE")
        return (
            Word(name, self.line, self.column),
            Word(value, self.line, self.column + len(name) + 1),
        )

    def parsed(self, domain: Domain[Any]) -> Any:
        """Read a value of a domain."""
        try:
            return domain.parse(self.text)
        except ValueError as error:
            raise self.expected(str(error)) from None


@dataclass(frozen=True, slots=True)
class Line:
    """The words of one line, at least one."""

    number: int
    indented: bool
    words: list[Word]

    def end(self) -> Word:
        """Return an empty word behind the last one, where something is missing."""
        last = self.words[-1]
        return Word("", self.number, last.column + len(last.text))

    def exactly(self, count: int, form: str) -> None:
        """Insist on a number of words."""
        self.at_least(count, form)
        if len(self.words) > count:
            raise self.words[count].expected(f"the end of the line '{form}'")

    def at_least(self, count: int, form: str) -> None:
        """Insist on a least number of words."""
        if len(self.words) < count:
            raise self.end().expected(f"'{form}'")


def read_lines(text: str | bytes) -> tuple[list[Line], list[tuple[int, str]]]:
    """Split a text into lines of words, and comments with the number of lines before each."""
    lines: list[Line] = []
    comments: list[tuple[int, str]] = []
    for number, ended in enumerate(_decoded(text).split("\n"), 1):
        raw = ended.removesuffix("\r")
        _insist_on_print(raw, number)
        if raw.lstrip().startswith("#"):
            comments.append((len(lines), raw.rstrip()))
        elif words := _words(raw, number):
            lines.append(Line(number, raw[0].isspace(), words))
    return lines, comments


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        before = text[: error.start].decode()
        column = error.start and len(before) - before.rfind("\n")
        raise CaseError(before.count("\n") + 1, column or 1, "UTF-8 text") from None


def _insist_on_print(raw: str, number: int) -> None:
    shown = raw.replace("\t", " ")
    if not shown.isprintable():
        column = next(column for column, one in enumerate(shown, 1) if not one.isprintable())
        raise CaseError(number, column, f"printable text, not {raw[column - 1]!a}")


def _words(raw: str, number: int) -> list[Word]:
    words: list[Word] = []
    start = 0
    for text in raw.split():
        column = raw.index(text, start)
        words.append(Word(text, number, column + 1))
        start = column + len(text)
    return words
