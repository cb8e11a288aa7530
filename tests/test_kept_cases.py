"""What the repository keeps: every case of `corpus/` and `crashes/` shows what it expects."""

from pathlib import Path
from typing import Final

import pytest

from fuzz.people.catalogue import Catalogue
from fuzz.people.source import read_case
from fuzz.people.verdict import judge
from fuzz.program.text import case_text

ROOT: Final = Path(__file__).parent.parent
CORPUS: Final = sorted((ROOT / "corpus").rglob("*.case"))
CRASHES: Final = sorted((ROOT / "crashes").glob("*/*.case"))
TARGETS: Final = Catalogue()


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CORPUS, ids=name_of)
def test_a_case_of_the_corpus_shows_what_it_expects(path: Path) -> None:
    case = read_case(path, TARGETS)
    assert case.expectations, "a case of the corpus says what it shows"
    assert judge(TARGETS[case.target], case).holds


@pytest.mark.parametrize("path", CRASHES, ids=name_of)
def test_a_stored_crash_still_shows_its_finding(path: Path) -> None:
    case = read_case(path, TARGETS)
    verdict = judge(TARGETS[case.target], case)
    (expected,) = case.expectations
    assert (path.parent.name, verdict.holds) == (f"{expected.kind}-{expected.place}", True)
    assert not verdict.outcome.unreached, "a case that is stored has nothing to spare"


@pytest.mark.parametrize("path", [*CORPUS, *CRASHES], ids=name_of)
def test_a_kept_case_is_written_as_we_would_write_it(path: Path) -> None:
    assert case_text(read_case(path, TARGETS)) == path.read_text(encoding="utf-8")


def test_there_are_cases_enough_and_each_is_kept_once() -> None:
    texts = [path.read_text(encoding="utf-8") for path in CORPUS]
    assert (len(dict.fromkeys(texts)), len(texts) >= 50) == (len(texts), True)
