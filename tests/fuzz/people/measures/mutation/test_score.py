import subprocess
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from fuzz.people.measures.mutation.budget import Baseline, baseline
from fuzz.people.measures.mutation.mutants import (
    Mutant,
    function_of,
    modules_of,
    mutants_of,
    sample,
)
from fuzz.people.measures.mutation.score import score_table, survivors
from fuzz.people.measures.mutation.trial import Fate, Trial, trials
from fuzz.program.case import Case, Program
from fuzz.values.anchor import Anchor, Switch
from tests.toys import counter

ROOT: Final = Path(__file__).parents[5]
TOY: Final = "tests.toys.counter"


def additions(kernel: str) -> Case:
    """Two tasks that add, the second one while the first has read and not yet written."""
    tasks = tuple(Program(name, (counter.Add(1),)) for name in "AB")
    switch = Switch(Anchor("A", "counter.write", 1), "B")
    return Case("counter", kernel, (), tasks, switches=(switch,))


@pytest.fixture
def budget() -> list[Baseline]:
    return [baseline(counter.TARGET, additions(kernel)) for kernel in ("2", "1")]


def mutants(text: str) -> list[Mutant]:
    return [mutant for mutant in mutants_of(TOY) if text in str(mutant)]


def test_a_lock_that_is_left_out_is_found_and_the_function_stays_as_it_was(
    budget: list[Baseline],
) -> None:
    (unlocked,) = mutants("without `with self._lock`")
    before = function_of(TOY, "Counter.add").__code__
    (trial,) = trials([unlocked], budget, each=10, workers=1)
    assert (trial.fate, trial.runs, trial.by) == (Fate.FOUND, 1, "lost-update-add")
    assert function_of(TOY, "Counter.add").__code__ is before


def test_what_a_case_shows_anyway_kills_nothing(budget: list[Baseline]) -> None:
    assert [one.signatures for one in budget] == [frozenset(), frozenset({"lost-update-add"})]
    (unlocked,) = mutants("without `with self._lock`")
    (trial,) = trials([unlocked], budget[1:], each=10, workers=1)
    assert (trial.fate, trial.runs) == (Fate.SAME, 1)


def test_a_function_that_no_case_enters_is_unreached() -> None:
    (unlocked,) = mutants("without `with self._lock`")
    assert list(trials([unlocked], [], each=10, workers=1)) == [Trial(unlocked, Fate.UNREACHED, 0)]


def test_a_sample_takes_of_each_operator_as_evenly_as_it_can() -> None:
    names = modules_of("fuzz.world", ["schedule"])
    assert "fuzz.world.world" in names
    assert not any(".schedule." in name for name in names)
    everything = [mutant for name in names for mutant in mutants_of(name)]
    chosen = sample(everything, 28, 1)
    assert len(chosen) == 28
    assert chosen == sample(everything, 28, 1) != sample(everything, 28, 2)
    assert max(Counter(mutant.operator for mutant in chosen).values()) <= 28 // 4


def test_a_sample_stays_what_it_is_when_other_code_comes_and_goes() -> None:
    everything = [mutant for name in modules_of("fuzz.world", []) for mutant in mutants_of(name)]
    chosen = sample(everything, 20, 1)
    gone = next(mutant for mutant in everything if mutant not in chosen)
    assert sample([mutant for mutant in everything if mutant is not gone], 20, 1) == chosen


def test_the_table_counts_fates_and_leaves_out_what_is_no_program(budget: list[Baseline]) -> None:
    (unlocked,) = mutants("without `with self._lock`")
    tried = [
        Trial(unlocked, Fate.FOUND, 3, "x"),
        Trial(unlocked, Fate.UNNOTICED, 10, "kernel 1, target counter, run 2"),
        Trial(unlocked, Fate.SAME, 10),
        Trial(unlocked, Fate.STILLBORN, 1),
    ]
    table = score_table(tried)
    assert table[0].split(" | ")[0].strip("| ") == "mistake"
    cells = [cell.strip() for cell in table[2].strip("|").split("|")]
    assert cells == ["deleted-lock", "50 %", "1", "0", "0", "1", "0"]
    assert survivors(tried) == [
        f"unnoticed: {unlocked} (10 cases; kernel 1, target counter, run 2)",
        f"same: {unlocked} (10 cases)",
    ]


def test_the_script_explains_itself() -> None:
    command = [str(ROOT / "scripts/mutation-score"), "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.startswith("usage: mutation-score ")
