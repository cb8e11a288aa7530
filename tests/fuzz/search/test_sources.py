"""Claims about the shares of sources."""

from collections import Counter
from typing import Final

from fuzz.search.sources import (
    CHILD,
    FLOORS,
    FLOORS_EARLY,
    FRESH,
    HALVED_AFTER,
    PLENTY_PERCENT,
    PROMISING,
    SCALE,
    Sources,
)
from fuzz.values.choices import Choices

DRAWS: Final = 2000


def drawn(sources: Sources) -> Counter[str]:
    choices = Choices(1)
    return Counter(sources.draw(choices) for _ in range(DRAWS))


def test_who_brings_all_the_news_gets_all_but_the_floors_of_the_others() -> None:
    sources = Sources()
    for _ in range(HALVED_AFTER):
        sources.learn(CHILD, 0)
        sources.learn(PROMISING, 0)
        sources.learn(FRESH, 5)
    found = drawn(sources)
    early = FLOORS_EARLY[CHILD] + FLOORS_EARLY[PROMISING]
    assert found[FRESH] > DRAWS * (100 - early - 5) // 100
    assert 0 < found[PROMISING] < found[CHILD]


def test_children_wait_until_fresh_cases_seldom_reach_anything_new() -> None:
    rare = 100 // PLENTY_PERCENT
    shares = {}
    for distance in (rare - 1, 2 * rare):
        sources = Sources()
        for number in range(6 * HALVED_AFTER):
            sources.learn(FRESH, int(number % distance == 0))
            sources.learn(CHILD, 0)
        shares[distance] = sources.share(CHILD)
    assert shares == {
        rare - 1: SCALE * FLOORS_EARLY[CHILD],
        2 * rare: SCALE * FLOORS[CHILD],
    }


def test_news_fade_and_another_source_takes_over() -> None:
    sources = Sources()
    for _ in range(HALVED_AFTER):
        sources.learn(FRESH, 5)
    before = sources.share(CHILD)
    for _ in range(4 * HALVED_AFTER):
        sources.learn(FRESH, 0)
        sources.learn(PROMISING, 0)
        sources.learn(CHILD, 1)
    assert sources.share(CHILD) > max(before, sources.share(FRESH))


def test_without_any_news_each_has_its_floor_and_no_more() -> None:
    sources = Sources()
    for name in FLOORS:
        for _ in range(20 * HALVED_AFTER):
            sources.learn(name, 0)
    assert {name: sources.share(name) for name in FLOORS} == {
        name: SCALE * floor for name, floor in FLOORS.items()
    }
