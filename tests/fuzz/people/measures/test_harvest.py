"""Claims about harvesting a corpus."""

from pathlib import Path

from fuzz.people.measures.harvest import harvest, reaching
from fuzz.people.verdict import judge
from fuzz.program.case import Case, Expectation
from fuzz.program.execute import execute
from fuzz.program.text import parse_case
from fuzz.search.feedback import Feedback
from fuzz.search.generate import draw_case
from fuzz.values.choices import Choices
from tests.toys.counter import TARGET

DRAWN = [draw_case(TARGET, "1", {}, Choices(seed)) for seed in range(60)]


def features(case: Case) -> set[int]:
    return Feedback().counters(case, execute(TARGET, case))


def test_each_case_kept_reaches_what_none_before_it_does() -> None:
    reached: set[int] = set()
    for case in reaching(TARGET, DRAWN):
        assert not features(case) <= reached
        reached |= features(case)
    assert reached == set().union(*map(features, DRAWN))


def test_each_case_kept_expects_just_what_it_shows() -> None:
    kept = list(reaching(TARGET, DRAWN))
    assert all(judge(TARGET, case).holds for case in kept)
    assert {case.expectations for case in kept} == {
        (Expectation("1"),),
        (Expectation("1", (), "lost-update", "add"),),
    }


def test_a_harvest_is_a_folder_of_cases_that_survive_rubbish(tmp_path: Path) -> None:
    found = tmp_path / "found"
    found.mkdir()
    (found / "good.case").write_text("target counter\nkernel 1\ntask A\n  add amount=1\n")
    (found / "bad.case").write_text("rubbish\n")
    assert harvest(TARGET, [found], tmp_path / "kept", most=9) == 1
    (kept,) = (tmp_path / "kept").iterdir()
    assert kept.name == "001-add.case"
    assert parse_case(kept.read_text(), {"counter": TARGET}).expectations == (Expectation("1"),)
