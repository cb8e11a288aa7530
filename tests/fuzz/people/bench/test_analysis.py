"""From trials to tables; numbers by hand."""

import json
from dataclasses import replace
from math import sqrt

import pytest

from fuzz.people.bench.aims import Missed, Share, aim_rows, aims_of
from fuzz.people.bench.analysis import Analysis, analyse
from fuzz.people.bench.circumstances import Circumstances, circumstances
from fuzz.people.bench.document import document, summary
from fuzz.people.bench.plots import plots
from fuzz.people.bench.record import record
from tests.fuzz.people.bench.plans import PLAN, TRIALS

HOW = Circumstances("swapstorm bench", "1 January 2026", "a machine", "Python")


def analysis() -> Analysis:
    return analyse(PLAN, TRIALS)


def test_a_cell_has_what_one_searcher_came_to_on_one_bug() -> None:
    cell = analysis().cells["unlocked", "uniform"]
    assert (cell.found, cell.always, cell.median()) == (1, False, None)
    assert cell.mean.value == pytest.approx((90 + 100) / 2)
    assert analysis().cells["greedy", "inprocess"].median() == 3


def test_a_score_adds_up_all_bugs() -> None:
    first, other = (analysis().scores[name] for name in PLAN.searchers)
    assert (first.found, first.pairs, first.always, first.sometimes) == (4, 4, 2, 2)
    assert (other.found, other.always, other.sometimes) == (3, 1, 2)
    assert first.factor == pytest.approx(1)
    assert other.factor == pytest.approx(sqrt(4 / 3 * 95 / 20))
    assert (other.tied, other.sooner, other.later) == (1.0, 0, 0)
    assert first.rate == pytest.approx(100)


def test_the_first_is_compared_with_each_other_on_each_bug() -> None:
    contests = analysis().contests
    assert sorted(contests) == [("greedy", "uniform"), ("unlocked", "uniform")]
    assert contests["greedy", "uniform"].a12.value == pytest.approx(3 / 4)
    assert contests["unlocked", "uniform"].a12.value == 1
    assert all(contest.verdict == "" for contest in contests.values())


def test_the_document_says_all_of_it() -> None:
    text = document(analysis(), HOW, ["left.png"])
    assert "`swapstorm bench`, 1 January 2026, a machine, Python." in text
    assert "2 trials of 2 searchers on 1 ground, at most 100 executions each, for 2 bugs." in text
    assert "| unlocked | 1     | 20        | - (1/2) |" in text
    assert "did not detect" not in text
    assert "![left](left.png)" in text
    assert "| cracked-1 | `with=greedy` | greedy, unlocked |" in text


def test_the_aims_are_about_the_first_searcher() -> None:
    aims = aims_of(analysis())
    assert (aims.shallow, aims.always, aims.sometimes) == (Share(2, 2), Share(2, 2), Share(2, 2))
    assert (aims.peers, aims.best, aims.missed) == (("uniform",), "uniform", ())
    assert [row[-1] for row in aim_rows(analysis(), aims)] == [
        *("2 of 2 (100%)", "2 of 2 (100%)", "2 of 2 (100%)", "100%", "2.52")
    ]


def test_what_is_missed_is_told_with_how_near_it_was() -> None:
    turned = replace(PLAN, searchers=PLAN.searchers[::-1], depths=())
    seen = analyse(turned, TRIALS)
    aims = aims_of(seen)
    assert aims.shallow == Share(0, 0)
    assert aims.missed == (Missed("unlocked", None, 2, 1, 1, 1, "inprocess", 2),)
    text = document(seen, HOW, [])
    assert "| unlocked | -     | 1/2     | 1/2       | 1/2      | inprocess 2/2    |" in text


def test_the_summary_has_a_line_for_each_searcher() -> None:
    lines = list(summary(analysis()))
    assert [line.split()[1] for line in lines] == ["searcher", "---------", "inprocess", "uniform"]


def test_the_record_has_each_time() -> None:
    words = json.loads(record(analysis(), HOW))
    unlocked = words["bugs"]["unlocked"]["searchers"]["uniform"]
    assert unlocked["detected"]["executions"] == [90]
    assert unlocked["detected"]["censored"] == 1
    assert unlocked["a12_of_first"]["value"] == 1
    assert words["plan"]["code"] == "c0de"


def test_plots_are_pictures_and_the_same_each_time() -> None:
    drawn = plots(analysis())
    assert sorted(drawn) == ["heat.png", "left.png", "survival.png"]
    assert all(data.startswith(b"\x89PNG") for data in drawn.values())
    assert plots(analysis()) == drawn


def test_circumstances_tell_of_the_machine() -> None:
    how = circumstances("swapstorm bench")
    assert "cores" in how.machine
    assert how.software.startswith("Python 3.")
