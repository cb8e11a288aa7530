"""Claims about single edits of programs."""

from collections import Counter
from typing import Final

import pytest

from fuzz.program.case import Case, Program
from fuzz.search.edit import DONORS_MAX, OPERATIONS_MAX, Editor
from fuzz.search.swarm import Swarm
from fuzz.values.choices import Choices
from tests.toys import depot

TWO: Final = Case(
    "depot",
    "1",
    programs=(
        Program("A", (depot.Put(5), depot.Open())),
        Program("B", (depot.Take(), depot.Close())),
    ),
)
DONOR: Final = Case("depot", "1", programs=(Program("A", (depot.Reserve(), depot.Move("out"))),))
WHOLE: Final = Case("depot", "1", programs=(Program("A", (depot.Open(),) * OPERATIONS_MAX),))


@pytest.fixture
def editor() -> Editor:
    return Editor(Swarm(depot.TARGET))


def words(case: Case) -> list[str]:
    return sorted(str(operation) for program in case.programs for operation in program.operations)


@pytest.mark.parametrize("seed", range(20))
def test_to_swap_and_to_move_keep_what_there_is(editor: Editor, seed: int) -> None:
    for edited in (editor.swap(TWO, None, Choices(seed)), editor.move(TWO, None, Choices(seed))):
        assert words(edited) == words(TWO)


def test_operations_trade_places(editor: Editor) -> None:
    swapped = {editor.swap(TWO, None, Choices(seed)).programs for seed in range(60)}
    assert len(swapped) == 1 + 6


def test_a_splice_puts_neighbours_of_another_case_side_by_side(editor: Editor) -> None:
    assert editor.splice(TWO, None, Choices(1)) == TWO
    editor.remember(DONOR)
    spliced = {editor.splice(TWO, None, Choices(seed)) for seed in range(60)}
    added = {tuple(sorted((Counter(words(c)) - Counter(words(TWO))).elements())) for c in spliced}
    assert added == {("reserve",), ("move way=out",), ("move way=out", "reserve")}


def test_of_donors_the_oldest_goes_first(editor: Editor) -> None:
    editor.remember(DONOR)
    for _ in range(DONORS_MAX):
        editor.remember(WHOLE)
    spliced = [editor.splice(TWO, None, Choices(seed)) for seed in range(60)]
    assert not any("reserve" in words(case) for case in spliced)


@pytest.mark.parametrize("seed", range(10))
def test_a_program_has_an_end(editor: Editor, seed: int) -> None:
    editor.remember(DONOR)
    for edit in (editor.insert, editor.duplicate, editor.splice):
        assert edit(WHOLE, None, Choices(seed)) == WHOLE


def test_an_argument_becomes_a_neighbour_or_anything(editor: Editor) -> None:
    one = Case("depot", "1", programs=(Program("A", (depot.Put(5),)),))
    drawn = Counter(
        operation.load
        for seed in range(400)
        for operation in editor.change_argument(one, None, Choices(seed)).programs[0].operations
        if isinstance(operation, depot.Put)
    )
    assert set(drawn) == set(range(1, 10))
    assert drawn[6] > drawn[8]
