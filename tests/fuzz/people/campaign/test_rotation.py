"""Lanes have their turns by what they bring."""

from collections import Counter
from typing import Final

from fuzz.keep.hub.chronicle import Past
from fuzz.people.campaign.rotation import choose

LANES: Final = ("a", "b", "c")


def rotated(news: dict[str, int], units: int) -> list[str]:
    """Choose again and again, where each lane always brings the same."""
    past: list[Past] = []
    for _ in range(units):
        lane = choose(LANES, past, [])
        past.append(Past(lane, news[lane]))
    return [unit.lane for unit in past]


def test_each_lane_is_looked_at_first_in_order() -> None:
    assert rotated({"a": 100, "b": 0, "c": 0}, 3) == ["a", "b", "c"]


def test_the_lane_that_brings_most_is_searched_most_and_none_is_forgotten() -> None:
    turns = Counter(rotated({"a": 0, "b": 20, "c": 1}, 200))
    assert turns["b"] > 100
    assert turns["b"] > turns["c"] > turns["a"] >= 3


def test_what_paid_once_and_pays_no_more_fades() -> None:
    past = [Past("a", 50)] * 20 + [Past("b", 0)] * 5 + [Past("c", 0)] * 5 + [Past("a", 0)] * 60
    assert choose(LANES, past, []) != "a"


def test_what_is_decided_already_counts_as_a_turn() -> None:
    assert choose(LANES, [], ["a", "b"]) == "c"


def test_what_is_no_lane_any_more_is_left_out() -> None:
    assert choose(LANES, [Past("gone", 9)], ["gone"]) == "a"


def test_the_same_past_gives_the_same_choice() -> None:
    news = {"a": 3, "b": 2, "c": 1}
    assert rotated(news, 100) == rotated(news, 100)
