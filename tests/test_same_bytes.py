"""Same case, same outcome, to the byte: in any process, counted or not, on any Python."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from fuzz.people.catalogue import find_target
from fuzz.people.measures.digests import drawn_cases
from fuzz.program.text import case_text, parse_case
from fuzz.world.schedule.by_name import STRATEGY_NAMES
from tests.pythons import ROOT, SUPPORTED, THIS, NoPython, project_python

DRAWN: Final = 308
"""Every strategy on every kernel: fourteen times twenty-two."""
TARGETS: Final = ("swap", "zram")
KEPT: Final = tuple(
    str(path.relative_to(ROOT))
    for pattern in ("corpus/known/**/*.case", "crashes/*/minimal.case")
    for path in sorted(ROOT.glob(pattern))
)


@cache
def digests(
    target: str, python: Path = Path(sys.executable), *options: str, hash_seed: str = "0"
) -> tuple[str, ...]:
    """Have another process print the digests of the cases that are kept and of those drawn."""
    module = ("-m", "fuzz.people.measures.digests", "--target", target, "--drawn", str(DRAWN))
    done = subprocess.run(
        [python, *module, *options, *KEPT],
        check=False,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONDONTWRITEBYTECODE": "1"},
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return tuple(done.stdout.splitlines())


@pytest.mark.parametrize("target", TARGETS)
def test_nearly_every_case_has_a_digest_of_its_own(target: str) -> None:
    lines = digests(target)
    assert len(lines) == len(KEPT) + DRAWN
    assert len({line.split()[0] for line in lines[len(KEPT) :]}) > 0.9 * DRAWN


@pytest.mark.parametrize("target", TARGETS)
def test_the_drawn_cases_have_every_strategy_on_every_kernel(target: str) -> None:
    found = find_target(target)
    cases = list(drawn_cases(found, DRAWN))
    pairs = {(case.kernel, case.schedule.strategy) for case in cases if case.schedule}
    assert pairs == {(kernel, name) for kernel in found.kernels for name in STRATEGY_NAMES}
    assert [parse_case(case_text(case), {target: found}) for case in cases] == cases


@pytest.mark.parametrize("hash_seed", ["1", "2"])
@pytest.mark.parametrize("target", TARGETS)
def test_hashes_do_not_show_in_an_outcome(target: str, hash_seed: str) -> None:
    assert digests(target, hash_seed=hash_seed) == digests(target)


@pytest.mark.parametrize("target", TARGETS)
def test_counting_edges_does_not_show_in_an_outcome(target: str) -> None:
    pytest.importorskip("atheris", reason="Atheris does not come for this machine")
    assert digests(target, Path(sys.executable), "--instrumented") == digests(target)


@pytest.mark.slow
@pytest.mark.parametrize("version", [version for version in SUPPORTED if version != THIS])
def test_the_python_does_not_show_in_an_outcome(version: str) -> None:
    try:
        python = project_python(version)
    except NoPython as error:
        pytest.skip(str(error))
    for target in TARGETS:
        assert digests(target, python) == digests(target)
