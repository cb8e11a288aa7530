"""Claims about enumerated faults and switches."""

from typing import Final

from fuzz.program.case import Case, Program
from fuzz.program.execute import execute
from fuzz.search.enumerate import (
    pairs_of_faults,
    pairs_of_switches,
    single_faults,
    single_switches,
)
from fuzz.search.recall import passage_of
from fuzz.values.anchor import Anchor, Fault
from tests.toys import depot

RESERVED: Final = Case("depot", "1", programs=(Program("A", (depot.Reserve(), depot.Put(1))),))
TWO: Final = Case(
    "depot",
    "1",
    programs=(
        Program("A", (depot.Open(), depot.Take(), depot.Move("out"))),
        Program("B", (depot.Close(), depot.Move("back"))),
    ),
)
NOTE: Final = Anchor("A", "depot.note", 1)
BOX: Final = Anchor("A", "depot.box", 1)


def findings(cases: list[Case]) -> set[str]:
    return {finding.kind for case in cases for finding in execute(depot.TARGET, case).findings}


def test_each_request_fails_in_each_way_in_the_order_of_the_run() -> None:
    passage = passage_of(execute(depot.TARGET, RESERVED))
    assert [case.faults for case in single_faults(depot.TARGET, RESERVED, passage)] == [
        (Fault(NOTE, "NO_PEN"),),
        (Fault(NOTE, "NO_PAPER"),),
        (Fault(BOX, "EMPTY"),),
    ]
    assert [case.faults for case in pairs_of_faults(depot.TARGET, RESERVED, passage)] == [
        (Fault(NOTE, "NO_PEN"), Fault(BOX, "EMPTY")),
        (Fault(NOTE, "NO_PAPER"), Fault(BOX, "EMPTY")),
    ]


def test_what_the_run_met_before_stays() -> None:
    failing = Case("depot", "1", programs=RESERVED.programs, faults=(Fault(BOX, "EMPTY"),))
    passage = passage_of(execute(depot.TARGET, failing))
    first, *_ = single_faults(depot.TARGET, failing, passage)
    assert first.faults == (Fault(NOTE, "NO_PEN"), Fault(BOX, "EMPTY"))


def test_each_race_is_turned_round_once_a_task_and_visit() -> None:
    passage = passage_of(execute(depot.TARGET, TWO))
    cases = list(single_switches(TWO, passage))
    turned = {(race.at, race.to) for races in passage.races for race in races}
    assert [(case.switches[-1].at, case.switches[-1].to) for case in cases] == sorted(
        turned, key=lambda pair: (passage.visits.index(pair[0]), pair[1])
    )


def test_one_switch_is_enough_for_two_bugs_of_the_depot() -> None:
    passage = passage_of(execute(depot.TARGET, TWO))
    assert findings([TWO]) == {"lock-order"}
    assert {"hung-task", "locked-in"} <= findings(list(single_switches(TWO, passage)))
    assert all(len(case.switches) == 2 for case in pairs_of_switches(TWO, passage))
