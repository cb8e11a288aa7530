"""Page contents as an argument of operations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from targets.linux.content.recipe import Kind, Recipe, RecipeError
from targets.linux.content.samples import SampleError
from targets.linux.content.simpler import simpler
from targets.linux.content.sized import near_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.values.choices import Choices


@dataclass(frozen=True, slots=True)
class Contents:
    """Pages by recipe: `zeros`, `text:3`, `random:7`, `size:3000:1`, `sample:0123456789ab`."""

    @property
    def expected(self) -> str:
        """Name the recipes."""
        return "zeros, same:0xHEX, text:SEED, random:SEED, size:BYTES:SEED or sample:NAME"

    def parse(self, text: str) -> Recipe:
        """Read a recipe, and insist that its page can be made."""
        try:
            recipe = Recipe.parse(text)
            recipe.page()
        except RecipeError:
            raise ValueError(self.expected) from None
        except SampleError as error:
            raise ValueError(str(error)) from None
        return recipe

    def text(self, value: Recipe) -> str:
        """Write a recipe."""
        return str(value)

    def draw(self, choices: Choices) -> Recipe:
        """Draw a recipe; sizes near the borders of size classes are likelier."""
        return Recipe.draw(choices.below)

    def near(self, value: Recipe, choices: Choices) -> Recipe:
        """Draw a page like this one, of a size nearby or just across a border; else another one."""
        if value.kind is not Kind.SIZE:
            return self.draw(choices)
        return replace(value, size=near_size(value.size, choices.below))

    def simpler(self, value: Recipe) -> Iterator[Recipe]:
        """Yield plainer recipes, the boldest suggestion first."""
        yield from simpler(value)


CONTENTS: Final = Contents()
