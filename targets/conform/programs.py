"""Programs to compare: one task with many operations, drawn as the search draws its cases.

A program has a palette of contents, so that objects of one size class meet: only then do zspages
fill, empty and take each other's objects.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from fuzz.program.case import Case, Program
from fuzz.program.operation import draw_operation
from fuzz.search.generate import draw_any, draw_kind, draw_settings
from fuzz.values.choices import Choices
from targets.device.steps import step_of
from targets.linux.content.recipe import Recipe
from targets.shared.device import Write
from targets.shared.settings import ALGORITHM, DISK_PAGES

if TYPE_CHECKING:
    from collections.abc import Collection

    from fuzz.program.operation import Operation
    from fuzz.program.target import Target
    from targets.conform.plan import Plan

TASK: Final = "A"
DISK_PAGES_DRAWN: Final = (16, 16, 32, 64)
LENGTHS: Final = (20, 25, 30, 40, 60, 100)
"""Operations of a program: enough to fill zspages, few enough that many programs are run."""

PALETTE_MAX: Final = 4
PALETTE_PERCENT: Final = 75
"""How many writes take their contents from the palette."""

ALL_KINDS_PERCENT: Final = 40
KINDS_DRAWN: Final = (3, 4, 5, 6)
SAMPLES: Final = 8
"""Draws of an operation by which it is known whether a kernel can do any of that kind."""


def supported(target: Target, files: Collection[str]) -> tuple[type[Operation[Any]], ...]:
    """List the operations that a kernel with those files can do; others would only be refused."""
    return tuple(kind for kind in target.operations if _is_supported(kind, files))


def _is_supported(kind: type[Operation[Any]], files: Collection[str]) -> bool:
    steps = [step_of(draw_operation(kind, Choices(seed))) for seed in range(SAMPLES)]
    if steps[0]["op"] == "cpu":
        return False  # the CPUs of a kernel that runs belong to everybody on it
    return any("file" not in step or step["file"] in files for step in steps)


def draw_program(target: Target, plan: Plan, choices: Choices) -> Case:
    """Draw one program of at least `LENGTHS[0]` operations of the plan's kinds."""
    palette = [Recipe.draw(choices.below) for _ in range(1 + choices.below(PALETTE_MAX))]
    kinds = _draw_kinds(plan.kinds, choices)
    operations: list[Operation[Any]] = []
    for _ in range(choices.one_of(LENGTHS)):
        operation = draw_any(kinds, choices, operations)
        if isinstance(operation, Write) and choices.percent(PALETTE_PERCENT):
            operation = replace(operation, contents=choices.one_of(palette))
        operations.append(operation)
    return Case(
        target=target.name,
        kernel=plan.kernel,
        settings=_draw_settings(target, plan, choices),
        programs=(Program(TASK, tuple(operations)),),
    )


def _draw_kinds(
    kinds: tuple[type[Operation[Any]], ...], choices: Choices
) -> tuple[type[Operation[Any]], ...]:
    """Draw what a program does at all: fewer kinds meet more often."""
    if choices.percent(ALL_KINDS_PERCENT):
        return kinds
    return (Write, *(draw_kind(kinds, choices) for _ in range(choices.one_of(KINDS_DRAWN))))


def _draw_settings(target: Target, plan: Plan, choices: Choices) -> tuple[tuple[str, str], ...]:
    fixed = {
        **plan.settings,
        ALGORITHM.name: choices.one_of(plan.algorithms),
        DISK_PAGES.name: str(choices.one_of(DISK_PAGES_DRAWN)),
    }
    return draw_settings(target, plan.kernel, fixed, choices)
