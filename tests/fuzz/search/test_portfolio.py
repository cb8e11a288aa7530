"""Claims about a portfolio of strategies."""

from collections import Counter

from fuzz.program.case import Schedule
from fuzz.search.portfolio import FLOOR, HALVED_AFTER, PORTFOLIO, SCALE, Portfolio
from fuzz.values.choices import Choices
from tests.fuzz.search.test_schedules import PASSAGE


def drawn(portfolio: Portfolio, runs: int = 400) -> Counter[str]:
    """Count what is drawn where a run is known."""
    return Counter(portfolio.schedule(Choices(n), passage=PASSAGE).strategy for n in range(runs))


def taught(portfolio: Portfolio, strategy: str, news: int, runs: int) -> Portfolio:
    for number in range(runs):
        portfolio.learn(Schedule(strategy, 0), news=number < news)
    return portfolio


def test_at_first_all_strategies_are_alike() -> None:
    counts = drawn(Portfolio())
    assert set(counts) == set(PORTFOLIO)
    assert min(counts.values()) > 400 / len(PORTFOLIO) / 2


def test_strategies_that_live_on_hints_are_not_drawn_where_there_are_none() -> None:
    portfolio = Portfolio(("pos", "surw", "rff"))
    assert {portfolio.schedule(Choices(n)).strategy for n in range(50)} == {"pos"}


def test_strategies_that_count_on_the_length_of_a_run_wait_until_it_is_known() -> None:
    blind = Counter(Portfolio().schedule(Choices(n)).strategy for n in range(400))
    assert set(blind) == {"holds", "bursts", "walk", "sticky", "pos"}
    assert blind["holds"] + blind["bursts"] > 300
    only = Portfolio(("pct3",))
    assert {only.schedule(Choices(n)).strategy for n in range(9)} == {"pct3"}


def test_what_brings_news_is_drawn_more_often_but_nothing_is_given_up() -> None:
    portfolio = Portfolio(("pos", "walk"))
    taught(portfolio, "pos", news=90, runs=100)
    taught(portfolio, "walk", news=0, runs=100)
    counts = drawn(portfolio)
    assert counts["pos"] > 10 * counts["walk"] > 0


def test_old_news_fade() -> None:
    portfolio = taught(Portfolio(("pos",)), "pos", news=100, runs=100)
    before = portfolio.weight("pos")
    taught(portfolio, "pos", news=0, runs=10 * HALVED_AFTER)
    assert before == FLOOR + SCALE
    assert portfolio.weight("pos") < 2 * FLOOR


def test_runs_without_one_of_its_strategies_teach_nothing() -> None:
    portfolio = Portfolio(("pos",))
    portfolio.learn(None, news=True)
    portfolio.learn(Schedule("sticky", 0), news=True)
    assert portfolio.weight("pos") == FLOOR + SCALE
    assert {portfolio.schedule(Choices(n)).strategy for n in range(9)} == {"pos"}
