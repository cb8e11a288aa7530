"""Claims about what runs end in, on the depot, whose shelf breaks."""

from typing import Final

from fuzz.program.case import Case
from fuzz.program.execute import execute
from fuzz.program.text import parse_case
from fuzz.search.endings import RUNS_MIN, SHUN_PERCENT, Endings, ended_in
from fuzz.values.choices import Choices
from tests.toys import depot


def case_of(*lines: str) -> Case:
    text = "\n".join(("target depot", "kernel 1", *lines))
    return parse_case(text + "\n", {"depot": depot.TARGET})


BREAKS: Final = case_of(
    *("task A", "  put load=9", "  open", "task B", "  put load=9", "  take"),
    *("fault A depot.box#1 EMPTY", "switch A depot.cellar#1 B"),
)
QUIET: Final = case_of("task A", "  put load=9", "  open", "  take")
HANGS: Final = case_of(
    *("task A", "  open", "  move way=out", "task B", "  move way=back"),
    "switch A van.lock#1 B",
)


def learned(*cases: Case) -> Endings:
    endings = Endings()
    for case in cases:
        endings.learn(case, execute(depot.TARGET, case))
    return endings


def shunned(endings: Endings, count: int = 100) -> list[frozenset[type]]:
    return [frozenset(endings.shunned(Choices(seed))) for seed in range(count)]


def test_a_run_that_is_broken_off_ends_in_the_operation_of_the_last_task() -> None:
    outcome = execute(depot.TARGET, BREAKS)
    assert [finding.signature for finding in outcome.findings] == ["overflow-put"]
    assert ended_in(BREAKS, outcome) is depot.Put


def test_a_run_of_which_everything_was_done_ends_in_nothing() -> None:
    assert ended_in(QUIET, execute(depot.TARGET, QUIET)) is None


def test_a_run_that_hangs_ends_in_what_hangs() -> None:
    outcome = execute(depot.TARGET, HANGS)
    assert [finding.kind for finding in outcome.findings] == ["lock-order", "hung-task"]
    assert ended_in(HANGS, outcome) is depot.Move


def test_what_often_ends_runs_is_shunned_by_most_cases_and_not_by_all() -> None:
    found = shunned(learned(*[BREAKS] * RUNS_MIN))
    assert set(found) == {frozenset({depot.Put}), frozenset()}
    assert abs(found.count(frozenset({depot.Put})) - SHUN_PERCENT) < 15


def test_what_seldom_ends_runs_is_not_shunned() -> None:
    assert set(shunned(learned(BREAKS, *[QUIET] * 9))) == {frozenset()}


def test_nothing_is_shunned_after_a_few_runs() -> None:
    assert set(shunned(learned(*[BREAKS] * (RUNS_MIN - 1)))) == {frozenset()}
