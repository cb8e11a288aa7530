from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.values.choices import Choices
from targets.linux.content.measure import page_name
from targets.linux.content.recipe import Kind, Recipe
from targets.linux.content.samples import SamplePages
from targets.linux.content.simpler import complexity, simpler
from targets.linux.content.sized import sized_page

PAGE = sized_page(1234, 5)
NAME = page_name(PAGE)
SAMPLES = SamplePages(Path("somewhere"), {NAME: PAGE}, (NAME,))

drawn = st.builds(lambda seed: Recipe.draw(Choices(seed).below, SAMPLES), st.integers(0, 10**6))


@given(drawn)
def test_every_suggestion_is_strictly_simpler(recipe: Recipe) -> None:
    assert all(complexity(other) < complexity(recipe) for other in simpler(recipe, SAMPLES))


@given(drawn)
def test_every_suggestion_can_be_made(recipe: Recipe) -> None:
    assert all(len(other.page(SAMPLES)) == 4096 for other in simpler(recipe, SAMPLES))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zeros", []),
        ("same:0x01", ["zeros"]),
        ("same:0x04", ["zeros", "same:0x01", "same:0x03"]),
        ("text:2", ["zeros", "same:0x01", "text:0", "text:1"]),
        ("random:0", ["zeros", "same:0x01", "text:0"]),
        ("size:26:1", ["zeros", "same:0x01", "text:0", "random:0", "size:26:0"]),
    ],
)
def test_the_boldest_suggestion_comes_first(text: str, expected: list[str]) -> None:
    assert [str(recipe) for recipe in simpler(Recipe.parse(text))] == expected


def test_a_sample_may_become_a_made_page_of_its_size() -> None:
    recipe = Recipe(Kind.SAMPLE, name=NAME)
    assert [str(other) for other in simpler(recipe, SAMPLES)] == [
        "zeros",
        "same:0x01",
        "text:0",
        "random:0",
        "size:26:0",
        "size:1234:0",
    ]


@pytest.mark.parametrize("threshold", [27, 1000, 3073, 4111])
def test_a_shrinker_arrives_at_a_size_threshold(threshold: int) -> None:
    """Taking the first suggestion that still fails leads to the smallest size that does."""
    recipe = Recipe.parse("size:4112:88")
    while better := next(filter(lambda other: other.size >= threshold, simpler(recipe)), None):
        recipe = better
    assert str(recipe) == f"size:{threshold}:0"
