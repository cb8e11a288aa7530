"""Reduction on the real targets leaves out nothing that interleavings with few preemptions show."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

PROGRAMS: Final = Path(__file__).parent / "programs"


@pytest.mark.parametrize("target", ["swap", "zram", "zsmalloc"])
def test_what_two_preemptions_and_a_fault_can_show_is_seen_with_reduction(target: str) -> None:
    cases = sorted(str(path) for path in PROGRAMS.glob(f"{target}-*.case"))
    command = [sys.executable, "-m", "fuzz.people.measures.reduction", "--preemptions", "2"]
    done = subprocess.run([*command, *cases], capture_output=True, text=True, check=False)
    verdicts = [line.split(" | ")[-1] for line in done.stdout.splitlines()[2:]]
    assert (verdicts, done.stderr) == (["yes |"] * len(cases), "")
