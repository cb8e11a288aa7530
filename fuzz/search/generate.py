"""Generation: a fresh case of a target, drawn from nothing but what the target declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fuzz.program.case import Case, Injection, Program
from fuzz.program.domain import Number
from fuzz.program.habits import habits_of
from fuzz.program.operation import ECHO_PERCENT, arguments_of
from fuzz.program.target import settings_of
from fuzz.search.kinds import Kinds, alike, by_weight, draw_few, without
from fuzz.search.schedules import draw_schedule
from fuzz.search.usage import draw_usage, draw_value
from fuzz.values.anchor import Anchor, Fault
from fuzz.world.faults import Attributes
from fuzz.world.faults.attributes import UNLIMITED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from fuzz.program.operation import Operation
    from fuzz.program.target import Target
    from fuzz.values.choices import Choices
    from fuzz.values.point import Point

    Kind = type[Operation[Any]]

TASK_NAMES: Final = tuple("ABCDEFGH")
TASKS_DRAWN_MAX: Final = 4
"""Most bugs need two tasks; more of them let races meet."""
TASKS_DRAWN: Final = (1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4)
OPERATIONS_IN_ALL: Final = 120
"""Operations of a drawn case at most: the more there are, the more have others before them, and to
boot the system for a few would cost more than they do."""
BY_WEIGHT_PERCENT: Final = 35
ALIKE_PERCENT: Final = 40
"""How many drawn cases may have every kind of operation; the others have a few."""
ECHOES: Final = (0, 30, ECHO_PERCENT, 90, 90, 95)
"""How often names repeat in a case: some do all to one thing, others many things to many."""
FAULTY_PERCENT: Final = 75
"""In how many cases anything may fail: what fails keeps the rest from being reached."""
INJECTED_PERCENT: Final = 70
"""In how many of these facilities or points fail all through the run, not only at a visit."""
INJECTIONS_MAX: Final = 6
POINTS_EACH: Final = 3
"""A target with so many fault points more may have another one fail: else nothing is left."""
FACILITY_PERCENT: Final = 30
"""How many of what fails are whole facilities; the others are single points."""
RATES: Final = (2, 5, 15)
"""How many of 100 requests of a facility fail then."""
POINT_RATES: Final = (2, 10, 40)
"""How many of 100 requests at one point do."""
SPARING_PERCENT: Final = 20
"""How often requests that may wait for memory never fail, as kernels do it by default."""
SCHEDULED_PERCENT: Final = 95
"""How many drawn cases leave the default order."""
VISIT_DRAWN_MAX: Final = 5
"""Later visits of a fault point are aimed at once a run has shown that there are any."""
SETTING_PERCENTS: Final = (0, 25, 50, 50)
"""How many settings of a case are drawn: what a bug needs may be two at once, or none."""
SETTINGS_TRIES: Final = 8
END_PERCENT: Final = 40
"""How often a changed setting is the least or the most: limits are met there."""
HABITUAL_PERCENTS: Final = (30, 60, 60, 90)
"""How often in a case a task goes on with one of the target's habits, if it has any."""


class Seen(NamedTuple):
    """What earlier runs have shown."""

    passed: tuple[Point, ...] = ()
    """The fault points that some run has passed; none while nothing is known."""
    shunned: Collection[Kind] = ()
    """The kinds of operations that a case had better do without."""


NOTHING_SEEN: Final = Seen()


def draw_case(
    target: Target,
    kernel: str,
    fixed: dict[str, str],
    choices: Choices,
    seen: Seen = NOTHING_SEEN,
) -> Case:
    """Draw a case for a kernel; `fixed` settings are kept as they are given."""
    names = TASK_NAMES[: choices.one_of(TASKS_DRAWN)]
    programs = draw_programs(target, names, choices, seen.shunned)
    points = (seen.passed or target.fault_points) if choices.percent(FAULTY_PERCENT) else ()
    faults = draw_faults(points, names, choices)
    injected = bool(points) and choices.percent(INJECTED_PERCENT)
    return Case(
        target=target.name,
        kernel=kernel,
        settings=draw_settings(target, kernel, fixed, choices),
        programs=programs,
        schedule=draw_schedule(choices) if choices.percent(SCHEDULED_PERCENT) else None,
        faults=faults,
        injections=draw_injections(points, choices) if injected else (),
    )


def draw_programs(
    target: Target, names: tuple[str, ...], choices: Choices, shunned: Collection[Kind] = ()
) -> tuple[Program, ...]:
    """Draw what each task does: single operations, and runs of them as users do them."""
    kinds = without(draw_kinds(target, choices), shunned)
    echo = choices.one_of(ECHOES)
    habits = [
        habit for habit in habits_of(target) if not any(step.kind in shunned for step in habit)
    ]
    habitual = choices.one_of(HABITUAL_PERCENTS) if habits else 0
    longest = OPERATIONS_IN_ALL // len(names)
    drawn: list[Operation[Any]] = []
    programs: list[Program] = []
    for name in names:
        first = len(drawn)
        last = first + 1 + choices.below(longest)
        while len(drawn) < last:
            if habitual and choices.percent(habitual):
                drawn += draw_usage(choices.one_of(habits), choices, drawn, echo)
            else:
                drawn.append(draw_any(kinds, choices, drawn, echo))
        del drawn[last:]
        programs.append(Program(name, tuple(drawn[first:])))
    return tuple(programs)


def draw_injections(points: Sequence[Point], choices: Choices) -> tuple[Injection, ...]:
    """Draw facilities and points that fail requests at some rate, all through the run."""
    count = 1 + choices.below(min(INJECTIONS_MAX, 1 + len(points) // POINTS_EACH))
    drawn = [_draw_attributes(points, choices) for _ in range(count)]
    return tuple(
        Injection(attributes, choices.seed_for_child())
        for attributes in {one.capability: one for one in drawn}.values()
    )


def _draw_attributes(points: Sequence[Point], choices: Choices) -> Attributes:
    point = choices.one_of(points)
    whole = bool(point.capability) and choices.percent(FACILITY_PERCENT)
    return Attributes(
        capability=point.capability if whole else point.name,
        probability=choices.one_of(RATES if whole else POINT_RATES),
        times=UNLIMITED,
        ignore_gfp_wait=choices.percent(SPARING_PERCENT),
    )


def draw_kinds(target: Target, choices: Choices) -> Kinds:
    """Draw which kinds of operations a case may have at all, and how often."""
    drawn = choices.below(100)
    if drawn < BY_WEIGHT_PERCENT:
        return by_weight(target.operations)
    if drawn < BY_WEIGHT_PERCENT + ALIKE_PERCENT:
        return alike(target.operations)
    return draw_few(target.operations, choices)


def draw_any(
    kinds: Kinds,
    choices: Choices,
    used: Sequence[Operation[Any]],
    echo: int = ECHO_PERCENT,
) -> Operation[Any]:
    """Draw an operation of some kind; `used` ones lend it names, `echo` of 100 times."""
    kind = kinds.draw(choices)
    return kind(**{a.field: draw_value(a, choices, used, echo) for a in arguments_of(kind)})


def draw_settings(
    target: Target, kernel: str, fixed: dict[str, str], choices: Choices
) -> tuple[tuple[str, str], ...]:
    """Draw none, some or half of the settings that may be drawn.

    What the kernel cannot have is drawn again; when it never fits, only `fixed` settings differ.
    """
    percent = choices.one_of(SETTING_PERCENTS)
    for _ in range(SETTINGS_TRIES):
        texts = dict(fixed)
        for setting in target.settings:
            if setting.drawn and setting.name not in fixed and choices.percent(percent):
                texts[setting.name] = setting.domain.text(setting.domain.draw(choices))
        if is_possible(target, kernel, texts):
            break
    else:
        texts = fixed
    return _unlike_default(target, texts)


def change_setting(
    target: Target, kernel: str, texts: dict[str, str], fixed: Collection[str], choices: Choices
) -> tuple[tuple[str, str], ...]:
    """Draw one of the settings anew, or take an end of its range; as they are if it cannot be."""
    drawable = [each for each in target.settings if each.drawn and each.name not in fixed]
    for _ in range(SETTINGS_TRIES if drawable else 0):
        setting = choices.one_of(drawable)
        domain = setting.domain
        value = domain.draw(choices)
        if isinstance(domain, Number) and choices.percent(END_PERCENT):
            value = choices.one_of((domain.low, domain.high))
        changed = {**texts, setting.name: domain.text(value)}
        if is_possible(target, kernel, changed):
            return _unlike_default(target, changed)
    return _unlike_default(target, texts)


def _unlike_default(target: Target, texts: dict[str, str]) -> tuple[tuple[str, str], ...]:
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
