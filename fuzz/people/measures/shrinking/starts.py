"""Starts of a measurement: cases that show a known bug and are larger than they need be.

A search from nothing finds some bugs at once: then a start is what its seed finds first.
Others it finds in hours: then the known case is blown up, step by step, with operations, tasks,
faults, switches and other arguments that it does not need, under schedules that a strategy draws.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from fuzz.people.asking import refused
from fuzz.people.triage.neighbours import more_operations, other_arguments
from fuzz.program.case import Program, Schedule
from fuzz.program.execute import execute, materialised
from fuzz.search.assignment import Assignment, Listener
from fuzz.search.engines.in_process import search
from fuzz.search.explorer import Explorer
from fuzz.search.generate import draw_any, draw_fault, one_a_moment
from fuzz.search.kinds import by_weight
from fuzz.values.anchor import Anchor, Switch
from fuzz.values.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fuzz.people.measures.shrinking.known import Known
    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target
    from fuzz.values.finding import Finding

SEARCH_RUNS: Final = 400
"""Runs of a search from nothing: about a second."""
MISSES_MAX: Final = 1
"""Searches that may miss; then the bug is none that is found quickly."""
STEPS: Final = 60
"""Steps in which a case is blown up; one that hides the finding is taken back."""
ADDED_MAX: Final = 14
"""Operations that are added at most."""
STRATEGIES: Final = ("pos", "walk", "pct2", "pct3")


@dataclass(frozen=True, slots=True)
class Start:
    """A case to shrink."""

    case: Case
    found: bool
    """Whether a search found it; else it is a known case, blown up."""


def starts_of(target: Target, known: Known, number: int) -> Iterator[Start]:
    """Yield so many starts, each of a seed of its own."""
    misses = 0
    for seed in range(number):
        found = searched(target, known, seed) if misses < MISSES_MAX else None
        misses += found is None
        yield Start(found, True) if found else Start(blown_up(target, known, seed), False)  # noqa: FBT003 - a field


# What a search finds


class _Found(Exception):
    """Ends a search."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case


class _Waiting(Listener):
    """Waits for one finding."""

    def __init__(self, identity: tuple[str, str]) -> None:
        self._identity = identity

    def found(self, finding: Finding, case: Case) -> None:
        """End the search when it is the one."""
        if finding.identity == self._identity:
            raise _Found(case)


def searched(target: Target, known: Known, seed: int) -> Case | None:
    """Return the first case with the finding that a search comes to, on the ground of a bug."""
    with TemporaryDirectory(prefix="swapstorm-starts-") as folder:
        assignment = Assignment(
            target=target,
            kernel=known.case.kernel,
            inputs=Path(folder),
            settings=dict(known.case.settings),
            seed=seed,
            runs=SEARCH_RUNS,
        )
        try:
            search(Explorer(assignment, _Waiting(known.identity)))
        except _Found as found:
            return found.case
    return None


# What a known case is blown up to


def blown_up(target: Target, known: Known, seed: int) -> Case:
    """Let a known case grow as long as it shows its finding."""
    choices = Choices(seed)
    case, outcome = known.case, execute(target, known.case)
    for _ in range(STEPS):
        if case.size >= known.case.size + ADDED_MAX:
            break
        grown = choices.one_of(GROWTHS)(target, case, outcome, choices)
        if refused(target, grown):
            continue
        after = execute(target, grown)
        if known.identity in [finding.identity for finding in after.findings]:
            case, outcome = materialised(grown, after), after
    return case


def _one_more(target: Target, case: Case, outcome: Outcome, choices: Choices) -> Case:
    del outcome
    return more_operations(target, case, choices)


def _another_task(target: Target, case: Case, outcome: Outcome, choices: Choices) -> Case:
    """Add a task, in front of the others or behind them."""
    del outcome
    taken = [program.name for program in case.programs]
    name = next(name for name in (f"N{number}" for number in count(1)) if name not in taken)
    used = [operation for program in case.programs for operation in program.operations]
    kinds = by_weight(target.operations)
    new = Program(name, tuple(draw_any(kinds, choices, used) for _ in range(1 + choices.below(3))))
    front = choices.percent(50)
    return replace(case, programs=(new, *case.programs) if front else (*case.programs, new))


def _another_fault(target: Target, case: Case, outcome: Outcome, choices: Choices) -> Case:
    if not target.fault_points:
        return case
    tasks = tuple(dict.fromkeys(task.name for task, _, _, _ in outcome.trace))
    passed = [point for _, point, _, _ in outcome.trace if point.faults] or target.fault_points
    new = draw_fault(passed, tasks, choices)
    return replace(case, faults=one_a_moment((*case.faults, new)))


def _another_switch(target: Target, case: Case, outcome: Outcome, choices: Choices) -> Case:
    del target
    tasks = list(dict.fromkeys(task.name for task, _, _, _ in outcome.trace))
    task, point, visit, _ = choices.one_of(outcome.trace)
    new = Switch(Anchor(task.name, point.name, visit), choices.one_of(tasks))
    return replace(case, switches=(*case.switches, new))


def _another_schedule(target: Target, case: Case, outcome: Outcome, choices: Choices) -> Case:
    del target
    schedule = Schedule(
        choices.one_of(STRATEGIES), choices.seed_for_child(), steps=max(1, outcome.steps)
    )
    kept = case.switches[: choices.below(len(case.switches) + 1)]
    return replace(case, switches=kept, schedule=schedule)


def _other_values(target: Target, case: Case, outcome: Outcome, choices: Choices) -> Case:
    del outcome
    return other_arguments(target, case, choices)


def _another_setting(target: Target, case: Case, outcome: Outcome, choices: Choices) -> Case:
    del outcome
    drawn = [setting for setting in target.settings if setting.drawn]
    if not drawn:
        return case
    setting = choices.one_of(drawn)
    texts = {**dict(case.settings), setting.name: setting.domain.text(setting.domain.draw(choices))}
    differing = tuple(
        (one.name, texts[one.name])
        for one in target.settings
        if texts.get(one.name, one.default) != one.default
    )
    return replace(case, settings=differing)


GROWTHS: Final[tuple[Callable[[Target, Case, Outcome, Choices], Case], ...]] = (
    *(_one_more,) * 6,
    *(_another_task,) * 2,
    *(_another_fault,) * 2,
    *(_another_switch,) * 2,
    *(_another_schedule,) * 3,
    *(_other_values,) * 2,
    _another_setting,
)
"""What a case grows by; what stands there more often comes more often."""
