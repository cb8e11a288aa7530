"""No figure is tested here: they depend on the machine. What is measured does not."""

from fuzz.people.measures.sanitizer_costs import CONFIGURATIONS, corpus_of, costs_of, table
from fuzz.values.sanitizers import SANITIZER_NAMES
from tests.fuzz.people.toys import LOST, TARGETS, case_of


def test_each_sanitizer_is_taken_away_once_and_all_together() -> None:
    without = [(name,) for name in SANITIZER_NAMES]
    off = [sanitizers.off for sanitizers in CONFIGURATIONS.values()]
    assert off == [(), *without, SANITIZER_NAMES]


def test_every_configuration_is_measured_in_turn() -> None:
    costs = costs_of(TARGETS, [case_of(LOST)], rounds=1)
    assert list(costs) == list(CONFIGURATIONS)
    assert all(0 <= seconds < float("inf") for seconds in costs.values())


def test_a_row_compares_with_none() -> None:
    assert list(table({"all on": 3.0, "none": 2.0}, cases=600)) == [
        "all on                    200 cases/s    1.50 x none",
        "none                      300 cases/s    1.00 x none",
    ]


def test_without_a_corpus_there_is_nothing_to_run() -> None:
    assert corpus_of(TARGETS) == []
