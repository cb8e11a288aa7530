"""The measurement of shrinking, in a short form, on a toy that knows its bugs."""

from dataclasses import replace
from pathlib import Path

import pytest

from fuzz.people.errors import UserError
from fuzz.people.measures.shrinking.journal import journal, trials_in
from fuzz.people.measures.shrinking.known import Known, known_in, without
from fuzz.people.measures.shrinking.score import figures, grouped, table_lines
from fuzz.people.measures.shrinking.starts import Start, blown_up, searched, starts_of
from fuzz.people.measures.shrinking.trial import Size, Trial, Verdict, shrink_start, verdict_on
from fuzz.program.execute import execute
from fuzz.program.text import case_text, parse_case
from tests.toys import counter
from tests.toys.cracked import CrackedTarget

TARGET = CrackedTarget()

TEXT = """\
# what is added meanwhile is lost
target cracked
kernel 1
task A
  add amount=1
task B
  add amount=1
switch A cracked.write#1 B
expect 1 lost-update add
expect 1 with=greedy lost-update add
expect 1 without=unlocked clean
expect 2 clean
"""


def known(text: str = TEXT) -> Known:
    found = known_in(TARGET, "lost", parse_case(text, {"cracked": TARGET}))
    assert found is not None
    return found


def shows(case_text_of: str) -> list[tuple[str, str]]:
    case = parse_case(case_text_of, {"cracked": TARGET})
    return [finding.identity for finding in execute(TARGET, case).findings]


def test_a_known_case_stands_on_a_ground_with_its_bug_alone() -> None:
    text = TEXT.replace("kernel 1\n", "kernel 1\nconfig with=greedy\n").replace(
        "expect 2 clean\n", ""
    )
    found = known(text)
    assert (found.bug, found.identity, found.alone) == ("unlocked", ("lost-update", "add"), True)
    assert TARGET.bugs_of("1", dict(found.case.settings)) == {"unlocked"}
    assert known().case.settings == ()


def test_the_cured_case_is_the_same_without_the_bug() -> None:
    found = known()
    assert found.cured is not None
    assert found.cured == without(TARGET, found.case, "unlocked")
    assert execute(TARGET, found.cured).findings == ()


def test_a_case_that_shows_no_bug_beside_a_clean_run_is_none() -> None:
    case = parse_case(TEXT, {"cracked": TARGET})
    unpaired = tuple(one for one in case.expectations if not one.settings)
    assert known_in(TARGET, "lost", replace(case, expectations=unpaired)) is None
    assert known_in(counter.TARGET, "lost", case) is None


def test_starts_show_the_finding_and_are_larger() -> None:
    starts = list(starts_of(TARGET, known(), 4))
    assert [start.found for start in starts] == [True] * 4
    grown = [blown_up(TARGET, known(), seed) for seed in range(4)]
    for case in [*grown, *(start.case for start in starts)]:
        assert ("lost-update", "add") in shows(case_text(case))
    assert all(case.size > known().case.size for case in grown)


def test_a_seed_gives_the_same_start_again() -> None:
    assert blown_up(TARGET, known(), 3) == blown_up(TARGET, known(), 3)
    assert searched(TARGET, known(), 3) == searched(TARGET, known(), 3)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (Size(2, 0, 1), Verdict.EQUAL),
        (Size(1, 1, 1), Verdict.OTHER),
        (Size(2, 0, 0), Verdict.SMALLER),
        (Size(2, 1, 1), Verdict.ONE_ABOVE),
        (Size(4, 0, 1), Verdict.MORE),
    ],
)
def test_a_size_is_compared_by_its_elements(size: Size, expected: Verdict) -> None:
    assert verdict_on(size, Size(2, 0, 1)) is expected


def trials() -> list[Trial]:
    starts = [Start(blown_up(TARGET, known(), seed), found=False) for seed in range(3)]
    return [shrink_start(TARGET, known(), n, start) for n, start in enumerate(starts)]


def test_found_cases_of_a_toy_shrink_to_what_a_person_wrote() -> None:
    measured = trials()
    assert [trial.verdict for trial in measured] == [Verdict.EQUAL] * 3
    assert {trial.text for trial in measured} == {case_text(known().case)}
    assert not any(trial.slipped for trial in measured)


def test_a_finding_that_is_there_without_the_bug_is_another_bug() -> None:
    greedy = TEXT.replace("kernel 1\n", "kernel 1\nconfig with=greedy\n")
    text = greedy.replace("amount=1", "amount=9").split("expect", maxsplit=1)[0]
    case = parse_case(text, {"cracked": TARGET})
    both = replace(known(), case=case, identity=("greedy", "add"))
    assert shrink_start(TARGET, both, 0, Start(case, found=True)).slipped


def test_the_figures_say_what_it_comes_to() -> None:
    measured = [replace(trial, seconds=0.25) for trial in trials()]
    larger = replace(measured[2], start=2, after=Size(3, 0, 1), text="another")
    lines = list(figures([*measured[:2], larger]))
    assert lines[:6] == [
        "3 starts of 1 cases; a search found 0 of them",
        "smaller: 0 of 3 (0.0 %)",
        "equal: 2 of 3 (66.7 %)",
        "other mix: 0 of 3 (0.0 %)",
        "one above: 1 of 3 (33.3 %)",
        "more: 0 of 3 (0.0 %)",
    ]
    assert "cases with one text from all starts: 0 of 1 (0.0 %)" in lines
    assert "seconds: median 0.2, most 0.2" in lines
    rows = [line.split("|") for line in table_lines([*measured[:2], larger]) if "lost" in line]
    assert [cell.strip() for row in rows for cell in row if cell.strip() in {"2+0+1", "2/3"}] == [
        *("2+0+1", "2+0+1", "2/3"),
    ]
    assert list(grouped(measured)) == ["lost"]


def test_a_journal_that_was_broken_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path, measured = tmp_path / "journal", trials()
    with journal(path, measured[:1]) as note:
        note(measured[1])
    whole = path.read_text(encoding="utf-8")
    assert trials_in(path) == measured[:2]
    path.write_text(whole[:-9], encoding="utf-8")
    assert trials_in(path) == measured[:1]
    path.write_text("[]\n", encoding="utf-8")
    with pytest.raises(UserError, match="is no journal"):
        trials_in(path)
    assert trials_in(tmp_path / "none") == []
