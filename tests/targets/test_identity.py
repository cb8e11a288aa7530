"""Known bugs keep their identities when their cases are varied; all of them: measure-identity."""

from pathlib import Path
from typing import Final

import pytest

from fuzz.people.measures.identities import Measured, measure, wanted_of
from fuzz.program.text import parse_case
from tests.targets.running import TARGETS

FOLDER: Final = Path(__file__).parents[2] / "corpus/known"
REDRAWS: Final = 8


def measured(name: str) -> Measured:
    path = FOLDER / f"{name}.case"
    case = parse_case(path.read_text(encoding="utf-8"), TARGETS)
    target = TARGETS[case.target]
    wanted = wanted_of(target, path, case)
    assert wanted is not None, "the case shows what it is there for"
    return measure(target, name, *wanted, REDRAWS)


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("A09-crc-mismatch", ("crc-mismatch", "receive_page")),
        ("A03-leak-compressor-error", ("zsmalloc-leak", "zram_bvec_write")),
        ("F06-empty-zspage-stranded", ("zsmalloc-empty-zspage", "free_zspage")),
        ("B06-zero-page", ("wrong-memory", "swap_slot")),
        ("swapin-stale-page", ("wrong-memory", "do_swap_page")),
    ],
)
def test_a_known_bug_keeps_its_identity(name: str, identity: tuple[str, str]) -> None:
    result = measured(name)
    assert (result.wanted, result.shattered) == (identity, [])
    assert result.total[identity] > REDRAWS, "the variations show it, too"
