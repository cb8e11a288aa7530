"""Ranges of written bytes agree with a set of offsets."""

from hypothesis import given
from hypothesis import strategies as st

from fuzz.sanitize.memory.written import Written

RANGES = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=6)


@given(RANGES, st.integers(0, 20), st.integers(0, 20))
def test_a_gap_is_the_first_run_of_offsets_that_nobody_wrote(
    writes: list[tuple[int, int]], start: int, end: int
) -> None:
    written = Written()
    offsets: list[int] = []
    for write in writes:
        written.add(*write)
        offsets += range(*write)
    missing = [offset for offset in range(start, end) if offset not in offsets]
    gap = written.gap(start, end)
    if not missing:
        assert gap is None
    else:
        assert gap is not None
        run = list(range(*gap))
        assert run == missing[: len(run)]
        assert gap[1] == end or gap[1] in offsets


def test_ranges_that_touch_become_one() -> None:
    written = Written((0, 4), (8, 12))
    written.add(4, 8)
    assert written.ranges == [(0, 12)]


def test_a_copy_goes_its_own_way() -> None:
    written = Written((0, 4))
    copy = written.copy()
    copy.add(4, 8)
    assert (written.ranges, copy.ranges) == ([(0, 4)], [(0, 8)])
