"""Claims about what is gone through step by step."""

from collections.abc import Iterator
from typing import Final

from fuzz.program.case import Case, Program
from fuzz.program.execute import execute
from fuzz.search.enumerate import single_faults
from fuzz.search.promising import ENERGY, FRESH_MIN, Promising
from fuzz.search.recall import Passage, passage_of
from tests.toys import depot

RESERVED: Final = Case("depot", "1", programs=(Program("A", (depot.Reserve(), depot.Put(1))),))
BUSY: Final = Case(
    "depot",
    "1",
    programs=tuple(Program(name, (depot.Put(1), depot.Move("out")) * 4) for name in "ABC"),
)


def passage(case: Case) -> Passage:
    return passage_of(execute(depot.TARGET, case))


def all_of(promising: Promising) -> Iterator[Case]:
    while (case := promising.next()) is not None:
        yield case


def test_what_brought_little_is_not_gone_through() -> None:
    promising = Promising(depot.TARGET)
    promising.add(RESERVED, passage(RESERVED), FRESH_MIN - 1)
    assert promising.next() is None


def test_single_faults_come_first_and_pairs_after_them() -> None:
    promising = Promising(depot.TARGET)
    promising.add(RESERVED, passage(RESERVED), FRESH_MIN)
    cases = list(all_of(promising))
    assert cases[:3] == list(single_faults(depot.TARGET, RESERVED, passage(RESERVED)))
    assert [len(case.faults) for case in cases] == [1, 1, 1, 2, 2]


def test_a_case_gets_so_many_runs_and_the_newest_is_first() -> None:
    promising = Promising(depot.TARGET)
    promising.add(BUSY, passage(BUSY), FRESH_MIN)
    promising.add(RESERVED, passage(RESERVED), FRESH_MIN)
    cases = list(all_of(promising))
    assert len(cases) == ENERGY + 5
    assert {case.programs for case in cases[:5]} == {RESERVED.programs}
