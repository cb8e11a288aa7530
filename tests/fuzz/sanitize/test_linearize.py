"""The quick judge of one register agrees with trying every order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.sanitize.linearize import Linearizer
from fuzz.sanitize.registers import Call
from tests.fuzz.sanitize.histories import read, when_impossible, write

CALLS = st.lists(
    st.tuples(
        st.booleans(), st.sampled_from("0xy"), st.integers(0, 8), st.integers(0, 6), st.booleans()
    ),
    max_size=6,
)
"""For each call: is it a write, its value, its call, its length, and whether it never returns."""


def history(drawn: list[tuple[bool, str, int, int, bool]]) -> list[Call[str]]:
    calls: list[Call[str]] = []
    for number, (is_write, value, called, length, crashed) in enumerate(drawn):
        returned = None if is_write and crashed else called + length
        calls.append(Call(0, value, is_write, called, returned, str(number)))
    return calls


@settings(max_examples=2000, deadline=None)
@given(CALLS)
def test_the_first_impossible_read_is_that_of_trying_every_order(
    drawn: list[tuple[bool, str, int, int, bool]],
) -> None:
    calls = history(drawn)
    number = Linearizer("0", calls).first_impossible()
    assert (None if number is None else calls[number].returned) == when_impossible(calls)


def first_impossible(*calls: Call[str]) -> int | None:
    return Linearizer("0", calls).first_impossible()


def test_a_write_that_was_overtaken_may_have_shown_to_a_read_before() -> None:
    seen_between = (write("a", 1, 12), read("a", 1, 10), write("b", 2, 20), read("b", 2, 5))
    assert first_impossible(*seen_between, read("b", 11, 13)) is None


def test_a_write_that_showed_does_not_show_again() -> None:
    shown = (write("a", 1, 20), read("a", 2, 3), write("b", 4, 5), read("b", 6, 7))
    assert first_impossible(*shown, read("a", 8, 9)) == 4


def test_a_crashed_write_takes_effect_at_any_time_once() -> None:
    crashed = (write("a", 1, None), read("0", 2, 3), read("a", 4, 5), write("b", 6, 7))
    assert first_impossible(*crashed, read("b", 8, 9)) is None
    assert first_impossible(*crashed, read("a", 8, 9)) == 4


def test_two_crashed_writes_of_a_value_take_effect_twice() -> None:
    twice = (write("a", 1, None), write("a", 1, None), read("a", 2, 3), write("b", 4, 5))
    assert first_impossible(*twice, read("a", 6, 7), write("b", 8, 9), read("a", 10, 11)) == 6
    assert first_impossible(*twice, read("b", 6, 7), read("a", 8, 9)) is None
