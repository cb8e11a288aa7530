"""A Hypothesis strategy for the cases of any target, so that a property may speak of all of them.

Hypothesis simplifies towards 0, and 0 is the simplest here too: no fault, the default order.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from fuzz.program.case import Case, Injection, Program, Schedule
from fuzz.program.execute import OPERATION
from fuzz.program.operation import Operation, draw_operation
from fuzz.program.target import settings_of
from fuzz.values.anchor import Anchor, Fault, Switch
from fuzz.values.choices import Choices
from fuzz.values.point import BEGIN, END
from fuzz.world.faults import Attributes
from fuzz.world.schedule.by_name import STRATEGY_NAMES
from fuzz.world.schedule.hints import NO_HINTS, Hints

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fuzz.program.target import Setting, Target
    from fuzz.values.point import Point

NOTHING_FIXED: Final[Mapping[str, str]] = MappingProxyType({})
TASK_NAMES: Final = "ABCDEFGH"

ANCHORS_MAX: Final = 3
"""Faults, and switches, that a case names; more of them rarely meet in a short program."""

VISIT_MAX: Final = 4
"""Visits that a fault or a switch names; short programs pass few points more often."""

STEPS_MAX: Final = 60
"""Decisions that a strategy may be told to expect: as many as a short program makes."""


class DrawnChoices(Choices):
    """Choices that Hypothesis makes, and can therefore simplify."""

    __slots__ = ("_draw",)

    def __init__(self, draw: st.DrawFn) -> None:
        """Take every draw from `draw`."""
        super().__init__(0)
        self._draw = draw

    def below(self, bound: int) -> int:
        """Draw an integer of 0 to `bound - 1`."""
        return self._draw(st.integers(0, bound - 1)) if bound > 1 else 0


@st.composite
def cases(  # noqa: PLR0913 - what is drawn, and how much of it
    draw: st.DrawFn,
    target: Target,
    *,
    kernels: Sequence[str] = (),
    fixed: Mapping[str, str] = NOTHING_FIXED,
    max_tasks: int = 3,
    max_operations: int = 4,
) -> Case:
    """Draw a valid case of a target; `kernels` are by default all that it can be.

    Settings that are `fixed` are as they are given. `max_operations` counts for each task.
    The simplest case is one idle task.
    """
    assert max_tasks <= len(TASK_NAMES), "there are names for all tasks"
    choices = DrawnChoices(draw)
    kernel = choices.one_of(kernels or target.kernels)
    names = TASK_NAMES[: 1 + choices.below(max_tasks)]
    programs = tuple(Program(name, _operations(target, choices, max_operations)) for name in names)
    return Case(
        target=target.name,
        kernel=kernel,
        settings=_settings(target, kernel, fixed, choices),
        programs=programs,
        faults=_faults(target, choices, names),
        switches=_switches(target, choices, names),
        schedule=_schedule(target, choices, names),
        injections=_injections(target, choices),
    )


def _operations(target: Target, choices: Choices, count_max: int) -> tuple[Operation[Any], ...]:
    count = choices.below(count_max + 1)
    return tuple(draw_operation(choices.one_of(target.operations), choices) for _ in range(count))


@st.composite
def operations_of(draw: st.DrawFn, kind: type[Operation[Any]]) -> Operation[Any]:
    """Draw an operation of one kind."""
    return draw_operation(kind, DrawnChoices(draw))


def _settings(
    target: Target, kernel: str, fixed: Mapping[str, str], choices: Choices
) -> tuple[tuple[str, str], ...]:
    """Draw some settings; only the fixed ones when the kernel cannot be configured so."""
    drawn = tuple(
        (setting.name, text)
        for setting in target.settings
        if (text := _setting(setting, fixed, choices)) != setting.default
    )
    try:
        target.check(kernel, settings_of(target, dict(drawn)))
    except ValueError:
        return tuple(fixed.items())
    return drawn


def _setting(setting: Setting, fixed: Mapping[str, str], choices: Choices) -> str:
    if setting.name in fixed:
        return fixed[setting.name]
    if not setting.drawn or not choices.below(2):
        return setting.default
    return setting.domain.text(setting.domain.draw(choices))


def _anchors(choices: Choices, points: Sequence[Point], names: str) -> list[Anchor]:
    """Draw different moments at some points."""
    anchors = [
        Anchor(choices.one_of(names), choices.one_of(points).name, 1 + choices.below(VISIT_MAX))
        for _ in range(choices.below(ANCHORS_MAX + 1))
    ]
    return list(dict.fromkeys(anchors))


def _faults(target: Target, choices: Choices, names: str) -> tuple[Fault, ...]:
    if not target.fault_points:
        return ()
    outcomes = {point.name: point.faults for point in target.fault_points}
    anchors = _anchors(choices, target.fault_points, names)
    return tuple(Fault(at, choices.one_of(outcomes[at.point])) for at in anchors)


def _switches(target: Target, choices: Choices, names: str) -> tuple[Switch, ...]:
    anchors = _anchors(choices, (BEGIN, OPERATION, END, *target.fault_points), names)
    return tuple(Switch(at, choices.one_of(names)) for at in anchors)


def _schedule(target: Target, choices: Choices, names: str) -> Schedule | None:
    if not choices.below(2):
        return None
    return Schedule(
        strategy=choices.one_of(STRATEGY_NAMES),
        seed=choices.seed_for_child(),
        after=choices.below(VISIT_MAX),
        steps=choices.below(STEPS_MAX),
        hints=_hints(target, choices, names),
    )


def _hints(target: Target, choices: Choices, names: str) -> Hints:
    """Draw hints now and then; where a point is not passed they mean nothing."""
    if not choices.below(2):
        return NO_HINTS
    points = [point.name for point in (BEGIN, OPERATION, END, *target.fault_points)]
    pairs = [(choices.one_of(points), choices.one_of(points)) for _ in range(choices.below(3))]
    return Hints(
        among=tuple(dict.fromkeys(name for pair in pairs for name in pair)),
        counts=tuple((name, choices.below(STEPS_MAX)) for name in names),
        take=tuple(pairs[:1]),
        avoid=tuple(pairs[1:]),
    )


def _injections(target: Target, choices: Choices) -> tuple[Injection, ...]:
    names = dict.fromkeys(point.capability for point in target.fault_points if point.capability)
    return tuple(
        Injection(
            Attributes(name, probability=1 + choices.below(100), times=-1), choices.below(100)
        )
        for name in names
        if choices.below(4) == 1  # one facility in four fails: most cases are about something else
    )
