"""Kernels without their known defects find nothing in generated cases: a long run in short."""

from pathlib import Path
from typing import Final

import pytest

from fuzz.people.measures.false_alarms import Asked, look_through
from tests.targets.running import TARGETS

CORPUS: Final = str(Path(__file__).parents[2] / "corpus")


def _nobody(_: str) -> None:
    """Hear how far it is."""


@pytest.mark.parametrize("name", list(TARGETS))
def test_clean_kernels_find_nothing(name: str) -> None:
    asked = Asked(name, tuple(TARGETS[name].kernels), (("without", "all"),), CORPUS, 0)
    found = look_through(asked, 300, 1, _nobody)
    assert [(each.signature, each.kernel, each.case) for each in found.surprises] == []


def test_a_kernel_with_its_defects_is_found_out_and_always_alike() -> None:
    asked = Asked(
        "zram", ("6.14",), (("with", "zram-slot-write-race"), ("without", "all")), CORPUS, 7
    )
    found = look_through(asked, 400, 1, _nobody).surprises
    assert "zsmalloc-leak-zram_write_page" in [each.signature for each in found]
    assert found == look_through(asked, 400, 1, _nobody).surprises
