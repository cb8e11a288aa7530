"""Cycles of locks that close over several runs, on a toy of two closets."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from fuzz.program.case import Case
from fuzz.program.text import case_text, parse_case
from fuzz.search.assignment import Assignment, Listener
from fuzz.search.explorer import Explorer
from fuzz.search.lock_orders import Cycle, together
from fuzz.values.anchor import Anchor, Fault
from fuzz.values.finding import Finding
from fuzz.values.sanitizers import ALL, Sanitizers, all_without
from tests.toys import closets

TARGETS: Final = {"closets": closets.TARGET}
WEST: Final = b"target closets\nkernel 1\ntask A\n  west\n"
EAST: Final = b"target closets\nkernel 1\ntask A\n  east\n"
DOORS: Final = b"kernel 1\nconfig doors=1\n"


def case(text: bytes) -> Case:
    return parse_case(text, TARGETS)


class Search(Listener):
    """An explorer of closets, and what it tells."""

    def __init__(self, kernel: str = "1", sanitizers: Sanitizers = ALL) -> None:
        self.shown: list[tuple[str, str]] = []
        self.cycles: list[Cycle] = []
        assignment = Assignment(closets.TARGET, kernel, Path(), sanitizers=sanitizers)
        self._explorer = Explorer(assignment, self)

    def found(self, finding: Finding, case: Case) -> None:
        self.shown.append((finding.signature, case_text(case)))

    def crossed(self, cycle: Cycle) -> None:
        self.cycles.append(cycle)

    def run(self, *texts: bytes) -> "Search":
        for text in texts:
            self._explorer.run(case(text))
        return self


def test_a_cycle_over_two_runs_is_shown_by_one_case_with_the_tasks_of_both() -> None:
    search = Search().run(WEST, EAST, EAST, WEST)
    joint = "target closets\nkernel 1\ntask A\n  east\ntask B\n  west\n"
    assert search.shown == [("lock-order-east+west", joint)]
    assert search.cycles == []


def test_runs_of_a_corrected_kernel_close_no_cycle() -> None:
    texts = (WEST.replace(b"kernel 1", b"kernel 2"), EAST.replace(b"kernel 1", b"kernel 2"))
    search = Search("2").run(*texts)
    assert (search.shown, search.cycles) == ([], [])


def test_a_cycle_that_no_single_run_shows_is_told_once_with_all_its_cases() -> None:
    texts = [text.replace(b"kernel 1\n", DOORS) for text in (WEST, EAST)]
    search = Search().run(*texts, *texts)
    assert search.shown == []
    (cycle,) = search.cycles
    assert cycle.signature == "lock-order-east+west"
    assert cycle.cases == (case(texts[1]), case(texts[0]))
    assert cycle.text == (
        "task A takes east in go_east while it holds west, taken in go_east; "
        "task A takes west in go_west while it holds east, taken in go_west"
    )


def test_what_one_run_shows_whole_is_not_told_again() -> None:
    both = WEST + b"task B\n  east\n"
    search = Search().run(both, WEST, EAST)
    assert [signature for signature, _ in search.shown] == ["lock-order-east+west"]
    assert search.cycles == []


def test_a_search_without_the_sanitizer_learns_no_order() -> None:
    search = Search(sanitizers=all_without("locks")).run(WEST, EAST)
    assert (search.shown, search.cycles) == ([], [])


def test_tasks_of_the_same_name_get_another_and_take_their_faults_along() -> None:
    fault = Fault(Anchor("A", "slab", 1), "EMPTY")
    first = replace(case(WEST), faults=(fault,))
    second = replace(case(EAST), faults=(fault,), settings=(("doors", "1"),))
    one, other = together((first, second))
    assert [program.name for program in one.programs] == ["A", "B"]
    assert [str(each) for each in one.faults] == ["fault A slab#1 EMPTY", "fault B slab#1 EMPTY"]
    assert other == replace(one, settings=(("doors", "1"),))
