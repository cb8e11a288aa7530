"""Claims about the cases that a corpus needs."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from fuzz.people.corpora.minimising import minimal
from fuzz.people.corpora.reach import Reach
from fuzz.people.corpora.reading import Entry
from fuzz.program.case import Case, Expectation

numbers = st.frozensets(st.integers(0, 12), max_size=5)


def entry(name: str, reached: frozenset[int], *, test: bool = False, target: str = "t") -> Entry:
    expectations = (Expectation("1", (), "lost"),) if test else (Expectation("1"),)
    case = Case(target=target, kernel="1", expectations=expectations)
    return Entry(Path(name), case, name, Reach({"paths": reached}, {}))


def names(entries: list[Entry]) -> list[str]:
    return [each.path.name for each in entries]


def reached(entries: list[Entry]) -> set[int]:
    return {number for each in entries for number in each.reach.signals["paths"]}


@given(st.lists(st.tuples(numbers, st.booleans()), max_size=8))
def test_what_is_kept_reaches_all_and_nothing_of_it_is_spare(
    drawn: list[tuple[frozenset[int], bool]],
) -> None:
    entries = [entry(f"{n}", found, test=test) for n, (found, test) in enumerate(drawn)]
    kept = minimal(entries)
    assert reached(kept) == reached(entries)
    tests = [f"{n}" for n, (_, test) in enumerate(drawn) if test]
    for each in [each for each in kept if each.path.name not in tests]:
        assert reached([other for other in kept if other is not each]) != reached(entries)
    assert [name for name in tests if name not in names(kept)] == []


@given(st.lists(numbers, max_size=8, unique=True))
def test_what_is_kept_does_not_depend_on_the_order(drawn: list[frozenset[int]]) -> None:
    entries = [entry(f"{sorted(found)}", found) for found in drawn]
    assert names(minimal(entries)) == list(reversed(names(minimal(entries[::-1]))))


def test_one_case_that_reaches_all_is_enough() -> None:
    few = [entry("a", frozenset({1})), entry("b", frozenset({1, 2})), entry("c", frozenset({2}))]
    assert names(minimal(few)) == ["b"]


def test_of_equals_the_one_with_the_first_text_is_kept() -> None:
    twins = [entry("b", frozenset({1})), entry("a", frozenset({1}))]
    assert names(minimal(twins)) == ["a"]


def test_two_targets_have_nothing_in_common() -> None:
    twins = [entry("a", frozenset({1}), target="s"), entry("b", frozenset({1}))]
    assert names(minimal(twins)) == ["a", "b"]
