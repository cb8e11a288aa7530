"""Generation: a fresh case of a target, drawn from nothing but what the target declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.program.case import Case, Program, Schedule
from fuzz.program.operation import draw_operation
from fuzz.values.anchor import Anchor, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fuzz.program.operation import Operation
    from fuzz.program.target import Target
    from fuzz.values.choices import Choices

TASK_NAMES: Final = tuple("ABCDEFGH")
TASKS_DRAWN_MAX: Final = 3
"""Most bugs need two tasks; a third one lets two races meet."""
OPERATIONS_DRAWN_MAX: Final = 5
STRATEGIES_DRAWN: Final = ("pos", "pos", "pct2", "pct2", "pct3", "walk")
"""Partial-order sampling is the best blind default; the others find what it is slow at."""


def draw_case(target: Target, kernel: str, fixed: dict[str, str], choices: Choices) -> Case:
    """Draw a case for a kernel; `fixed` settings are kept as they are given."""
    names = TASK_NAMES[: 1 + choices.below(TASKS_DRAWN_MAX)]
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
        settings=draw_settings(target, fixed, choices),
        programs=tuple(programs),
        schedule=draw_schedule(choices) if choices.percent(75) else None,
        faults=one_a_moment(draw_fault(target, names, choices) for _ in range(choices.below(3))),
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
    ticket = choices.below(sum(kind.weight for kind in kinds))
    for kind in kinds:
        ticket -= kind.weight
        if ticket < 0:
            return kind
    raise AssertionError("weights add up")


def draw_any(
    kinds: Sequence[type[Operation[Any]]], choices: Choices, used: Sequence[Operation[Any]]
) -> Operation[Any]:
    """Draw an operation of some kind; `used` ones lend it arguments."""
    return draw_operation(draw_kind(kinds, choices), choices, used)


def draw_settings(
    target: Target, fixed: dict[str, str], choices: Choices
) -> tuple[tuple[str, str], ...]:
    """Draw each setting that may be drawn, one in four differently from its default."""
    texts: dict[str, str] = {}
    for setting in target.settings:
        text = fixed.get(setting.name)
        if text is None and setting.drawn and choices.percent(25):
            text = setting.domain.text(setting.domain.draw(choices))
        if text is not None and text != setting.default:
            texts[setting.name] = text
    return tuple(texts.items())


def draw_schedule(choices: Choices, *, after: int = 0, steps: int = 0) -> Schedule:
    """Draw a strategy and a seed; the first `after` decisions stay as they are.

    `steps` is how many points the run may pass, if that is known.
    """
    strategy = choices.one_of(STRATEGIES_DRAWN)
    expected = max(1, steps - after) if steps else 60 << choices.below(3)
    return Schedule(strategy, choices.seed_for_child(), after, expected)


def one_a_moment(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Keep the first of the faults that are drawn for the same visit."""
    kept: dict[Anchor, Fault] = {}
    for fault in faults:
        kept.setdefault(fault.at, fault)
    return tuple(kept.values())


def draw_fault(target: Target, tasks: tuple[str, ...], choices: Choices) -> Fault:
    """Draw a fault without knowing what a run passes: early visits are likelier."""
    point = choices.one_of(target.fault_points)
    visit = 1
    while visit < 5 and choices.percent(40):
        visit += 1
    return Fault(Anchor(choices.one_of(tasks), point.name, visit), choices.one_of(point.faults))
