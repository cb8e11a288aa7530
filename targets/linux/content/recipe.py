"""What a page holds, as a few words of a case: `zeros`, `text:3`, `size:3072:7`.

The one rule: a recipe means the same 4096 bytes for ever, whatever the Python or the compressor.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final, Self

from targets.linux.content.english import text_page
from targets.linux.content.measure import NAME_DIGITS, Below
from targets.linux.content.noise import noise
from targets.linux.content.samples import SamplePages, default_samples
from targets.linux.content.sized import SIZE_MAX, SIZE_MIN, draw_size, sized_page
from targets.linux.content.word import DIGITS_ALLOWED, digits_of, draw_word, word_of, word_page
from targets.linux.machine.page import PAGE_SIZE


class Kind(Enum):
    """The ways to fill a page, simplest first."""

    ZEROS = "zeros"
    SAME = "same"
    TEXT = "text"
    RANDOM = "random"
    SIZE = "size"
    SAMPLE = "sample"


DRAWN: Final = (*Kind, Kind.SIZE, Kind.SIZE)
"""Kinds as often as they are drawn: the compressed size decides most of what happens to a page."""

SEEDS_DRAWN: Final = 100
"""Seeds that draws use: two digits read well, and their pages stay cached."""

PAGES_CACHED: Final = 1024
"""Pages kept, 4 MiB: a campaign uses the same few hundred recipes again and again."""

NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,8}")
"""One spelling a number, below a billion: texts stay short and lossless."""

FORMS: Final = "zeros, same:0xHEX, text:SEED, random:SEED, size:BYTES:SEED or sample:NAME"


class RecipeError(ValueError):
    """A text that is no recipe; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The contents of a page; fields that its kind does not use keep their defaults."""

    kind: Kind
    word: int = 0
    """`same`: the 64-bit machine word that is repeated."""
    size: int = 0
    """`size`: bytes of the page's LZ4 block, `SIZE_MIN` to `SIZE_MAX`, met exactly."""
    seed: int = 0
    """`text`, `random`, `size`: which of many such pages, from 0."""
    name: str = ""
    """`sample`: the first 12 hex digits of the page's SHA-256."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a recipe; raises `RecipeError` when the text is not one."""
        match text.split(":"):
            case ["zeros"]:
                return cls(Kind.ZEROS)
            case ["same", word]:
                return cls(Kind.SAME, word=_word(word))
            case ["text" | "random" as kind, seed]:
                return cls(Kind(kind), seed=_number("a seed", seed))
            case ["size", size, seed]:
                return cls(Kind.SIZE, size=_size(size), seed=_number("a seed", seed))
            case ["sample", name]:
                return cls(Kind.SAMPLE, name=_name(name))
            case _:
                raise RecipeError(f"expected {FORMS}, not {text!r}")

    def __str__(self) -> str:
        """Write the recipe as a case does; `parse` reads it back."""
        match self.kind:
            case Kind.ZEROS:
                return "zeros"
            case Kind.SAME:
                return f"same:0x{digits_of(self.word)}"
            case Kind.TEXT | Kind.RANDOM:
                return f"{self.kind.value}:{self.seed}"
            case Kind.SIZE:
                return f"size:{self.size}:{self.seed}"
            case Kind.SAMPLE:
                return f"sample:{self.name}"

    @classmethod
    def draw(cls, below: Below, samples: SamplePages | None = None) -> Self:
        """Draw a recipe of any kind; of `sample` only when there are sample pages."""
        match DRAWN[below(len(DRAWN))]:
            case Kind.ZEROS:
                return cls(Kind.ZEROS)
            case Kind.SAME:
                return cls(Kind.SAME, word=draw_word(below))
            case Kind.TEXT | Kind.RANDOM as kind:
                return cls(kind, seed=below(SEEDS_DRAWN))
            case Kind.SAMPLE if names := (samples or default_samples()).names:
                return cls(Kind.SAMPLE, name=names[below(len(names))])
            case _:
                return cls(Kind.SIZE, size=draw_size(below), seed=below(SEEDS_DRAWN))

    def page(self, samples: SamplePages | None = None) -> bytes:
        """Make the page, of `PAGE_SIZE` bytes; raises `SampleError` when its sample is missing."""
        if self.kind is Kind.SAMPLE:
            return (samples or default_samples()).page(self.name)
        return _made(self)


@lru_cache(maxsize=PAGES_CACHED)
def _made(recipe: Recipe) -> bytes:
    """Make the page of a recipe that needs no sample."""
    match recipe.kind:
        case Kind.SAME:
            return word_page(recipe.word)
        case Kind.TEXT:
            return text_page(recipe.seed)
        case Kind.RANDOM:
            return noise(recipe.seed)
        case Kind.SIZE:
            return sized_page(recipe.size, recipe.seed)
        case _:
            return bytes(PAGE_SIZE)


def _number(what: str, text: str) -> int:
    if not NUMBER.fullmatch(text):
        raise RecipeError(f"expected {what} of 0 to 999999999, not {text!r}")
    return int(text)


def _size(text: str) -> int:
    size = _number("a size", text)
    if not SIZE_MIN <= size <= SIZE_MAX:
        raise RecipeError(f"expected a size of {SIZE_MIN} to {SIZE_MAX} bytes, not {size}")
    return size


def _word(text: str) -> int:
    digits = text.removeprefix("0x")
    if digits == text or not _is_hex(digits) or len(digits) not in DIGITS_ALLOWED:
        raise RecipeError(f"expected 0x and 2, 4, 8 or 16 digits of 0-9a-f, not {text!r}")
    return word_of(digits)


def _name(text: str) -> str:
    if not _is_hex(text) or len(text) != NAME_DIGITS:
        raise RecipeError(f"expected a name of {NAME_DIGITS} digits of 0-9a-f, not {text!r}")
    return text


def _is_hex(text: str) -> bool:
    return set(text) <= set("0123456789abcdef")
