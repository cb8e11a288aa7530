"""No figure is tested here: they depend on the machine."""

import subprocess
from pathlib import Path
from typing import Final

from fuzz.people.measures.case_costs import costs_in, costs_of, table

ROOT: Final = Path(__file__).parents[4]
CASES: Final = sorted((ROOT / "corpus/zram").glob("*.case"))[:2]


def test_a_set_of_cases_costs_something_to_set_up_and_to_run() -> None:
    costs = costs_of(CASES)
    assert list(costs) == ["boot", "run", "both"]
    assert all(cost > 0 for cost in costs.values())


def test_another_checkout_is_measured_with_its_own_code(tmp_path: Path) -> None:
    (tmp_path / "fuzz").symlink_to(ROOT / "fuzz")
    (tmp_path / "targets").symlink_to(ROOT / "targets")
    assert list(costs_in(tmp_path, CASES)) == ["boot", "run", "both"]


def test_a_table_has_the_ratio_of_the_best_rounds_and_the_median_ratio_of_pairs() -> None:
    here = [{"boot": 2.0, "run": 6.0, "both": 8.0}, {"boot": 4.0, "run": 6.0, "both": 10.0}]
    there = [{"boot": 1.0, "run": 3.0, "both": 4.0}, {"boot": 1.0, "run": 2.0, "both": 3.0}]
    assert table(list(zip(here, there, strict=True))) == [
        "boot     2.000    3.000 ms      1.000    1.000 ms   ratio  2.00  3.00",
        "run      6.000    6.000 ms      2.000    2.500 ms   ratio  3.00  2.50",
        "both     8.000    9.000 ms      3.000    3.500 ms   ratio  2.67  2.67",
    ]
    assert table([[costs] for costs in here])[0] == "boot     2.000    3.000 ms"


def test_the_benchmark_explains_itself() -> None:
    command = [str(ROOT / "scripts/bench-cases"), "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.startswith("usage: bench-cases ")
    assert "--measure" not in said
