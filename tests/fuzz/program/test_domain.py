from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.program.domain import Domain, Number, Word, Words
from fuzz.values.choices import Choices

DOMAINS = (
    Number(0, 0),
    Number(3, 5000),
    Word(("pen", "pencil", "ink")),
    Words(("blot", "leak")),
)
MANY = Words(("blot", "leak", "spill"))


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
@given(seed=st.integers(0, 10_000))
def test_what_is_drawn_is_written_read_and_made_simpler_within_the_domain(
    domain: Domain[Any], seed: int
) -> None:
    value = domain.draw(Choices(seed))
    steps = 0
    while True:
        assert domain.parse(domain.text(value)) == value
        simpler = [domain.parse(domain.text(other)) for other in domain.simpler(value)]
        if not simpler:
            break
        value = simpler[seed % len(simpler)]
        steps += 1
        assert steps <= 5000, "following simpler values must end"


@pytest.mark.parametrize(
    ("domain", "text"),
    [
        *((Number(3, 5000), text) for text in ("2", "5001", "-3", "+3", "3.0", "٣", "", "9" * 30)),
        *((Word(("pen", "ink")), text) for text in ("", "Pen", "pen,ink")),
        *((MANY, text) for text in ("", "blot,", "blot,blot", "none")),
    ],
)
def test_what_is_not_in_the_domain_is_refused_with_what_is(domain: Domain[Any], text: str) -> None:
    with pytest.raises(ValueError, match="^" + domain.expected.replace(" or a", " or a") + "$"):
        domain.parse(text)


@pytest.mark.parametrize(
    ("domain", "value", "simpler"),
    [
        (Number(3, 90), 30, [3, 17, 24, 27, 29]),
        (Number(3, 90), 4, [3]),
        (Number(3, 90), 3, []),
        (Word(("pen", "pencil", "ink")), "ink", ["pen", "pencil"]),
        (Word(("pen", "pencil", "ink")), "pen", []),
        (MANY, ("blot", "leak"), [("leak",), ("blot",)]),
        (MANY, (), []),
    ],
)
def test_simpler_values_come_simplest_first(
    domain: Domain[Any], value: object, simpler: list[object]
) -> None:
    assert list(domain.simpler(value)) == simpler


def test_a_list_of_words_has_one_form() -> None:
    assert MANY.parse("spill,blot") == MANY.parse("blot,spill") == ("blot", "spill")
    assert (MANY.text(()), MANY.text(("blot", "spill"))) == ("-", "blot,spill")


@pytest.mark.parametrize("value", [-3, -1, 0, 12])
def test_a_number_below_zero_is_read_as_it_is_written(value: int) -> None:
    domain = Number(-3, 12)
    assert domain.parse(domain.text(value)) == value
    with pytest.raises(ValueError, match="from -3 to 12"):
        domain.parse("-4")


def test_a_word_that_is_named_more_than_once_is_drawn_more_often() -> None:
    word = Word(("pen", "pencil", "ink"), drawn=("pen", "ink", "ink", "ink"))
    drawn = [word.draw(Choices(seed)) for seed in range(400)]
    assert set(drawn) == {"pen", "ink"}
    assert 260 < drawn.count("ink") < 340
    assert word.parse("pencil") == "pencil"
