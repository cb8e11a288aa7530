"""One process can run the engine once, so each test has its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from fuzz.program.text import case_text
from fuzz.search.process import fixed_addresses
from tests.toys import depot
from tests.toys.starts import failing_case

ROOT: Final = Path(__file__).parents[4]
TIMEOUT: Final = 60

SEARCH: Final = """
import sys
from pathlib import Path
from fuzz.search.assignment import Assignment, Listener
from fuzz.search.engines.by_name import search
from tests.toys.{toy} import {target} as target
def say(*words): print(*words, flush=True)
class Teller(Listener):
    runs = 0
    def ran(self, case, outcome): self.runs += 1
    def idled(self): self.runs += 1
    def found(self, finding, case): say(finding.signature, self.runs)
teller = Teller()
inputs = Path(sys.argv[1])
assignment = Assignment(target, "1", inputs, seed=int(sys.argv[2]), runs=300)
known = search(sys.argv[3], assignment, teller)
say("runs", known.runs, teller.runs, "features", len(known.features))
"""


def search(
    folder: Path,
    seed: int = 1,
    toy: str = "depot",
    target: str = "TARGET",
    engine: str = "atheris",
) -> subprocess.CompletedProcess[str]:
    inputs = folder / f"inputs of {target} {seed}"
    inputs.mkdir(exist_ok=True)
    script = SEARCH.format(toy=toy, target=target)
    return subprocess.run(
        [*fixed_addresses(), sys.executable, "-c", script, str(inputs), str(seed), engine],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        check=False,
        timeout=TIMEOUT,
    )


def test_the_engine_finds_bugs_and_gives_control_back(tmp_path: Path) -> None:
    done = search(tmp_path)
    assert done.returncode == 0, done.stderr
    *found, last = done.stdout.splitlines()
    assert found
    assert last.split()[:4] == ["runs", "300", "300", "features"]
    assert len(list((tmp_path / "inputs of TARGET 1").iterdir())) > 5


def test_the_engine_begins_with_the_inputs_that_are_there(tmp_path: Path) -> None:
    inputs = tmp_path / "inputs of TARGET 1"
    inputs.mkdir()
    failing = failing_case(depot.TARGET, ("hung-task", "move"), seed=1)
    (inputs / "seed").write_text(case_text(failing))
    (inputs / "rubbish").write_bytes(b"\x00\xff")
    found = [line.split() for line in search(tmp_path).stdout.splitlines()]
    assert ["hung-task-move"] in [words[:-1] for words in found if int(words[-1]) <= 3]


def test_a_bug_of_ours_is_not_swallowed_by_the_engine(tmp_path: Path) -> None:
    done = search(tmp_path, toy="troubled", target="WRONG")
    assert done.returncode != 0
    assert "AssertionError: two and two are five" in done.stderr.splitlines()
    assert [path.name for path in Path.cwd().glob("crash-*")] == []


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_gives_the_same_search(tmp_path: Path, seed: int) -> None:
    first, again = tmp_path / "first", tmp_path / "again"
    first.mkdir()
    again.mkdir()
    said = search(first, seed).stdout
    assert "runs 300" in said
    assert search(again, seed).stdout == said


def test_bytes_alone_are_decoded_to_cases_and_find_bugs(tmp_path: Path) -> None:
    done = search(tmp_path, engine="bytes")
    assert done.returncode == 0, done.stderr
    *found, last = done.stdout.splitlines()
    assert last.split()[:3] == ["runs", "300", "300"]
    assert found
