"""Claims about who has the next child."""

from typing import Final

from fuzz.program.case import Case
from fuzz.program.execute import execute
from fuzz.search.pool import Pool
from fuzz.search.recall import passage_of
from fuzz.values.choices import Choices
from tests.toys import depot

COMMON: Final = Case("depot", "1", settings=(("room", "4"),))
RARE: Final = Case("depot", "1", settings=(("room", "5"),))


def pool_of(*cases: Case) -> Pool:
    pool = Pool()
    for number, case in enumerate(cases):
        pool.add(case, passage_of(execute(depot.TARGET, case)), (number,))
    return pool


def test_rare_features_have_more_children_than_common_ones() -> None:
    pool = pool_of(RARE, COMMON)
    for _ in range(100):
        pool.saw({1})
    pool.saw({0})
    choices = Choices(1)
    chosen = [pool.choose(choices).case for _ in range(60)]
    assert chosen.count(RARE) > chosen.count(COMMON)


def test_children_use_energy_up() -> None:
    pool = pool_of(*[COMMON] * 20)
    pool.saw(set(range(20)))
    choices = Choices(1)
    features = [pool.choose(choices).features for _ in range(200)]
    assert len(set(features)) == 20
    assert max(features.count(one) for one in set(features)) < 40


def test_any_case_may_be_the_other_parent() -> None:
    pool = pool_of(COMMON, RARE)
    choices = Choices(1)
    assert {pool.any(choices) for _ in range(20)} == {COMMON, RARE}
    assert len(pool) == 2
