"""Mutation: a case a little different from its parent, and the crossing of two."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.program.case import Case, Program
from fuzz.program.habits import habits_of
from fuzz.search.collide import collide
from fuzz.search.disturb import FAULTS_MAX, Disturber
from fuzz.search.edit import Editor
from fuzz.search.endings import Endings
from fuzz.search.futile import Futile
from fuzz.search.generate import (
    OPERATIONS_IN_ALL,
    TASK_NAMES,
    TASKS_DRAWN_MAX,
    Seen,
    change_setting,
    draw_case,
    draw_settings,
    is_possible,
    one_a_moment,
)
from fuzz.search.portfolio import PORTFOLIO, Portfolio
from fuzz.search.swarm import Swarm

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target
    from fuzz.search.assignment import Assignment
    from fuzz.search.recall import Passage
    from fuzz.values.choices import Choices
    from fuzz.values.point import Point

    Step = Callable[[Case, Passage | None, Choices], Case]
    Steps = tuple[tuple[int, Step], ...]

COLLIDE_PERCENT: Final = 25
"""How many children are collisions: no other change makes as many windows meet something."""
DISTURB_PERCENT: Final = 50
"""How many of the others keep the program: faults and switches are the cheapest way to a window."""
STEPS_DRAWN: Final = (1, 1, 2, 3)
"""How many changes a child has: few, or nothing is left of what its parent was kept for."""
FRESH_PERCENT: Final = 5
"""How many children have no parent: keeps the search from living on its first finds only."""
TRIES: Final = 4
"""Tries to make a child that differs from its parent."""

COLLIDE: Final = "collide"
CROSS: Final = "cross"
FAULTS: Final = "faults"
SWITCHES: Final = "switches"
SCHEDULES: Final = "schedules"
INSERT: Final = "insert"
DELETE: Final = "delete"
DUPLICATE: Final = "duplicate"
SPLICE: Final = "splice"
SWAP: Final = "swap"
MOVE: Final = "move"
ARGUMENTS: Final = "arguments"
TASKS: Final = "tasks"
SETTINGS: Final = "settings"
KERNELS: Final = "kernels"
SWARM: Final = "swarm"
ENUMERATE: Final = "enumerate"
MUTATIONS: Final = (
    *(COLLIDE, CROSS, FAULTS, SWITCHES, SCHEDULES),
    *(INSERT, DELETE, DUPLICATE, SPLICE, SWAP, MOVE, ARGUMENTS),
    *(TASKS, SETTINGS, KERNELS, SWARM, ENUMERATE),
)
"""Families of mutations, each of which can be switched off."""


class Mutator:
    """Makes children of cases for one target and kernel."""

    def __init__(  # noqa: PLR0913 - what is mutated, and with what
        self,
        target: Target,
        kernel: str,
        fixed: dict[str, str],
        mutations: Collection[str] = MUTATIONS,
        *,
        strategies: Collection[str] = PORTFOLIO,
        kernels: tuple[str, ...] = (),
    ) -> None:
        """Mutate cases of a target by some of `MUTATIONS`; `fixed` settings never change.

        Cases begin on `kernel`; `kernels` are others that a mutation may move them to.
        """
        assert all(name in MUTATIONS for name in mutations), "mutations are known by name"
        self._target = target
        self._kernels = (kernel, *kernels)
        self._fixed = fixed
        self._used = mutations
        self._portfolio = Portfolio(strategies)
        self._passed: dict[str, Point] = {}
        """Fault points that some run has passed, in the order of that."""
        self._points = {point.name: point for point in target.fault_points}
        self._endings = Endings()
        self._futile = Futile()
        self._swarm = Swarm(target, used=SWARM in mutations)
        self._editor = Editor(self._swarm, habits_of(target))
        self._disturbances = self._disturbing(Disturber(self._swarm, self._portfolio))
        self._edits = self._editing(self._editor)

    @staticmethod
    def of(assignment: Assignment) -> Mutator:
        """Make the mutator of an assignment."""
        return Mutator(
            assignment.target,
            assignment.kernel,
            dict(assignment.settings),
            assignment.mutations,
            strategies=assignment.strategies,
            kernels=assignment.kernels,
        )

    def learn(self, case: Case, outcome: Outcome, passage: Passage | None) -> None:
        """Learn of a run; `passage` is what it passed if it reached something new."""
        self._endings.learn(case, outcome)
        self._futile.learn(case, outcome)
        self._portfolio.learn(case.schedule, news=passage is not None)
        if passage is None:
            return
        self._editor.remember(case)
        for anchor in passage.failing:
            if anchor.point in self._points:
                self._passed[anchor.point] = self._points[anchor.point]

    def fresh(self, choices: Choices) -> Case:
        """Draw a case without a parent; faults come where runs were seen to pass."""
        shunned = {*self._endings.shunned(choices), *self._futile.shunned(choices)}
        seen = Seen(tuple(self._passed.values()), shunned)
        case = draw_case(self._target, self._kernels[0], self._fixed, choices, seen)
        if case.schedule is not None:
            case = replace(case, schedule=self._portfolio.schedule(choices))
        return case

    def child(self, parent: Case, passage: Passage | None, choices: Choices) -> Case:
        """Change a case a little; `passage` says what its run passed, if that is known.

        Faults that no visit came to are dropped: they would only fill the case. Those that were
        drawn all through the run are named where they are few, and else drawn again.
        """
        self._swarm.advance(choices)
        if choices.percent(FRESH_PERCENT):
            return self.fresh(choices)
        case = parent
        if passage is not None and len(passage.faults) <= FAULTS_MAX:
            case = replace(parent, faults=passage.faults, injections=())
        meets = passage is not None and passage.visits and COLLIDE in self._used
        if passage is not None and meets and choices.percent(COLLIDE_PERCENT):
            return collide(self._swarm.kinds, case, passage, choices)
        for _ in range(TRIES):
            child = self._changed(case, passage, choices)
            if child != parent:
                return child
        return parent

    def cross(self, mother: Case, father: Case, choices: Choices) -> Case:
        """Put the tasks of two cases together, or the faults and switches of one on the other."""
        if CROSS not in self._used:
            return self.child(mother, None, choices)
        if choices.percent(50):
            donors = mother.programs + father.programs
            count = min(len(donors), 1 + choices.below(TASKS_DRAWN_MAX))
            return replace(mother, programs=_together(choices.shuffled(donors)[:count]))
        faults = one_a_moment(mother.faults + father.faults)[:FAULTS_MAX]
        return replace(mother, faults=faults, schedule=father.schedule, switches=father.switches)

    def _disturbing(self, disturber: Disturber) -> Steps:
        return self._chosen(
            (24, FAULTS, disturber.add_faults),
            (6, FAULTS, disturber.move_fault),
            (6, FAULTS, disturber.drop_fault),
            (14, SCHEDULES, disturber.redraw_schedule),
            (4, SCHEDULES, disturber.constrain),
            (22, SWITCHES, disturber.add_switch),
            (6, SWITCHES, disturber.move_switch),
            (4, SWITCHES, disturber.drop_switch),
        )

    def _editing(self, editor: Editor) -> Steps:
        return self._chosen(
            (8, INSERT, editor.insert),
            (6, DELETE, editor.delete),
            (3, DUPLICATE, editor.duplicate),
            (4, SPLICE, editor.splice),
            (3, SWAP, editor.swap),
            (4, MOVE, editor.move),
            (16, ARGUMENTS, editor.change_argument),
            (3, TASKS, editor.add_task),
            (2, TASKS, editor.drop_task),
            (1, SETTINGS, self._redraw_settings),
            (5, SETTINGS, self._change_setting),
            (4 if len(self._kernels) > 1 else 0, KERNELS, self._change_kernel),
        )

    def _chosen(self, *steps: tuple[int, str, Step]) -> Steps:
        """Return the steps whose family is used, with their weights."""
        return tuple((weight, step) for weight, name, step in steps if name in self._used)

    def _changed(self, case: Case, passage: Passage | None, choices: Choices) -> Case:
        steps = self._disturbances if choices.percent(DISTURB_PERCENT) else self._edits
        steps = steps or self._disturbances or self._edits
        for _ in range(choices.one_of(STEPS_DRAWN) if steps else 0):
            case = _step(steps, choices)(case, passage, choices)
        return case

    def _redraw_settings(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        drawn = draw_settings(self._target, case.kernel, self._fixed, choices)
        return replace(case, settings=drawn)

    def _change_setting(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        texts = dict(case.settings)
        changed = change_setting(self._target, case.kernel, texts, self._fixed, choices)
        return replace(case, settings=changed)

    def _change_kernel(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        """Move a case to another kernel, if that can be configured so."""
        kernel = choices.one_of(self._kernels)
        fits = is_possible(self._target, kernel, dict(case.settings))
        return replace(case, kernel=kernel) if fits else case


def _step(steps: Steps, choices: Choices) -> Step:
    return steps[choices.weighed([weight for weight, _ in steps])][1]


def _together(donors: Sequence[Program]) -> tuple[Program, ...]:
    """Put tasks together under new names, without those that would make the case too long."""
    chosen: list[Program] = []
    room = OPERATIONS_IN_ALL
    for donor in donors:
        if not chosen or len(donor.operations) <= room:
            chosen.append(Program(TASK_NAMES[len(chosen)], donor.operations))
            room -= len(donor.operations)
    return tuple(chosen)
