"""Claims about measuring discovery."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from fuzz.people.measures.discovery import Row, median_executions, row_of, rows_json, table_lines

ROOT: Final = Path(__file__).parents[4]
SIZE: Final = {"tasks": 2, "operations": 2, "faults": 1, "switches": 1}
FOUND: Final = Row(0, found=True, executions=1200, seconds=1.25, size=SIZE)
MISSED: Final = Row(1, found=False, executions=5000, seconds=4, size={})


def campaign(kind: str) -> dict[str, Any]:
    finding = {"kind": kind, "runs": 1200, "seconds": 1.25, **SIZE}
    return {"runs": 5000, "seconds": 4, "findings": [finding]}


def test_a_row_says_when_the_finding_came_not_when_the_campaign_ended() -> None:
    assert row_of(0, "overflow", campaign("overflow")) == FOUND


def test_another_finding_is_none() -> None:
    assert row_of(1, "overflow", campaign("leak")) == MISSED


def test_the_table_has_a_row_a_seed() -> None:
    assert list(table_lines([FOUND, MISSED, FOUND])) == [
        "| seed | executions   | seconds | tasks | operations | faults | switches |",
        "| ---- | ------------ | ------- | ----- | ---------- | ------ | -------- |",
        "| 0    | 1,200        | 1.2     | 2     | 2          | 1      | 1        |",
        "| 1    | not in 5,000 | 4.0     |       |            |        |          |",
        "| 0    | 1,200        | 1.2     | 2     | 2          | 1      | 1        |",
        "\nfound by 2 of 3 seeds, median 1,200 executions",
    ]


@pytest.mark.parametrize(
    ("rows", "expected"), [([FOUND], 1200), ([FOUND, MISSED], None), ([MISSED], None)]
)
def test_a_seed_that_finds_nothing_counts_as_slower_than_any(
    rows: list[Row], expected: float | None
) -> None:
    assert median_executions(rows) == expected
    assert json.loads(rows_json(rows))["median_executions"] == expected


def measured(tmp_path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "temporary").mkdir(parents=True)
    return subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "fuzz.people.measures.discovery",
                "--target",
                "tests.toys.depot:TARGET",
            ),
            *("--kernel", "1", "--until", "overflow", "--json", *options),
        ],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_campaigns_are_run_and_leave_nothing_behind(tmp_path: Path) -> None:
    done = measured(tmp_path, "--seeds", "2", "--first", "3", "-j", "2", "--set", "room=5")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert [row["seed"] for row in said["seeds"]] == [3, 4]
    assert said["found"] == 2
    assert list((tmp_path / "temporary").iterdir()) == []


def test_campaigns_are_run_by_the_engine_that_is_asked_for(tmp_path: Path) -> None:
    said = [
        json.loads(measured(tmp_path / engine, "--seeds", "1", "--engine", engine).stdout)
        for engine in ("inprocess", "uniform")
    ]
    assert said[0]["seeds"][0]["executions"] != said[1]["seeds"][0]["executions"]


def test_what_a_campaign_complains_of_is_passed_on(tmp_path: Path) -> None:
    done = measured(tmp_path, "--seeds", "1", "--set", "room=far")
    assert done.returncode != 0
    assert "--set room" in done.stderr
