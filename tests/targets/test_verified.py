"""The real targets in verification: steps that nothing orders may be swapped."""

from pathlib import Path
from typing import Final

import pytest

from tests.fuzz.verify.test_commuting import reordered

KNOWN: Final = sorted((Path(__file__).parents[2] / "corpus/known").glob("*.case"))


@pytest.mark.parametrize("target", ["swap", "zram", "zsmalloc"])
def test_runs_of_known_cases_come_to_the_same_in_another_order(target: str) -> None:
    assert reordered(target, 1, *KNOWN).endswith(" 0 of them came out otherwise\n")
