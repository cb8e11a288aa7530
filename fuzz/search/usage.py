"""Usage: a run of operations as users of a system do them, after one of its target's habits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.program.domain import Number, Word
from fuzz.program.operation import ECHO_PERCENT, arguments_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.program.domain import Domain
    from fuzz.program.habits import Habit, Step
    from fuzz.program.operation import Argument, Operation
    from fuzz.values.choices import Choices

NAMES: Final = (Number, Word)
"""Domains whose values name things that tasks may share; other values are data, best different."""
WHOLE_PERCENT: Final = 95
"""How many habits are followed from their beginning; others are joined later."""
SAME_PERCENT: Final = 85
"""How often a habit goes on with the thing that it is about; now and then with another one."""
SKIPPED_PERCENT: Final = 10
"""How many operations of a habit are forgotten."""


def draw_usage(
    habit: Habit, choices: Choices, used: Sequence[Operation[Any]], echo: int = ECHO_PERCENT
) -> list[Operation[Any]]:
    """Draw operations after a habit, at least one; `used` ones lend names, `echo` of 100 times."""
    first = 0 if choices.percent(WHOLE_PERCENT) else choices.below(len(habit))
    about: dict[Domain[Any], Any] = {}
    drawn: list[Operation[Any]] = []
    for step in habit[first:]:
        if drawn and choices.percent(SKIPPED_PERCENT):
            continue
        drawn.append(_draw_step(step, choices, [*used, *drawn], about, echo))
    return drawn


def _draw_step(
    step: Step,
    choices: Choices,
    used: Sequence[Operation[Any]],
    about: dict[Domain[Any], Any],
    echo: int,
) -> Operation[Any]:
    """Draw one operation; `about` is what the habit is about so far, and learns of it.

    Two arguments of one operation that may name the same thing had better name two.
    """
    values = dict(step.given)
    named: dict[Domain[Any], Any] = {}
    for argument in arguments_of(step.kind):
        domain = argument.domain
        if argument.field not in values:
            same = domain in about and domain not in named and choices.percent(SAME_PERCENT)
            value = about[domain] if same else draw_value(argument, choices, used, echo)
            values[argument.field] = value
        if isinstance(domain, NAMES):
            named[domain] = values[argument.field]
    about.update(named)
    return step.kind(**values)


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
