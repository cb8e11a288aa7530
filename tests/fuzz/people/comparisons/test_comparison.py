"""What cases showed and cost is added up for each variant."""

from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace

from fuzz.people.comparisons.comparison import Column, compare
from fuzz.people.comparisons.variant import Asked, variants_of
from fuzz.program.epilogue import Shown, Step
from fuzz.program.execute import execute
from fuzz.program.target import SimpleTarget
from fuzz.values.finding import Finding, Harm
from tests.fuzz.people.toys import LOST, TARGETS, case_of
from tests.toys import counter

DESIGNED = LOST.replace("target counter", "target designed")
ELSEWHERE = DESIGNED + "switch A counter.write#9 B\n"


class Account(counter.Counter):
    """A counter of money: what is missing is missed."""

    def epilogue(self, finding: Finding) -> Sequence[Step]:
        assert finding.kind == "lost-update"
        return [Step("somebody looks", self._look)]

    def _look(self) -> Shown | None:
        missing = self._added - self._value
        return Shown(Harm.CRASH, "cannot go on") if missing else None


def columns_of(*texts: str, asked: Asked) -> list[Column]:
    cases = [case_of(text) for text in texts]
    targets = [TARGETS[name] for name in dict.fromkeys(case.target for case in cases)]
    return compare(cases, TARGETS, variants_of(targets, asked))


def test_a_design_that_helps_shows_what_it_costs() -> None:
    without, locked = columns_of(DESIGNED, DESIGNED, asked=Asked(None, "all", ()))
    assert (without.ran, without.clean, without.harms) == (2, 0, Counter({Harm.DATA_LOSS: 2}))
    assert without.kinds == Counter({(Harm.DATA_LOSS, "lost-update"): 2})
    assert (locked.ran, locked.clean, locked.harms) == (2, 2, Counter())
    assert without.locks == {}
    assert locked.locks["counter"].taken == 2 * 2
    assert locked.all_locks == locked.locks["counter"]
    assert locked.steps > without.steps


def test_a_case_that_does_not_come_to_its_switches_is_unreached_and_not_clean() -> None:
    (column,) = columns_of(DESIGNED, ELSEWHERE, asked=Asked("1", "lock", ()))
    assert (column.ran, column.clean, column.unreached) == (2, 1, 1)


def test_a_case_whose_tasks_do_not_come_to_their_end_is_cut_short() -> None:
    text = """\
target depot
kernel 1
task A
  move way=out
task B
  move way=back
switch A van.lock#1 B
"""
    (column,) = columns_of(text, asked=Asked("1", None, ()))
    assert (column.cut_short, column.clean, list(column.harms)) == (1, 0, [Harm.HANG])
    assert column.locks["shelf"].held > 0


def test_what_cannot_be_run_is_counted_by_its_reason() -> None:
    old, new = columns_of(DESIGNED, DESIGNED, asked=Asked("all", "lock", ()))
    assert (old.ran, old.impossible) == (0, Counter({"kernel 0 has no locks": 2}))
    assert (new.ran, new.impossible) == (2, Counter())


def test_counters_add_up_and_of_peaks_the_highest_is_kept_too() -> None:
    case = case_of(LOST)
    outcome = execute(TARGETS["counter"], case)
    (variant,) = variants_of([TARGETS["counter"]], Asked("1", None, ()))
    column = Column(variant)
    for peak in (3, 5, 4):
        column.add(case, replace(outcome, counters={"copies": 1, "pages_peak": peak}), {})
    assert column.counters == Counter({"copies": 3, "pages_peak": 12})
    assert column.peaks == Counter({"pages_peak": 5})


def test_harm_is_the_worst_that_can_be_demonstrated() -> None:
    bank = SimpleTarget(
        "bank", "accounts", lambda world: Account(world, nullcontext()), counter.TARGET.operations
    )
    case = replace(case_of(LOST), target="bank")
    (column,) = compare([case], {"bank": bank}, variants_of([bank], Asked("1", None, ())))
    assert column.kinds == Counter({(Harm.CRASH, "lost-update"): 1})
