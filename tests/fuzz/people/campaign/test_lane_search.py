"""The search of a lane tells what is new to it, and learns quietly what others found."""

from typing import Final

from fuzz.people.campaign.lane_search import LaneSearch
from fuzz.people.campaign.plan import Lane
from fuzz.program.text import case_text, parse_case
from fuzz.search.lock_orders import Cycle
from tests.toys import depot

LANE: Final = Lane("depot", "depot@1", "1", ())
DEPOT_BUGS: Final = 4
OWN_STEPS: Final = 200
"""Steps after a corpus: some of them come to something new."""


def searched(seed: int, steps: int) -> LaneSearch:
    search = LaneSearch(depot.TARGET, LANE, seed)
    for _ in range(steps):
        search.step()
    return search


def test_a_search_gathers_new_cases_and_findings_once_each() -> None:
    search = searched(1, 3000)
    assert search.executions >= 3000
    counters = [counter for entry in search.entries for counter in entry.reached]
    assert len(counters) == len(set(counters)) > 10
    signatures = [found.signature for found in search.discoveries]
    assert len(signatures) == len(set(signatures)) >= DEPOT_BUGS
    for entry in search.entries:
        parse_case(entry.text, {"depot": depot.TARGET})


def test_what_was_learned_from_others_is_no_news() -> None:
    texts = [entry.text for entry in searched(1, 300).entries]
    search = LaneSearch(depot.TARGET, LANE, 2)
    search.learn(texts)
    assert search.entries == []
    before = search.executions
    assert before >= len(texts)
    search.learn(["rubbish", "target cupboard\n"])
    assert search.executions == before


def test_the_cases_of_a_corpus_run_first_and_are_news() -> None:
    texts = [entry.text for entry in searched(1, 300).entries]
    search = LaneSearch(depot.TARGET, LANE, 2)
    search.sow(["rubbish", *texts])
    for _ in texts:
        search.step()
    assert search.entries
    assert {entry.text for entry in search.entries} <= set(texts)
    search.entries.clear()
    for _ in range(OWN_STEPS):
        search.step()
    assert search.entries
    assert not {entry.text for entry in search.entries} & set(texts)


def test_the_same_seed_is_the_same_search() -> None:
    assert searched(5, 400).entries == searched(5, 400).entries


def test_a_circle_of_locks_that_only_several_runs_show_is_told_with_all_of_them() -> None:
    cases = tuple(
        parse_case(f"target depot\nkernel 1\ntask A\n  move way={way}\n", {"depot": depot.TARGET})
        for way in ("out", "back")
    )
    search = searched(0, 0)
    search.crossed(Cycle(("shelf", "van"), "shelf then van; van then shelf", cases))
    (found,) = search.discoveries
    assert (found.signature, found.detail) == (
        "lock-order-shelf+van",
        "shelf then van; van then shelf",
    )
    assert found.cases == tuple(map(case_text, cases))
