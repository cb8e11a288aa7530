"""Claims about orders of locks, without a world."""

import pytest

from fuzz.sanitize.locks.graph import LockGraph, Order, Witness, cycle_text, kinds_of

WHO = Witness("A", "hold", "take")


def order(text: str) -> Order:
    """Read `left right`: the second was taken alone, while the first was held alone.

    `left:s` was held with others; `right:r` can be taken by reader after reader.
    """
    first, second = text.split()
    return Order(first.split(":")[0], second.split(":")[0], ":s" in first, ":r" in second)


def closed_by(*texts: str) -> list[Order]:
    """Add orders, of which only the last may close a cycle; return that."""
    graph = LockGraph()
    *before, last = map(order, texts)
    assert not any(graph.add(each, WHO) for each in before)
    return graph.add(last, WHO)


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (["a b"], ""),
        (["a b", "a c", "b c", "c d"], ""),
        (["a b", "b a"], "a+b"),
        (["b a", "a b"], "a+b"),
        (["b c", "c a", "a b"], "a+b+c"),
        (["c a", "a b", "x a", "b y", "b c"], "a+b+c"),
        (["a b", "b c", "c d", "c a"], "a+b+c"),
    ],
)
def test_a_cycle_is_named_by_its_kinds_whoever_closed_it(texts: list[str], name: str) -> None:
    cycle = closed_by(*texts)
    assert (kinds_of(cycle) if cycle else ()) == tuple(name.split("+") if name else ())


@pytest.mark.parametrize(
    ("texts", "closes"),
    [
        # Readers who may come again and again do not wait for each other.
        (["a:s b:r", "b:s a:r"], False),
        (["a:s b:r", "b a:r"], False),
        # Readers behind a waiting writer do.
        (["a:s b", "b:s a"], True),
        (["a:s b:r", "b a"], True),
        (["a b:r", "b a:r"], True),
    ],
)
def test_only_who_really_waits_is_part_of_a_cycle(texts: list[str], *, closes: bool) -> None:
    assert bool(closed_by(*texts)) is closes


def test_the_shortest_cycle_is_told_order_by_order() -> None:
    graph = LockGraph()
    graph.add(order("a b"), Witness("A", "hold_a", "take_b"))
    graph.add(order("b c"), Witness("B", "hold_b", "take_c"))
    graph.add(order("c d"), Witness("B", "hold_c", "take_d"))
    cycle = graph.add(order("c a"), Witness("C", "hold_c", "take_a"))
    assert cycle_text(cycle, graph.witnesses) == (
        "task C takes a in take_a while it holds c, taken in hold_c; "
        "task A takes b in take_b while it holds a, taken in hold_a; "
        "task B takes c in take_c while it holds b, taken in hold_b"
    )


def test_what_was_ever_taken_after_a_kind_is_known() -> None:
    graph = LockGraph()
    for text in ("a b", "c d", "b c"):
        graph.add(order(text), WHO)
    assert [graph.after(name) for name in "abcd"] == [["b", "c", "d"], ["c", "d"], ["d"], []]
