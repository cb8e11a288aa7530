"""The known bugs of `corpus/known`: each shows where it was, and nowhere else."""

from pathlib import Path
from typing import Final

import pytest

from fuzz.people.verdict import judge
from fuzz.people.words import expected
from fuzz.program.execute import execute
from fuzz.program.text import case_text, parse_case
from fuzz.values.finding import Harm
from tests.targets.running import TARGETS, run

FOLDER: Final = Path(__file__).parents[2] / "corpus/known"
CASES: Final = sorted(FOLDER.glob("*.case"))


def text_of(name: str) -> str:
    return (FOLDER / f"{name}.case").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_known_case_shows_what_it_expects(path: Path) -> None:
    case = parse_case(path.read_text(encoding="utf-8"), TARGETS)
    checked = judge(TARGETS[case.target], case).checked
    assert checked, "a known case says what it shows"
    assert [expected(check.expectation) for check in checked if not check.holds] == []


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_known_case_is_written_as_we_write_cases_and_says_what_it_shows(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert case_text(parse_case(text, TARGETS)) == text
    assert text.startswith("# ")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_fault_and_switch_of_a_known_case_is_reached_on_its_kernel(path: Path) -> None:
    """With the settings of one of its expectations: a defect may open the way to some."""
    case = parse_case(path.read_text(encoding="utf-8"), TARGETS)
    target = TARGETS[case.target]
    checked = [check.case for check in judge(target, case).checked]
    here = [case, *(each for each in checked if each.kernel == case.kernel)]
    assert () in [execute(target, each).unreached for each in here]


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("A01-overrun-synchronous", Harm.CRASH),
        ("A02-narrow-window", Harm.LATENT),
        ("A03-leak-zero-page", Harm.LEAK),
        ("A09-crc-mismatch", Harm.LATENT),
        ("A10-torn-image", Harm.LATENT),
        ("H07-unread-page-mapped", Harm.DATA_LOSS),
    ],
)
def test_the_harm_of_a_known_bug_says_who_cares(name: str, harm: Harm) -> None:
    assert min((found.harm for found in run(text_of(name)).findings), key=lambda h: h.rank) is harm


def test_a_leak_has_one_identity_whenever_it_is_found_out() -> None:
    names = ("A03-leak-compressor-error", "A03-leak-found-at-reset", "A03-leak-zero-page")
    found = [[finding.signature for finding in run(text_of(name)).findings] for name in names]
    assert found == [["zsmalloc-leak-zram_bvec_write"]] * 3


def test_the_stable_copy_costs_one_page_until_the_write_ends() -> None:
    fixed = text_of("A13-stable-copy")
    unfixed = run(fixed.replace("kernel 4.10", "kernel 4.9")).counters
    costs = run(fixed).counters
    assert (unfixed["stable_copies"], costs["stable_copies"]) == (0, 1)
    assert costs["pages_peak"] == unfixed["pages_peak"] + 1
