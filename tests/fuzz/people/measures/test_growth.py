"""What executions and findings cost, on a toy."""

import json
import sys
from pathlib import Path

import pytest

from fuzz.people.measures import growth
from fuzz.people.measures.growth import Shape, draw_shaped, measure, picture, sentence
from fuzz.values.choices import Choices
from tests.toys.cracked import TARGET

SMALL = Shape(2, 2, executions=1000, points=10_000, findings=4, seconds=2.0)
LARGE = Shape(2, 8, executions=100, points=10_000, findings=0, seconds=1.1)


def test_a_program_has_the_shape_that_was_asked_for() -> None:
    case = draw_shaped(TARGET, "1", (3, 5), Choices(0))
    assert [len(program.operations) for program in case.programs] == [5, 5, 5]
    assert case.schedule is not None
    assert case.faults == ()


def test_a_shape_is_measured_until_its_time_is_spent() -> None:
    shape = measure(TARGET, "1", (2, 4), 0.05)
    assert shape.seconds >= 0.05
    assert 0 < shape.findings <= shape.executions < shape.points


def test_costs_are_shared_out() -> None:
    assert (SMALL.rate, SMALL.point_cost, SMALL.finding_cost) == (500, 200, 0.5)
    assert LARGE.finding_cost is None
    assert LARGE.cells() == ["2", "8", "91", "100", "110.00", "0", "-"]


def test_the_sentence_tells_what_is_fixed_from_what_grows() -> None:
    """2 ms with 10 points, 11 ms with 100: 1 ms and 100 us a point."""
    assert sentence([SMALL, LARGE]) == (
        "An execution costs 1.0 ms and 100 us a point: in the largest programs points are 91% of "
        "its cost. A finding is cheapest with 2 tasks of 2 operations: 0.500 CPU seconds."
    )


def test_shapes_are_drawn() -> None:
    assert picture([SMALL, LARGE]).startswith(b"\x89PNG")


def test_the_program_prints_an_object_and_draws(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plot = tmp_path / "growth.png"
    asked = ["--target", "tests.toys.cracked:TARGET", "--kernel", "1", "--seconds", "0.01"]
    more = ["--tasks", "2", "--operations", "2", "4", "--json", "--plot", str(plot)]
    monkeypatch.setattr(sys, "argv", ["bench-growth", *asked, *more])
    assert growth.main() == 0
    shapes = json.loads(capsys.readouterr().out)["shapes"]
    assert [(shape["tasks"], shape["operations"]) for shape in shapes] == [(2, 2), (2, 4)]
    assert plot.exists()
