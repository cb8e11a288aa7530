import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.world.faults import Attributes, attributes_from_words, attributes_text

NAMES = st.text("abcXYZ_", min_size=1)
ATTRIBUTES = st.builds(
    Attributes,
    capability=NAMES,
    probability=st.integers(0, 100),
    interval=st.integers(1, 2**31 - 1),
    times=st.integers(-1, 2**31 - 1),
    space=st.integers(0, 2**31 - 1),
    task_filter=st.lists(NAMES, max_size=3).map(tuple),
    within=st.just("") | NAMES,
    fail_nth=st.integers(0, 2**31 - 1),
    ignore_gfp_wait=st.booleans(),
)


def words(text: str) -> dict[str, str]:
    return dict(word.split("=", 1) for word in text.split())


@given(ATTRIBUTES)
def test_attributes_are_read_as_they_were_written(attributes: Attributes) -> None:
    assert attributes_from_words(words(attributes_text(attributes))) == attributes


def test_all_words_are_written_in_one_order() -> None:
    attributes = Attributes("slabs", 10, 2, -1, 4096, ("A", "B"), "take", 3, ignore_gfp_wait=False)
    assert attributes_text(attributes) == (
        "capability=slabs probability=10 interval=2 times=-1 space=4096 tasks=A,B within=take nth=3"
        " ignore-gfp-wait=N"
    )


def test_defaults_are_the_kernels_and_are_left_out() -> None:
    attributes = attributes_from_words({"capability": "slabs"})
    assert attributes == Attributes("slabs", 0, 1, 1, 0, (), "", 0)
    assert attributes_text(attributes) == "capability=slabs"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "capability=NAME"),
        ("capability=", "capability=NAME"),
        ("capability=x luck=1", "one of capability, probability, .*, ignore-gfp-wait, not 'luck'"),
        ("capability=x probability=101", r"probability=0\.\.100, not '101'"),
        ("capability=x probability=-1", r"probability=0\.\.100, not '-1'"),
        ("capability=x probability=1e1", "probability=.* not '1e1'"),
        ("capability=x probability=1_0", "probability=.* not '1_0'"),
        ("capability=x probability=", "probability=.* not ''"),
        ("capability=x interval=0", "interval=1.* not '0'"),
        ("capability=x times=-2", "times=-1.* not '-2'"),
        ("capability=x space=-1", "space=0.* not '-1'"),
        ("capability=x nth=99999999999999999999", "nth=0.* not '9+'"),
        ("capability=x tasks=A,,B", "tasks=NAME,NAME.* not 'A,,B'"),
        ("capability=x ignore-gfp-wait=no", "ignore-gfp-wait=Y or N, not 'no'"),
        ("capability=x within=a.b", "within=FUNCTION, not 'a.b'"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_was_expected(text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=f"^{expected}$"):
        attributes_from_words(words(text))
