from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.values.choices import Choices
from targets.linux.content.measure import block_size
from targets.linux.content.recipe import FORMS, Kind, Recipe, RecipeError
from targets.linux.content.samples import SampleError, SamplePages
from targets.linux.content.sized import SIZE_MAX, SIZE_MIN

NO_SAMPLES = SamplePages(Path("nowhere"), {}, ())
ONE_SAMPLE = SamplePages(Path("somewhere"), {"0123456789ab": bytes(4096)}, ("0123456789ab",))

seeds = st.integers(0, 10**9 - 1)
recipes = st.one_of(
    st.just(Recipe(Kind.ZEROS)),
    st.builds(Recipe, st.just(Kind.SAME), word=st.integers(0, 2**64 - 1)),
    st.builds(Recipe, st.sampled_from([Kind.TEXT, Kind.RANDOM]), seed=seeds),
    st.builds(Recipe, st.just(Kind.SIZE), size=st.integers(SIZE_MIN, SIZE_MAX), seed=seeds),
    st.builds(Recipe, st.just(Kind.SAMPLE), name=st.from_regex("[0-9a-f]{12}", fullmatch=True)),
)


@given(recipes)
def test_a_recipe_survives_its_text(recipe: Recipe) -> None:
    assert Recipe.parse(str(recipe)) == recipe


@given(st.text() | st.from_regex(r"(same|text|size|sample):[0-9a-fx:]*", fullmatch=True))
def test_a_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    with suppress(RecipeError):
        assert Recipe.parse(str(Recipe.parse(text))) == Recipe.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"expected {FORMS}, not ''"),
        ("text", f"expected {FORMS}, not 'text'"),
        ("noise:1", f"expected {FORMS}, not 'noise:1'"),
        ("text:-1", "expected a seed of 0 to 999999999, not '-1'"),
        ("random:01", "expected a seed of 0 to 999999999, not '01'"),
        ("random:1000000000", "expected a seed of 0 to 999999999, not '1000000000'"),
        ("size:25:0", "expected a size of 26 to 4112 bytes, not 25"),
        ("size:4113:0", "expected a size of 26 to 4112 bytes, not 4113"),
        ("same:61", "expected 0x and 2, 4, 8 or 16 digits of 0-9a-f, not '61'"),
        ("same:0x", "expected 0x and 2, 4, 8 or 16 digits of 0-9a-f, not '0x'"),
        ("same:0x123", "expected 0x and 2, 4, 8 or 16 digits of 0-9a-f, not '0x123'"),
        ("sample:xyz", "expected a name of 12 digits of 0-9a-f, not 'xyz'"),
    ],
)
def test_a_bad_text_is_told_what_was_expected(text: str, message: str) -> None:
    with pytest.raises(RecipeError) as caught:
        Recipe.parse(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("zeros", "ad7facb2586fc6e9"),
        ("same:0x61", "c93eee2d0db02f10"),
        ("same:0x0123456789abcdef", "fa5aa203af4fc68f"),
        ("text:0", "2c2137a6125f7d80"),
        ("text:3", "6ae0ff178621dc4b"),
        ("random:1", "d398efe2ec4d1063"),
        ("random:79", "573a45f3eb999773"),
        ("size:26:0", "09babb74238a5f09"),
        ("size:40:0", "3cd23899a06150b7"),
        ("size:3072:7", "9e43f3b684cc28d7"),
        ("size:4112:99", "83289738a38aa096"),
    ],
)
def test_a_recipe_means_the_same_page_for_ever(text: str, digest: str) -> None:
    """Never change a digest: every stored case depends on it."""
    assert sha256(Recipe.parse(text).page()).hexdigest().startswith(digest)


def test_a_short_pattern_and_the_word_it_fills_are_one_recipe() -> None:
    assert str(Recipe.parse("same:0x6161616161616161")) == "same:0x61"


def test_a_word_is_stored_with_its_lowest_byte_first() -> None:
    assert Recipe.parse("same:0x0102").page() == b"\x02\x01" * 2048


def test_text_compresses_to_about_two_thirds() -> None:
    sizes = [block_size(Recipe(Kind.TEXT, seed=seed).page()) for seed in range(50)]
    assert 2700 < min(sizes) < max(sizes) < 2950


@given(seeds)
def test_random_pages_save_lz4_nothing(seed: int) -> None:
    assert block_size(Recipe(Kind.RANDOM, seed=seed).page()) == 4114


@given(seeds)
def test_every_drawn_recipe_makes_a_whole_page(seed: int) -> None:
    recipe = Recipe.draw(Choices(seed).below, ONE_SAMPLE)
    assert len(recipe.page(ONE_SAMPLE)) == 4096


def test_draws_cover_all_kinds_and_both_sides_of_the_huge_threshold() -> None:
    below = Choices(1).below
    drawn = [Recipe.draw(below, ONE_SAMPLE) for _ in range(4000)]
    assert {recipe.kind for recipe in drawn} == {*Kind}
    assert {3071, 3072, 3073} <= {recipe.size for recipe in drawn}


def test_draws_leave_samples_out_when_there_are_none() -> None:
    below = Choices(1).below
    drawn = {Recipe.draw(below, NO_SAMPLES).kind for _ in range(200)}
    assert drawn == {*Kind} - {Kind.SAMPLE}


def test_a_missing_sample_is_refused_with_the_remedy() -> None:
    with pytest.raises(SampleError) as caught:
        Recipe.parse("sample:0123456789ab").page(NO_SAMPLES)
    assert str(caught.value) == (
        "no sample page 0123456789ab in nowhere: "
        "set SWAPSTORM_PAGES to the corpus/pages folder that holds it"
    )
