"""What a shrinker may put in the place of a recipe.

The one rule: every suggestion has a smaller `complexity`, so that shrinking ends.
The boldest suggestions come first.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from targets.linux.content.measure import block_size
from targets.linux.content.recipe import Kind, Recipe
from targets.linux.content.samples import SamplePages
from targets.linux.content.sized import SIZE_MAX, SIZE_MIN
from targets.linux.content.word import digits_of, word_of

ORDER: Final = tuple(Kind)
"""Kinds from the simplest to the most complex."""

PLAINEST: Final = (
    Recipe(Kind.ZEROS),
    Recipe(Kind.SAME, word=word_of("01")),
    Recipe(Kind.TEXT),
    Recipe(Kind.RANDOM),
    Recipe(Kind.SIZE, size=SIZE_MIN),
)
"""The simplest recipe of every kind that needs no sample, in the order of kinds."""


STEP_MIN: Final = 64
"""Bytes: below, a bisection has a step or two to go."""


def complexity(recipe: Recipe) -> tuple[int, int, int]:
    """Rank a recipe: its kind, then digits of a word or bytes of a size, then value or seed."""
    rank = ORDER.index(recipe.kind)
    if recipe.kind is Kind.SAME:
        digits = digits_of(recipe.word)
        return rank, len(digits), int(digits, 16)
    return rank, recipe.size, recipe.seed


def simpler(recipe: Recipe, samples: SamplePages | None = None) -> Iterator[Recipe]:
    """Suggest strictly simpler recipes: plainer kinds, then smaller ones of the same kind.

    Raises `SampleError` for a sample page that is missing.
    """
    yield from PLAINEST[: ORDER.index(recipe.kind)]
    match recipe.kind:
        case Kind.SAME:
            yield from _smaller_words(recipe)
        case Kind.SAMPLE:
            size = min(block_size(recipe.page(samples)), SIZE_MAX)
            yield Recipe(Kind.SIZE, size=size)
        case _:
            yield from (replace(recipe, size=size) for size in _few_sizes(recipe.size))
            yield from (replace(recipe, size=size) for size in _descent(recipe.size, SIZE_MIN))
            yield from (replace(recipe, seed=seed) for seed in _descent(recipe.seed, 0))


def _smaller_words(recipe: Recipe) -> Iterator[Recipe]:
    """Suggest shorter patterns of the lowest bytes, then smaller values."""
    digits = digits_of(recipe.word)
    shorter = [digits[-length:] for length in (2, 4, 8) if length < len(digits)]
    values = _descent(int(digits, 16), 1)
    smaller = [f"{value:0{len(digits)}x}" for value in values]
    yield from (replace(recipe, word=word_of(text)) for text in [*shorter, *smaller])


def _few_sizes(size: int) -> Iterator[int]:
    """Suggest doubled sizes up to the half: what a size does, another far below may do as well."""
    step = STEP_MIN
    while step < (size - SIZE_MIN) // 2:
        yield SIZE_MIN + step
        step *= 2


def _descent(value: int, floor: int) -> Iterator[int]:
    """Approach `value` from `floor` in halved gaps: 0, 4, 6, 7 for 8; nothing below the floor."""
    gap = value - floor
    while gap > 0:
        yield value - gap
        gap //= 2
