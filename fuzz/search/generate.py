"""Generation: a fresh case of a target, drawn from nothing but what the target declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.program.case import Case, Program
from fuzz.program.domain import Number, Word
from fuzz.program.operation import ECHO_PERCENT, arguments_of
from fuzz.program.target import settings_of
from fuzz.search.schedules import draw_schedule
from fuzz.values.anchor import Anchor, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fuzz.program.operation import Argument, Operation
    from fuzz.program.target import Target
    from fuzz.values.choices import Choices
    from fuzz.values.point import Point

TASK_NAMES: Final = tuple("ABCDEFGH")
TASKS_DRAWN_MAX: Final = 3
"""Most bugs need two tasks; a third one lets two races meet."""
TASKS_DRAWN: Final = (1, 2, 2, 2, 3, 3)
OPERATIONS_DRAWN_MAX: Final = 4
"""Operations of a drawn task; mutation adds more where they pay."""
VISIT_DRAWN_MAX: Final = 5
"""Later visits of a fault point are aimed at once a run has shown that there are any."""
SETTING_PERCENT: Final = 25
SETTINGS_TRIES: Final = 8
NAMES: Final = (Number, Word)
"""Domains whose values name things that tasks may share; other values are data, best different."""


def draw_case(target: Target, kernel: str, fixed: dict[str, str], choices: Choices) -> Case:
    """Draw a case for a kernel; `fixed` settings are kept as they are given."""
    names = TASK_NAMES[: choices.one_of(TASKS_DRAWN)]
    kinds = draw_swarm(target, choices)
    drawn: list[Operation[Any]] = []
    programs: list[Program] = []
    for name in names:
        first = len(drawn)
        for _ in range(1 + choices.below(OPERATIONS_DRAWN_MAX)):
            drawn.append(draw_any(kinds, choices, drawn))
        programs.append(Program(name, tuple(drawn[first:])))
    return Case(
        target=target.name,
        kernel=kernel,
        settings=draw_settings(target, kernel, fixed, choices),
        programs=tuple(programs),
        schedule=draw_schedule(choices) if choices.percent(75) else None,
        faults=draw_faults(target.fault_points, names, choices),
    )


def draw_swarm(target: Target, choices: Choices) -> tuple[type[Operation[Any]], ...]:
    """Draw which kinds of operations a case may have at all.

    Fewer kinds meet more often: swarm testing (Groce and others, ISSTA 2012).
    """
    kinds = target.operations
    if choices.percent(25):
        return kinds
    count = 2 + choices.below(5)
    return tuple(draw_kind(kinds, choices) for _ in range(count))


def draw_kind(kinds: Sequence[type[Operation[Any]]], choices: Choices) -> type[Operation[Any]]:
    """Draw a kind of operation, by weight."""
    return kinds[choices.weighed([kind.weight for kind in kinds])]


def draw_any(
    kinds: Sequence[type[Operation[Any]]],
    choices: Choices,
    used: Sequence[Operation[Any]],
    echo: int = ECHO_PERCENT,
) -> Operation[Any]:
    """Draw an operation of some kind; `used` ones lend it names, `echo` of 100 times."""
    kind = draw_kind(kinds, choices)
    return kind(**{a.field: draw_value(a, choices, used, echo) for a in arguments_of(kind)})


def draw_value(
    argument: Argument, choices: Choices, used: Sequence[Operation[Any]], echo: int = ECHO_PERCENT
) -> Any:
    """Draw an argument; one that names something is often a name that is there: tasks meet so."""
    domain = argument.domain
    if isinstance(domain, NAMES) and choices.percent(echo):
        names = [
            getattr(other, a.field)
            for other in used
            for a in arguments_of(type(other))
            if a.domain == domain
        ]
        if names:
            return choices.one_of(names)
    return domain.draw(choices)


def draw_settings(
    target: Target, kernel: str, fixed: dict[str, str], choices: Choices
) -> tuple[tuple[str, str], ...]:
    """Draw each setting that may be drawn, one in four differently from its default.

    What the kernel cannot have is drawn again; when it never fits, only `fixed` settings differ.
    """
    for _ in range(SETTINGS_TRIES):
        texts = dict(fixed)
        for setting in target.settings:
            if setting.drawn and setting.name not in fixed and choices.percent(SETTING_PERCENT):
                texts[setting.name] = setting.domain.text(setting.domain.draw(choices))
        if is_possible(target, kernel, texts):
            break
    else:
        texts = fixed
    return tuple(
        (setting.name, texts[setting.name])
        for setting in target.settings
        if texts.get(setting.name, setting.default) != setting.default
    )


def is_possible(target: Target, kernel: str, texts: dict[str, str]) -> bool:
    """Whether a kernel can be configured so."""
    try:
        target.check(kernel, settings_of(target, texts))
    except ValueError:
        return False
    return True


def draw_faults(
    points: Sequence[Point], tasks: tuple[str, ...], choices: Choices
) -> tuple[Fault, ...]:
    """Draw up to two faults at some points; none where nothing can fail."""
    count = choices.below(3) if points else 0
    return one_a_moment(draw_fault(points, tasks, choices) for _ in range(count))


def one_a_moment(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Keep the first of the faults that are drawn for the same visit."""
    kept: dict[Anchor, Fault] = {}
    for fault in faults:
        kept.setdefault(fault.at, fault)
    return tuple(kept.values())


def draw_fault(points: Sequence[Point], tasks: tuple[str, ...], choices: Choices) -> Fault:
    """Draw a fault at one of some points, blind to what a run passes: early visits are likelier."""
    point = choices.one_of(points)
    visit = 1
    while visit < VISIT_DRAWN_MAX and choices.percent(40):
        visit += 1
    return Fault(Anchor(choices.one_of(tasks), point.name, visit), choices.one_of(point.faults))
