"""Claims about histories of registers."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from fuzz.sanitize.registers import Call, Registers


def write(value: str, called: int, returned: int, register: int = 0) -> Call[str]:
    return Call(register, value, is_write=True, called=called, returned=returned, task="A")


def read(value: str, called: int, returned: int, register: int = 0) -> Call[str]:
    return Call(register, value, is_write=False, called=called, returned=returned, task="B")


def impossible(*calls: Call[str]) -> list[Call[str]]:
    registers = Registers("0")
    for call in calls:
        registers.add(call)
    return list(registers.impossible())


def test_a_read_sees_the_initial_value_or_the_newest_finished_write() -> None:
    assert impossible(read("0", 1, 2), write("x", 3, 4), read("x", 5, 6)) == []
    assert impossible(write("x", 1, 2), read("0", 3, 4)) == [read("0", 3, 4)]


def test_a_read_may_see_either_side_of_a_concurrent_write() -> None:
    assert impossible(write("x", 1, 9), read("0", 2, 3)) == []
    assert impossible(write("x", 1, 9), read("x", 2, 3)) == []


def test_a_new_value_is_not_followed_by_an_old_one() -> None:
    stale = read("0", 4, 5)
    assert impossible(write("x", 1, 9), read("x", 2, 3), stale) == [stale]


def test_a_value_that_nobody_wrote_is_impossible() -> None:
    assert impossible(write("x", 1, 2), read("y", 1, 3)) == [read("y", 1, 3)]


def test_each_register_has_its_own_history() -> None:
    wrong = read("0", 5, 6, register=1)
    assert impossible(write("x", 1, 2), write("y", 1, 2, register=1), read("x", 3, 4), wrong) == [
        wrong
    ]


CALLS = st.lists(
    st.tuples(st.booleans(), st.sampled_from("0xy"), st.integers(0, 6), st.integers(0, 4)),
    max_size=5,
)


@given(CALLS)
def test_the_search_agrees_with_trying_every_order(
    drawn: list[tuple[bool, str, int, int]],
) -> None:
    calls = [
        Call(0, value, is_write, called, called + length, str(index))
        for index, (is_write, value, called, length) in enumerate(drawn)
    ]
    assert (impossible(*calls) == []) == any(map(legal, permutations(calls)))


def legal(order: tuple[Call[str], ...]) -> bool:
    """Whether one total order respects real time and explains every read."""
    value = "0"
    for index, call in enumerate(order):
        if any(later.returned < call.called for later in order[index + 1 :]):
            return False
        if call.is_write:
            value = call.value
        elif call.value != value:
            return False
    return True
