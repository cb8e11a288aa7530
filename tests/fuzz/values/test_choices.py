import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.values.choices import Choices

SEEDS = st.integers(0, 2**64)


def test_a_seed_draws_the_same_numbers_on_every_machine_and_python() -> None:
    choices = Choices(81)
    assert [choices.below(1000) for _ in range(8)] == [839, 338, 531, 478, 17, 148, 672, 842]


@given(SEEDS)
def test_two_streams_of_one_seed_are_equal(seed: int) -> None:
    one, other = Choices(seed), Choices(seed)
    assert [one.below(1 << 30) for _ in range(5)] == [other.below(1 << 30) for _ in range(5)]


@given(SEEDS, st.integers(1, 1 << 32))
def test_a_draw_stays_below_its_bound(seed: int, bound: int) -> None:
    assert 0 <= Choices(seed).below(bound) < bound


def test_all_numbers_below_a_bound_are_drawn_about_equally_often() -> None:
    choices = Choices(1)
    counts = [0] * 7
    for _ in range(7000):
        counts[choices.below(7)] += 1
    assert all(900 < count < 1100 for count in counts)


@given(SEEDS, st.lists(st.integers(), min_size=1))
def test_one_of_draws_an_option(seed: int, options: list[int]) -> None:
    assert Choices(seed).one_of(options) in options


@given(SEEDS)
def test_a_chance_of_0_never_comes_and_one_of_100_always(seed: int) -> None:
    assert (Choices(seed).percent(0), Choices(seed).percent(100)) == (False, True)


@given(SEEDS, st.lists(st.integers()))
def test_shuffling_keeps_the_items_and_leaves_the_original_alone(
    seed: int, items: list[int]
) -> None:
    before = list(items)
    assert sorted(Choices(seed).shuffled(items)) == sorted(items)
    assert items == before


def test_shuffling_reaches_every_order() -> None:
    orders = {tuple(Choices(seed).shuffled("abc")) for seed in range(100)}
    assert len(orders) == 6


@given(SEEDS)
def test_a_seed_for_a_child_can_be_read_in_a_case(seed: int) -> None:
    assert len(str(Choices(seed).seed_for_child())) <= 6


def test_a_negative_seed_is_our_bug() -> None:
    with pytest.raises(AssertionError, match="not negative"):
        Choices(-1)


def test_weights_are_drawn_in_proportion_and_nothing_without_one() -> None:
    choices = Choices(4)
    drawn = [choices.weighed([1, 0, 3]) for _ in range(4000)]
    assert drawn.count(1) == 0
    assert 900 < drawn.count(0) < 1100
