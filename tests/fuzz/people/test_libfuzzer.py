"""The harnesses for fuzzing services, and what they are packed with."""

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final
from zipfile import ZipFile

import pytest

from fuzz.people.catalogue import Catalogue
from fuzz.people.libfuzzer import (
    FindingError,
    Raising,
    assignment_for,
    dictionary,
    fitted,
    settings_for,
)
from fuzz.program.execute import execute, materialised
from fuzz.program.text import parse_case
from tests.fuzz.people.toys import LOST, case_of
from tests.toys import counter

ROOT: Final = Path(__file__).parents[3]
NAMES: Final = sorted(path.stem.removeprefix("fuzz_") for path in ROOT.glob("fuzz/fuzz_*.py"))
ENTRY: Final = re.compile(r'^[a-z0-9_]*"([^"\\]|\\\\|\\"|\\x[0-9a-f]{2})+"$')
"""A line of libFuzzer's dictionaries."""


def test_a_finding_is_raised_with_its_case() -> None:
    case = case_of(LOST)
    outcome = execute(counter.TARGET, case)
    with pytest.raises(FindingError) as caught:
        Raising().found(outcome.findings[0], materialised(case, outcome))
    title, _, text = str(caught.value).partition("\n\n")
    assert title == "lost-update-add: an update of the counter is lost"
    assert execute(counter.TARGET, case_of(text)).findings == outcome.findings


def test_an_input_is_run_on_the_kernel_of_the_harness(tmp_path: Path) -> None:
    assignment = assignment_for(counter.TARGET, tmp_path)
    assert fitted(LOST.encode(), assignment) == LOST.replace("kernel 1", "kernel 2").encode()
    assert fitted(b"rubbish", assignment) == b"rubbish"


@pytest.mark.parametrize("name", NAMES)
def test_a_harness_is_called_as_an_installed_target_that_can_be_without_its_known_bugs(
    name: str,
) -> None:
    assert settings_for(Catalogue()[name]) == {"without": "all"}


@pytest.mark.parametrize("name", NAMES)
def test_a_dictionary_is_one_that_libfuzzer_reads(name: str) -> None:
    lines = dictionary(Catalogue()[name]).splitlines()
    assert [line for line in lines if not ENTRY.match(line)] == []
    assert len(lines) > 20


def fuzz(*command: object, cwd: Path) -> str:
    pytest.importorskip("atheris")
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=cwd, env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_harness_runs_cases(name: str, tmp_path: Path) -> None:
    harness = ROOT / f"fuzz/fuzz_{name}.py"
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for path in sorted((ROOT / f"corpus/{name}").glob("*.case"))[:20]:
        shutil.copy(path, seeds)
    said = fuzz(sys.executable, harness, "-atheris_runs=60", "-seed=1", seeds, cwd=tmp_path)
    assert re.search(r"cov: [1-9]\d", said)


STAND_IN: Final = """#!/bin/bash -eu
name=$(basename -s .py "$1")
printf '#!/bin/sh\\n# LLVMFuzzerTestOneInput\\nexec python3 %s "$@"\\n' "$1" >"$OUT/$name"
chmod +x "$OUT/$name"
"""
"""For `compile_python_fuzzer`, which packs a harness with its Python."""


@pytest.mark.slow
def test_the_build_script_makes_harnesses_with_seeds_and_dictionaries(tmp_path: Path) -> None:
    """In an empty environment, with the folders that a fuzzing service has."""
    out, source, tools = tmp_path / "out", tmp_path / "src/swapstorm", tmp_path / "tools"
    for folder in (out, source.parent, tools):
        folder.mkdir(parents=True)
    subprocess.run(["git", "clone", "-q", ROOT, source], check=True)
    venv.create(tmp_path / "venv", with_pip=True)
    (tools / "compile_python_fuzzer").write_text(STAND_IN)
    (tools / "compile_python_fuzzer").chmod(0o755)
    path = os.pathsep.join([str(tools), str(tmp_path / "venv/bin"), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "OUT": str(out), "SRC": str(source.parent)}
    script = source / ".clusterfuzzlite/build.sh"
    subprocess.run([script], cwd=source, env=environment, check=True)
    for name in NAMES:
        with ZipFile(out / f"fuzz_{name}_seed_corpus.zip") as seeds:
            texts = [seeds.read(each) for each in seeds.namelist()]
        target = Catalogue()[name]
        assert {parse_case(text, {name: target}).kernel for text in texts} == {target.kernels[-1]}
        assert (out / f"fuzz_{name}.dict").read_text() == dictionary(target)
        assert (out / f"fuzz_{name}.options").is_file()
        subprocess.run(
            [out / f"fuzz_{name}", "-atheris_runs=20"], env=environment, cwd=out, check=True
        )
