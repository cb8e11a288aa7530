import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copy
from types import MappingProxyType
from typing import Final

import pytest
from hypothesis import given

from fuzz.people.cli import main
from fuzz.people.output import Status
from fuzz.program.case import Case, Program, Schedule
from fuzz.program.execute import execute
from fuzz.program.target import SimpleTarget, Target, settings_of
from fuzz.program.text import case_text
from fuzz.search.generate import draw_case
from fuzz.search.hypothesis_cases import cases
from fuzz.search.shrink.shrink import shrink
from fuzz.values.choices import Choices
from fuzz.world.schedule.by_name import STRATEGY_NAMES
from tests.rules.source import ROOT
from tests.toys import lost_update
from tests.toys.lost_update import TARGET, Add

IDENTITY: Final = ("lost-update", "judge")
TARGETS: Final = MappingProxyType[str, Target]({TARGET.name: TARGET})

MINIMUM: Final = """\
target lost-update
kernel 1
task A
  add amount=1
task B
  add amount=1
switch A counter.write#1 B
"""

EXPECTED: Final = MINIMUM + "expect 1 lost-update judge\n"

LONG: Final = Case(
    target="lost-update",
    kernel="1",
    programs=tuple(Program(name, (Add(3), Add(4), Add(5))) for name in "ABC"),
)


def losing(strategy: str) -> Iterator[Case]:
    """Cases of one strategy, of twenty seeds, in which an update is lost."""
    for seed in range(20):
        case = replace(LONG, schedule=Schedule(strategy, seed, steps=40))
        if any(finding.identity == IDENTITY for finding in execute(TARGET, case).findings):
            yield case


def test_a_simple_target_says_only_what_is_its_own() -> None:
    own = (TARGET.name, TARGET.sentence, lost_update.Counter, (Add,))
    assert SimpleTarget(*own, promises=(lost_update.LOST,)) == TARGET
    assert SimpleTarget(*own).promises == ()
    assert (TARGET.kernels, TARGET.settings, TARGET.fault_points) == (("1",), (), ())
    assert settings_of(TARGET, {}) == {}


def test_the_default_order_loses_no_update() -> None:
    assert execute(TARGET, LONG).findings == ()


@pytest.mark.parametrize("strategy", STRATEGY_NAMES)
def test_every_strategy_finds_the_lost_update_and_shrinking_ends_at_the_minimum(
    strategy: str,
) -> None:
    found = next(losing(strategy))
    shrunk = shrink(TARGET, found, IDENTITY)
    assert case_text(shrunk.case) == MINIMUM
    assert shrunk.minimal


@given(cases(TARGET))
def test_one_task_alone_loses_nothing(case: Case) -> None:
    alone = replace(case, programs=case.programs[:1])
    assert execute(TARGET, alone).findings == ()


def test_the_commands_take_a_target_that_is_not_installed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "long.case"
    file.write_text(case_text(next(losing("pos"))))
    assert main(["run", str(file)], TARGETS) == Status.FAILED
    assert "lost-update in judge" in capsys.readouterr().out
    assert main(["shrink", str(file)], TARGETS) == Status.GOOD
    assert capsys.readouterr().out == EXPECTED


def test_cases_are_drawn_for_a_target_that_cannot_fail() -> None:
    drawn = [draw_case(TARGET, "1", {}, Choices(seed)) for seed in range(20)]
    assert all(case.faults == () for case in drawn)


def installed(folder: Path) -> dict[str, str]:
    """Install the toy as a distribution of its own; return the environment that sees it."""
    copy(lost_update.__file__, folder / "lost_update.py")
    information = folder / "lost_update-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: lost-update\nVersion: 1\n")
    entry = "[swapstorm.targets]\nlost-update = lost_update:TARGET\n"
    (information / "entry_points.txt").write_text(entry)
    return {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}


def test_a_target_of_another_distribution_is_listed_and_searched(tmp_path: Path) -> None:
    environment = installed(tmp_path)

    def swapstorm(*words: str) -> str:
        command = (sys.executable, "-m", "fuzz.people.cli", *words)
        done = subprocess.run(
            command, cwd=tmp_path, check=False, capture_output=True, env=environment, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert TARGET.sentence in swapstorm("targets")
    search = ("fuzz", "--target", TARGET.name, "--until", "lost-update", "--seconds", "60")
    (finding,) = json.loads(swapstorm(*search, "--json"))["findings"]
    assert finding["kind"] == "lost-update"
    assert (tmp_path / "crashes/lost-update-judge/minimal.case").read_text() == EXPECTED
