"""Programs to compare: one task with many operations, drawn as the search draws its cases.

A program has a palette of contents, so that objects of one size class meet: only then do zspages
fill, empty and take each other's objects.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from fuzz.program.case import Case, Program
from fuzz.program.operation import draw_operation
from fuzz.search.generate import draw_any, draw_settings
from fuzz.search.kinds import Kinds, by_weight
from fuzz.values.choices import Choices
from targets.device.planning import step_of
from targets.linux.content.recipe import Recipe
from targets.shared.backing_disk import BACKING_IS
from targets.shared.device import Write
from targets.shared.settings import ALGORITHM, DISK_PAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
DEVICES_ADDED_MAX: Final = 3
SECONDS: Final = re.compile(r"\s*[1-9][0-9]{0,3}\s*")
"""An age that slots of a program may have, or not."""

SAMPLES: Final = 8
"""Draws of an operation by which it is known whether a kernel can do any of that kind."""


def supported(target: Target, hello: Mapping[str, Any]) -> tuple[type[Operation[Any]], ...]:
    """List the operations that a kernel can do; others would only be refused."""
    return tuple(kind for kind in target.operations if _is_supported(kind, hello))


def _is_supported(kind: type[Operation[Any]], hello: Mapping[str, Any]) -> bool:
    steps = [step_of(draw_operation(kind, Choices(seed))) for seed in range(SAMPLES)]
    if steps[0]["op"] == "cpu":  # the CPUs of a machine that others use are left alone
        return hello["own_machine"] and hello["cpus"] > 1
    return any("file" not in step or step["file"] in hello["files"] for step in steps)


def draw_program(target: Target, plan: Plan, choices: Choices) -> Case:
    """Draw one program of at least `LENGTHS[0]` operations of the plan's kinds."""
    palette = [Recipe.draw(choices.below) for _ in range(1 + choices.below(PALETTE_MAX))]
    kinds = _draw_kinds(plan.kinds, choices)
    operations: list[Operation[Any]] = []
    length = choices.one_of(LENGTHS)
    while len(operations) < length:
        operation = draw_any(kinds, choices, operations)
        if isinstance(operation, Write) and choices.percent(PALETTE_PERCENT):
            operation = replace(operation, contents=choices.one_of(palette))
        if _is_wanted(operation, operations):
            operations.append(operation)
    return Case(
        target=target.name,
        kernel=plan.kernel,
        settings=_draw_settings(target, plan, choices),
        programs=(Program(TASK, tuple(operations)),),
    )


def _is_wanted(operation: Operation[Any], before: Sequence[Operation[Any]]) -> bool:
    """Whether an operation means the same everywhere and does not take long.

    Whether a slot is some seconds old depends on how fast a machine is; devices take long to make.
    """
    step = step_of(operation)
    if step["op"] == "hot_add":
        return sum(isinstance(one, type(operation)) for one in before) < DEVICES_ADDED_MAX
    return step.get("file") != "idle" or not SECONDS.fullmatch(step.get("text", ""))


def _draw_kinds(kinds: tuple[type[Operation[Any]], ...], choices: Choices) -> Kinds:
    """Draw what a program does at all: fewer kinds meet more often."""
    every = by_weight(kinds)
    if choices.percent(ALL_KINDS_PERCENT):
        return every
    count = choices.one_of(KINDS_DRAWN)
    return by_weight((Write, *(every.draw(choices) for _ in range(count))))


def _draw_settings(target: Target, plan: Plan, choices: Choices) -> tuple[tuple[str, str], ...]:
    fixed = {
        **plan.settings,
        ALGORITHM.name: choices.one_of(plan.algorithms),
        DISK_PAGES.name: str(choices.one_of(DISK_PAGES_DRAWN)),
        BACKING_IS.name: BACKING_IS.default,
    }
    return draw_settings(target, plan.kernel, fixed, choices)
