"""Are findings of known bugs told apart, and would it be noticed if they were not?"""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from fuzz.people.measures.deduplication.confusion import Confusion
from fuzz.people.measures.deduplication.lairs import find_lairs
from fuzz.people.measures.deduplication.measure import measure, spread
from fuzz.people.measures.deduplication.raw import raw_findings
from fuzz.program.execute import execute
from tests.fuzz.people.bench.known import known_cases
from tests.toys.cracked import TARGET

LAIRS = list(find_lairs(TARGET, known_cases()))


def test_every_bug_of_a_known_case_is_left_alone_or_with_those_it_needs() -> None:
    assert [(lair.bug, lair.company) for lair in LAIRS] == [
        ("greedy", 0),
        ("mild", 1),
        ("open", 1),
        ("unlocked", 0),
    ]
    for lair in LAIRS:
        assert lair.is_its_doing(lair.case, execute(TARGET, lair.case))


def test_raw_findings_are_distinct_and_the_doing_of_their_bug() -> None:
    unlocked = LAIRS[-1]
    raws = list(raw_findings(unlocked, 12, seed=3))
    assert len({raw.case for raw in raws}) == len(raws) == 12
    assert {raw.way for raw in raws} > {"search"}, "and by variation"
    assert all(unlocked.is_its_doing(raw.case, raw.outcome) for raw in raws)


def test_bugs_that_are_told_apart_come_into_a_group_each() -> None:
    confusion = measure([LAIRS[0], LAIRS[-1]], 20, seed=1)
    assert confusion.counts == {
        "greedy": Counter({"greedy-add": 10}),
        "unlocked": Counter({"lost-update-add": 10}),
    }
    assert confusion.alone == 20


def test_bugs_that_need_each_other_are_seen_to_be_merged() -> None:
    confusion = measure(LAIRS[1:3], 8, seed=1)
    assert confusion.groups == {"thief-rob": Counter({"mild": 4, "open": 4})}
    assert "8 findings of 2 bugs are in 1 groups" in confusion.summary


def test_the_table_marks_company_and_lists_every_group_of_a_bug() -> None:
    confusion = Confusion(
        {"a": Counter({"x": 3, "y": 1}), "b": Counter({"x": 2}), "c": Counter({"z": 4})}
    )
    assert list(confusion.lines()) == [
        "| bug | findings | groups (* with another bug) |",
        "|---|---|---|",
        "| `a` | 4 | `x`* 3, `y` 1 |",
        "| `b` | 2 | `x`* 2 |",
        "| `c` | 4 | `z` 4 |",
        "",
        "10 findings of 3 bugs are in 3 groups: 1 bugs are in more than one, 1 groups have more "
        "than one bug. 7 findings are where most of their bug are, and most there are of it.",
    ]


def test_bugs_are_chosen_evenly_by_name() -> None:
    assert [lair.bug for lair in spread(LAIRS[::-1], 2)] == ["greedy", "open"]
    assert len(spread(LAIRS, 9)) == len(LAIRS)


@pytest.mark.parametrize("words", [["nowhere.case"], ["--bugs", "many"]])
def test_misuse_is_one_line(tmp_path: Path, words: list[str]) -> None:
    command = [sys.executable, "-m", "fuzz.people.measures.deduplication.measure", *words]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, "Traceback" in ended.stderr) == (2, False)
    assert not list(tmp_path.iterdir())
