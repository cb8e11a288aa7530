"""What happens before what in a run, and which of its steps could have come the other way round.

Vector clocks over steps: a step comes after those of its own task, after what let it run, and after
each earlier step that it conflicts with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fuzz.verify.footprint import Footprint, Place
    from fuzz.verify.tape import Step

Clock: TypeAlias = dict[int, int]
"""For each task, the number of its last step that comes before."""


class Order:
    """The order of the steps of one run."""

    def __init__(self, steps: Sequence[Step]) -> None:
        """Order the steps; `races` is filled on the way."""
        self._steps = steps
        self.clocks: list[Clock] = []
        self.races: list[tuple[int, int]] = []
        """Pairs of steps that conflict, with nothing in between that keeps them in their order."""
        self._last: Clock = {}
        self._written: dict[Place, int] = {}
        self._read: dict[Place, Clock] = {}
        self._updated: dict[Place, Clock] = {}
        for number in range(len(steps)):
            self._add(number)

    def is_before(self, one: int, other: int) -> bool:
        """Whether an earlier step has to come before a later one."""
        return self.clocks[other].get(self._steps[one].task, -1) >= one

    def needs(self, number: int, one: int) -> bool:
        """Whether a step could not be without an earlier one, even if both were independent."""
        task = self._steps[number].task
        mine = next((n for n in range(number - 1, -1, -1) if self._steps[n].task == task), -1)
        before = (mine, *self._steps[number].after)
        return any(other >= one and self.is_before(one, other) for other in before)

    def _add(self, number: int) -> None:
        step = self._steps[number]
        clock: Clock = dict(self._last) if step.time_passed else {}
        mine = self._last.get(step.task)
        for earlier in (*([] if mine is None else [mine]), *step.after):
            _join(clock, self.clocks[earlier])
        rivals = {n for n in self._rivals(step.footprint) if n > clock.get(self._steps[n].task, -1)}
        for rival in sorted(rivals, reverse=True):
            task = self._steps[rival].task
            if rival > clock.get(task, -1) and task != step.task:
                self.races.append((rival, number))
                _join(clock, self.clocks[rival])
        clock[step.task] = number
        self.clocks.append(clock)
        self._last[step.task] = number
        self._remember(step.footprint, step.task, number)

    def _rivals(self, footprint: Footprint) -> Iterator[int]:
        if footprint.ends_all:
            yield from self._last.values()
            return
        nobody: Clock = {}
        for places, others in (
            (footprint.reads, (self._updated,)),
            (footprint.updates, (self._read,)),
            (footprint.writes, (self._read, self._updated)),
        ):
            for place in places:
                written = self._written.get(place)
                if written is not None:
                    yield written
                for other in others:
                    yield from other.get(place, nobody).values()

    def _remember(self, footprint: Footprint, task: int, number: int) -> None:
        for place in footprint.writes:
            self._written[place] = number
            self._read.pop(place, None)
            self._updated.pop(place, None)
        for place in footprint.reads:
            self._read.setdefault(place, {})[task] = number
        for place in footprint.updates:
            self._updated.setdefault(place, {})[task] = number


def initials(order: Order, steps: Sequence[Step], part: Iterable[int]) -> list[int]:
    """Return the tasks with whose next step a part of a run could begin, in their order there."""
    seen: list[int] = []
    first: list[int] = []
    tasks: set[int] = set()
    for number in part:
        task = steps[number].task
        if task not in tasks and not any(order.is_before(other, number) for other in seen):
            first.append(task)
        tasks.add(task)
        seen.append(number)
    return first


def _join(clock: Clock, other: Clock) -> None:
    for task, number in other.items():
        if number > clock.get(task, -1):
            clock[task] = number
