"""Reduction leaves out no outcome: it is compared with running every interleaving."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

HERE: Final = Path(__file__).parent / "programs"


@pytest.mark.parametrize("toy", ["closets", "counter", "depot"])
def test_with_reduction_and_without_the_same_is_seen(toy: str) -> None:
    cases = sorted(str(path) for path in HERE.glob(f"{toy}-*.case"))
    command = [sys.executable, "-m", "fuzz.people.measures.reduction"]
    asked = ["--target", f"tests.toys.{toy}:TARGET", "--faults", "1", *cases]
    done = subprocess.run([*command, *asked], capture_output=True, text=True, check=False)
    verdicts = [line.split(" | ")[-1] for line in done.stdout.splitlines()[2:]]
    assert (verdicts, done.stderr) == (["yes |"] * len(cases), "")
