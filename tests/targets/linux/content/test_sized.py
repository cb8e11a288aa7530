from hypothesis import given
from hypothesis import strategies as st

from fuzz.values.choices import Choices
from targets.linux.content.measure import block_size
from targets.linux.content.noise import noise
from targets.linux.content.sized import SIZE_MAX, SIZE_MIN, draw_size, sized_page

SIZES = range(SIZE_MIN, SIZE_MAX + 1)


def test_every_size_is_met_exactly() -> None:
    assert [size for size in SIZES if block_size(sized_page(size, 0)) != size] == []


@given(st.sampled_from(SIZES), st.integers(0, 10**9 - 1))
def test_a_size_is_met_with_any_seed(size: int, seed: int) -> None:
    page = sized_page(size, seed)
    assert (len(page), block_size(page)) == (4096, size)


def test_pages_of_one_size_differ_by_seed() -> None:
    assert len({sized_page(3072, seed) for seed in range(20)}) == 20


def test_the_smallest_page_is_not_same_filled() -> None:
    page = sized_page(SIZE_MIN, 0)
    assert page[:8] != page[-8:]


def test_a_seed_whose_noise_repeats_takes_the_next_attempt() -> None:
    """The first attempt of one seed in 500 repeats four bytes; 200 seeds meet some."""
    for seed in range(200):
        assert len({noise(seed)[at : at + 4] for at in range(4093)}) == 4093


def test_every_drawn_size_can_be_made() -> None:
    below = Choices(1).below
    assert [size for _ in range(5000) if (size := draw_size(below)) not in SIZES] == []
