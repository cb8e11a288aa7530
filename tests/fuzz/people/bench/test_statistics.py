"""Statistics against what a person works out by hand, or what a paper prints."""

from math import erfc, sqrt

import pytest

from fuzz.people.bench.statistics import (
    Times,
    a12,
    geometric_mean,
    holm,
    log_rank,
    median,
    restricted_mean,
    survival,
)

SOME = Times((10, 20, 30), 2, 100)


def test_the_median_exists_when_most_trials_saw_the_bug() -> None:
    assert median(SOME) == 30
    assert median(Times((10, 20), 2, 100)) is None
    assert median(Times((10, 20), 0, 100)) == 15
    assert median(Times((), 3, 100)) is None


def test_the_survival_curve_falls_by_a_share_at_each_time() -> None:
    moments, shares = survival(SOME)
    assert moments == [0, 10, 20, 30, 100]
    assert shares == pytest.approx([1, 0.8, 0.6, 0.4, 0.4])


def test_the_restricted_mean_is_the_area_under_the_curve() -> None:
    """By hand: 10 of all, 10 of four fifths, 10 of three fifths, 70 of two fifths."""
    estimate = restricted_mean(SOME)
    assert estimate.value == pytest.approx(10 + 8 + 6 + 28)
    assert estimate.value == pytest.approx(SOME.restricted.mean())
    assert 10 <= estimate.low < estimate.value < estimate.high <= 100


def test_an_interval_is_the_same_each_time() -> None:
    assert restricted_mean(SOME) == restricted_mean(SOME)


def test_a_bug_that_nobody_saw_took_the_whole_budget() -> None:
    estimate = restricted_mean(Times((), 4, 100))
    assert (estimate.value, estimate.low, estimate.high) == (100, 100, 100)


def test_a12_counts_the_pairs_in_which_the_first_is_sooner() -> None:
    """Of the six pairs, the first is sooner in four, and one is a tie."""
    estimate = a12(Times((1, 2), 0, 9), Times((2, 3), 1, 9))
    assert estimate.value == pytest.approx((5 + 0.5) / 6)
    assert estimate.low <= estimate.value <= estimate.high


def test_a12_of_the_two_sides_adds_up_to_one() -> None:
    one, other = Times((3, 5, 8), 1, 9), Times((4, 5), 2, 9)
    assert a12(one, other).value + a12(other, one).value == pytest.approx(1)


def test_not_to_have_found_a_bug_is_later_than_any_time_and_a_tie_with_itself() -> None:
    assert a12(Times((100,), 0, 100), Times((), 1, 100)).value == 1
    assert a12(Times((), 2, 100), Times((), 3, 100)).value == 0.5


def test_the_log_rank_test_says_what_a_person_works_out() -> None:
    """One sees it at 1 and not until 10, the other at 2 and 3.

    Expected of the first: 1/2 + 1/3 + 1/2; variance: 1/4 + 2/9 + 1/4; seen: 1.
    """
    square = (1 - 4 / 3) ** 2 / (1 / 4 + 2 / 9 + 1 / 4)
    expected = erfc(sqrt(square / 2))
    assert log_rank(Times((1,), 1, 10), Times((2, 3), 0, 10)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Times((), 2, 9), Times((), 3, 9)),
        (Times((5, 5), 0, 9), Times((5, 5), 0, 9)),
        (Times((4, 6), 1, 9), Times((4, 6), 1, 9)),
    ],
)
def test_the_log_rank_test_finds_no_difference_between_equals(one: Times, other: Times) -> None:
    assert log_rank(one, other) == pytest.approx(1)


def test_holm_s_correction_is_that_of_his_paper_s_procedure() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_the_geometric_mean_of_a_half_and_a_double_is_one() -> None:
    assert geometric_mean([0.5, 2.0]) == pytest.approx(1)
