"""No figure is tested here: they depend on the machine. What is measured does not."""

from fuzz.people.measures.signal_costs import CONFIGURATIONS, costs_of, table
from fuzz.search.feedback import SIGNALS, SIGNALS_DEFAULT
from tests.fuzz.people.toys import LOST, TARGETS, case_of


def test_each_signal_is_measured_alone_and_all_together() -> None:
    alone = [(name,) for name in SIGNALS]
    assert list(CONFIGURATIONS.values()) == [(), *alone, SIGNALS_DEFAULT, SIGNALS]


def test_every_configuration_is_measured_in_turn() -> None:
    case = case_of(LOST)
    costs = costs_of(TARGETS[case.target], [case], rounds=1)
    assert list(costs) == list(CONFIGURATIONS)
    assert all(0 <= seconds < float("inf") for seconds in costs.values())


def test_a_row_says_what_a_signal_adds() -> None:
    assert list(table({"none": 2.0, "all": 2.5}, cases=600)) == [
        "none            300 cases/s   +0.0 %",
        "all             240 cases/s  +25.0 %",
    ]
