"""Growth: what an execution costs, and a finding, as programs get more tasks and more operations.

`scripts/bench-growth` runs it. Programs of one shape are drawn and run, one after another, for
some CPU seconds a shape; what is found does not end that, so that findings can be counted.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import linear_regression
from time import process_time
from typing import TYPE_CHECKING, Any, Final

from fuzz.keep.files import write_atomically
from fuzz.people.address import target_at
from fuzz.people.errors import UserError
from fuzz.people.measures.standalone import ended
from fuzz.people.output import Status, say
from fuzz.people.text import table
from fuzz.program.case import Case, Program, Schedule
from fuzz.program.execute import execute
from fuzz.program.operation import draw_operation
from fuzz.search.generate import TASK_NAMES, draw_faults, draw_settings
from fuzz.search.kinds import by_weight
from fuzz.values.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.program.target import Target

TASKS: Final = (2, 3, 4, 6, 8)
OPERATIONS: Final = (2, 4, 8, 16, 32)
STRATEGY: Final = "pos"
HEADS: Final = (
    "tasks",
    "operations",
    "runs/s",
    "points",
    "us/point",
    "findings",
    "s each",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What programs of one shape came to."""

    tasks: int
    operations: int
    """Of each task."""
    executions: int
    points: int
    """Of all executions."""
    findings: int
    """Executions that found something."""
    seconds: float
    """CPU seconds of all executions."""

    @property
    def rate(self) -> float:
        """Executions a CPU second."""
        return self.executions / self.seconds

    @property
    def point_cost(self) -> float:
        """Microseconds a point, all things that a run costs shared out among them."""
        return 1e6 * self.seconds / max(self.points, 1)

    @property
    def finding_cost(self) -> float | None:
        """CPU seconds to a finding; None when nothing was found."""
        return self.seconds / self.findings if self.findings else None

    def cells(self) -> list[str]:
        """Write the row of a table."""
        cost = self.finding_cost
        return [
            str(self.tasks),
            str(self.operations),
            f"{self.rate:,.0f}",
            f"{self.points / self.executions:,.0f}",
            f"{self.point_cost:.2f}",
            f"{self.findings:,}",
            "-" if cost is None else f"{cost:.3f}",
        ]


def measure(target: Target, kernel: str, shape: tuple[int, int], seconds: float) -> Shape:
    """Run programs of a shape (tasks, operations of each) for some CPU seconds."""
    choices = Choices(shape[0] * 1000 + shape[1])
    executions = points = findings = 0
    spent = 0.0
    while spent < seconds:
        case = draw_shaped(target, kernel, shape, choices)
        start = process_time()
        outcome = execute(target, case)
        spent += process_time() - start
        executions += 1
        points += outcome.steps
        findings += bool(outcome.findings)
    return Shape(*shape, executions, points, findings, spent)


def draw_shaped(target: Target, kernel: str, shape: tuple[int, int], choices: Choices) -> Case:
    """Draw a case with so many tasks of so many operations."""
    tasks, operations = shape
    names = TASK_NAMES[:tasks]
    kinds = by_weight(target.operations)
    programs = tuple(
        Program(
            name,
            tuple(draw_operation(kinds.draw(choices), choices) for _ in range(operations)),
        )
        for name in names
    )
    return Case(
        target=target.name,
        kernel=kernel,
        settings=draw_settings(target, kernel, {}, choices),
        programs=programs,
        faults=draw_faults(target.fault_points, names, choices),
        schedule=Schedule(STRATEGY, choices.seed_for_child(), 0, 30 * tasks * operations),
    )


def sentence(shapes: Sequence[Shape]) -> str:
    """Say what dominates the cost of an execution, and which shape finds cheapest."""
    points = [shape.points / shape.executions for shape in shapes]
    fit = linear_regression(points, [shape.seconds / shape.executions for shape in shapes])
    largest = fit.intercept + fit.slope * max(points)
    words = (
        f"An execution costs {fit.intercept * 1e3:.1f} ms and {fit.slope * 1e6:.0f} us a point: "
        f"in the largest programs points are {fit.slope * max(points) / largest:.0%} of its cost."
    )
    found = [shape for shape in shapes if shape.finding_cost is not None]
    if found:
        best = min(found, key=lambda shape: shape.finding_cost or 0.0)
        words += (
            f" A finding is cheapest with {best.tasks} tasks of {best.operations} operations: "
            f"{best.finding_cost:.3f} CPU seconds."
        )
    return words


def picture(shapes: Sequence[Shape]) -> bytes:
    """Draw executions a second, and CPU seconds to a finding, over operations."""
    from fuzz.people.bench.drawing import figure_of, line_of, png_of  # noqa: PLC0415 - an extra

    figure, (rates, findings) = figure_of(9.0, 3.8, columns=2)
    for number, tasks in enumerate(dict.fromkeys(shape.tasks for shape in shapes)):
        alike = [shape for shape in shapes if shape.tasks == tasks]
        line: dict[str, Any] = {**line_of(number), "marker": "o", "markersize": 3}
        sizes = [shape.operations for shape in alike]
        rates.plot(sizes, [s.rate for s in alike], label=f"{tasks} tasks", **line)
        found = [s for s in alike if s.finding_cost is not None]
        findings.plot([s.operations for s in found], [s.finding_cost for s in found], **line)
    rates.set_ylabel("executions a CPU second")
    findings.set_ylabel("CPU seconds to a finding")
    rates.legend(fontsize=8)
    for axes in (rates, findings):
        axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        axes.set_xticks(OPERATIONS, [str(count) for count in OPERATIONS])
        axes.set_xlabel("operations of each task")
        axes.grid(alpha=0.3, which="both")
    return png_of(figure)


def lines_of(shapes: Sequence[Shape]) -> Iterator[str]:
    """Write a row a shape, and what it comes to."""
    yield from table(HEADS, [shape.cells() for shape in shapes])
    yield ""
    yield sentence(shapes)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("bench-growth", description=__doc__)
    parser.add_argument("--target", required=True, help="name or MODULE:ATTRIBUTE")
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--seconds", type=float, default=2.0, help="of CPU, a shape (2)")
    parser.add_argument("--tasks", type=int, nargs="+", default=TASKS, metavar="N")
    parser.add_argument("--operations", type=int, nargs="+", default=OPERATIONS, metavar="N")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="a PNG to draw")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def main() -> int:
    """Measure each shape; print a table, or one JSON object."""
    asked = _arguments()
    target = target_at(asked.target)
    if asked.kernel not in target.kernels:
        known = ", ".join(target.kernels)
        raise UserError(f"--kernel: expected one of {known}, not {asked.kernel!a}")
    if not all(1 <= tasks <= len(TASK_NAMES) for tasks in asked.tasks):
        raise UserError(f"--tasks: expected numbers from 1 to {len(TASK_NAMES)}")
    shapes = [
        measure(target, asked.kernel, (tasks, operations), asked.seconds)
        for tasks in asked.tasks
        for operations in asked.operations
    ]
    if asked.plot:
        write_atomically(asked.plot, picture(shapes))
    if asked.json:
        say(json.dumps({"shapes": [asdict(shape) for shape in shapes]}))
    else:
        say("\n".join(lines_of(shapes)))
    return Status.GOOD


if __name__ == "__main__":
    sys.exit(ended(main))
