"""Claims about kinds of operations that are always refused alike, on the depot."""

from typing import Final

from fuzz.program.case import Case
from fuzz.program.execute import execute
from fuzz.search.futile import ANSWERS_MIN, SPARED_PERCENT, Futile
from fuzz.values.choices import Choices
from tests.fuzz.search.test_endings import case_of
from tests.toys import depot

REFUSED: Final = case_of("task A", "  take")
SUCCEEDS: Final = case_of("task A", "  open", "  take")
ALWAYS: Final = case_of("task A", "  open")


def learned(*cases: Case) -> Futile:
    futile = Futile()
    for case in cases:
        futile.learn(case, execute(depot.TARGET, case))
    return futile


def shunned(futile: Futile, count: int = 100) -> list[frozenset[type]]:
    return [frozenset(futile.shunned(Choices(seed))) for seed in range(count)]


def test_what_is_always_refused_alike_is_shunned_by_most_cases_and_not_by_all() -> None:
    found = shunned(learned(*[REFUSED] * ANSWERS_MIN))
    assert set(found) == {frozenset({depot.Take}), frozenset()}
    assert abs(found.count(frozenset({depot.Take})) - SPARED_PERCENT) < 10


def test_nothing_is_shunned_after_a_few_refusals() -> None:
    assert set(shunned(learned(*[REFUSED] * (ANSWERS_MIN - 1)))) == {frozenset()}


def test_what_succeeds_is_not_shunned_whenever_it_does() -> None:
    refused = [REFUSED] * (2 * ANSWERS_MIN)
    assert set(shunned(learned(SUCCEEDS, *refused))) == {frozenset()}
    assert set(shunned(learned(*refused, SUCCEEDS))) == {frozenset()}


def test_what_always_succeeds_is_not_futile() -> None:
    assert set(shunned(learned(*[ALWAYS] * ANSWERS_MIN))) == {frozenset()}
