"""Disturbance: faults and switches added to a program that stays as it is, or taken away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.search.generate import draw_fault, one_a_moment
from fuzz.search.schedules import RFF, draw_schedule, with_constraint
from fuzz.values.anchor import Anchor, Fault, Switch
from fuzz.world.schedule.hints import NO_HINTS, Hints

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.search.portfolio import Portfolio
    from fuzz.search.recall import Passage, Race
    from fuzz.search.swarm import Swarm
    from fuzz.values.choices import Choices

FAULTS_MAX: Final = 6
"""Faults of a mutated case: a person can still tell what each is for."""
LASTING_PERCENT: Final = 50
"""How often one more visit fails: a shortage seldom ends with the first request."""
BLIND_PERCENT: Final = 10
"""How often something is drawn without regard to what the parent's run passed."""
TROUBLED_PERCENT: Final = 50
"""How often a race is looked for after a fault, if there is one."""
ALONE_PERCENT: Final = 50
"""How often a new switch stands alone, instead of beside those of the run."""
NEAR: Final = 6
"""Fault points passed after a fault that count as near it."""
NEAR_PERCENT: Final = 60
"""How often a fault is added near another one, if there is one."""
SUFFIX_PERCENT: Final = 70
"""How often a new schedule leaves the beginning of the run as it was."""
HINTS_MAX: Final = 6
"""Constraints on what reads see; more than a few pull in all directions."""


class Disturber:
    """Adds, drops and moves faults and switches."""

    def __init__(self, swarm: Swarm, portfolio: Portfolio) -> None:
        """Let fail what the swarm has at the time, with schedules of a portfolio."""
        self._swarm = swarm
        self._portfolio = portfolio

    def add_faults(self, case: Case, passage: Passage | None, choices: Choices) -> Case:
        """Let something fail, and often the same again: a shortage lasts a while."""
        points = {point.name: point for point in self._swarm.points}
        if not case.programs or not points:
            return case
        passed = _where_faults_are_near(case, passage, choices) if passage else ()
        passed = tuple(anchor for anchor in passed if anchor.point in points)
        if not passed or choices.percent(BLIND_PERCENT):
            tasks = tuple(program.name for program in case.programs)
            fault = draw_fault(self._swarm.points, tasks, choices)
        else:
            anchor = choices.one_of(passed)
            fault = Fault(anchor, choices.one_of(points[anchor.point].faults))
        added = [fault]
        while choices.percent(LASTING_PERCENT) and len(added) < FAULTS_MAX:
            last = added[-1].at
            added.append(Fault(replace(last, visit=last.visit + 1), fault.outcome))
        return replace(case, faults=one_a_moment((*case.faults, *added))[-FAULTS_MAX:])

    def move_fault(self, case: Case, passage: Passage | None, choices: Choices) -> Case:
        """Let another visit fail in place of one: of the same point, or one that comes soon."""
        if not case.faults:
            return case
        which = choices.below(len(case.faults))
        fault = case.faults[which]
        same = [
            anchor
            for anchor in (passage.failing if passage else ())
            if anchor.point == fault.at.point and anchor != fault.at
        ]
        goal = choices.one_of(same) if same else replace(fault.at, visit=fault.at.visit + 1)
        rest = case.faults[:which] + case.faults[which + 1 :]
        return replace(case, faults=one_a_moment((*rest, replace(fault, at=goal))))

    def drop_fault(self, case: Case, _: Passage | None, choices: Choices) -> Case:
        """Let something succeed again."""
        if not case.faults:
            return case
        which = choices.below(len(case.faults))
        return replace(case, faults=case.faults[:which] + case.faults[which + 1 :])

    def redraw_schedule(self, case: Case, passage: Passage | None, choices: Choices) -> Case:
        """Draw the whole schedule again, or keep what the run decided up to some moment."""
        if passage is None or not passage.decisions or not choices.percent(SUFFIX_PERCENT):
            schedule = self._portfolio.schedule(choices, passage=passage)
            return replace(case, switches=(), schedule=schedule)
        after = choices.below(passage.decisions)
        kept = len(passage.switches) * after // passage.decisions
        schedule = self._portfolio.schedule(choices, after=after, passage=passage)
        return replace(case, switches=passage.switches[:kept], schedule=schedule)

    def constrain(self, case: Case, passage: Passage | None, choices: Choices) -> Case:
        """Say of one more read what it should see, and what not (Wolff and others, ASPLOS 2024)."""
        if passage is None or not passage.sharings:
            return case
        old = case.schedule.hints if case.schedule else NO_HINTS
        hints = Hints(take=old.take, avoid=old.avoid)
        if len(hints.take + hints.avoid) >= HINTS_MAX:
            hints = NO_HINTS
        schedule = draw_schedule(choices, RFF, passage=passage)
        schedule = replace(schedule, hints=with_constraint(hints, passage, choices))
        return replace(case, switches=(), schedule=schedule)

    def add_switch(self, case: Case, passage: Passage | None, choices: Choices) -> Case:
        """Let another task through before a visit, and as far as it gets."""
        if passage is None or len(passage.tasks) <= 1:
            return case
        if passage.races and not choices.percent(BLIND_PERCENT):
            race = _race(passage, choices)
            switch = Switch(race.at, race.to)
        else:
            switch = Switch(choices.one_of(passage.visits), choices.one_of(passage.tasks))
        if switch.at.task == switch.to:
            return case
        base = () if choices.percent(ALONE_PERCENT) else passage.switches
        return replace(case, switches=with_switch(base, switch), schedule=None)

    def move_switch(self, case: Case, passage: Passage | None, choices: Choices) -> Case:
        """Let another task through a little earlier or later than the run did."""
        if passage is None or not passage.switches:
            return case
        which = choices.below(len(passage.switches))
        switch = passage.switches[which]
        own = [anchor for anchor in passage.visits if anchor.task == switch.at.task]
        if switch.at not in own:  # The run ended before the task went on.
            return case
        index = own.index(switch.at) + choices.one_of((-2, -1, 1, 2))
        if not 0 <= index < len(own):
            return case
        rest = passage.switches[:which] + passage.switches[which + 1 :]
        moved = with_switch(rest, replace(switch, at=own[index]))
        return replace(case, switches=moved, schedule=None)

    def drop_switch(self, case: Case, passage: Passage | None, choices: Choices) -> Case:
        """Let a task go on where the run switched."""
        switches = case.switches if case.schedule is None or not passage else passage.switches
        if not switches:
            return replace(case, schedule=None)
        which = choices.below(len(switches))
        return replace(case, switches=switches[:which] + switches[which + 1 :], schedule=None)


def with_switch(switches: tuple[Switch, ...], switch: Switch) -> tuple[Switch, ...]:
    """Add a switch, in place of one at the same visit."""
    return (*(other for other in switches if other.at != switch.at), switch)


def _race(passage: Passage, choices: Choices) -> Race:
    """Draw the thing first: rare things matter as much as those that every step touches."""
    if choices.percent(TROUBLED_PERCENT):
        troubled = [
            found for races in passage.races if (found := [one for one in races if one.troubled])
        ]
        if troubled:
            return choices.one_of(choices.one_of(troubled))
    return choices.one_of(choices.one_of(passage.races))


def _where_faults_are_near(case: Case, passage: Passage, choices: Choices) -> tuple[Anchor, ...]:
    """Choose where a fault may be added: often soon after another one, where few tests ever get."""
    known = {fault.at for fault in case.faults}
    hit = [number for number, anchor in enumerate(passage.failing) if anchor in known]
    if hit and choices.percent(NEAR_PERCENT):
        start = choices.one_of(hit) + 1
        near = passage.failing[start : start + NEAR]
        if near:
            return near
    return passage.failing
