"""What is taken for independent is: the same steps in another order come to the same."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[3]
PROGRAMS: Final = ROOT / "tests/fuzz/verify/programs"


def reordered(target: str, runs: int, *cases: Path) -> str:
    """Return what the measure says of some cases."""
    command = [sys.executable, "-m", "fuzz.people.measures.reordering", "--target", target]
    asked = ["--runs", str(runs), *map(str, cases)]
    done = subprocess.run([*command, *asked], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("toy", ["counter", "depot"])
def test_runs_of_toys_come_to_the_same_in_another_order(toy: str) -> None:
    said = reordered(f"tests.toys.{toy}:TARGET", 20, *sorted(PROGRAMS.glob(f"{toy}-*.case")))
    assert said.endswith(" runs in another order, 0 of them came out otherwise\n")
