"""Faults drawn by attributes, with the tests in the order in which the kernel makes them.

A test that refuses ends the evaluation, so the order decides what the later ones get to count.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from fuzz.world.event import runs_within
from fuzz.world.faults.attributes import UNLIMITED, Attributes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fuzz.values.choices import Choices
    from fuzz.values.point import Point
    from fuzz.world.task import Task


class OrderOfTests(Enum):
    """How kernels differ in the order of tests."""

    PLAIN = "4.9 to 4.12: the stack filter comes last, and there is no fail-nth"
    FAIL_NTH_FIRST = "4.14 to 6.1: as before, but fail-nth comes before everything"
    STACK_FIRST = "6.3 on: the stack filter comes before what counts, fail-nth included"


class DrawnFaults:
    """Fails requests by the attributes of one facility, or of one point."""

    def __init__(
        self,
        attributes: Attributes,
        choices: Choices,
        rules: OrderOfTests = OrderOfTests.STACK_FIRST,
    ) -> None:
        """Draw by `attributes` from `choices`, with the tests in the order of `rules`."""
        self._attributes = attributes
        self._choices = choices
        self._rules = rules
        self._times = attributes.times
        self._space = attributes.space
        self._count = 0
        self._until_nth: dict[str, int] = {}

    def counts_down(self, task: Task) -> bool:
        """Whether fail-nth is set for `task`, which keeps all else from being evaluated for it."""
        return self._rules is not OrderOfTests.PLAIN and self._nth(task) > 0

    def decide(
        self, task: Task, point: Point, visit: int, size: int, *, exempt: bool
    ) -> str | None:
        """Return what goes wrong, drawn when there are several ways, or None."""
        del visit  # a facility knows how often it was asked, not how often a point was passed
        if exempt and self._attributes.ignore_gfp_wait:
            return None
        own = self._attributes.capability in (point.capability, point.name)
        if not own and not point.capability:
            return None
        if not self._should_fail(task, size, own=own):
            return None
        if own and self._times != UNLIMITED:
            self._times = max(0, self._times - 1)
        return point.faults[0] if len(point.faults) == 1 else self._choices.one_of(point.faults)

    def _should_fail(self, task: Task, size: int, *, own: bool) -> bool:
        if self.counts_down(task):
            stack_first = self._rules is OrderOfTests.STACK_FIRST and own
            if stack_first and not self._is_on_stack(task, size):
                return False
            self._until_nth[task.name] = self._nth(task) - 1
            return not self._nth(task)
        return own and all(test(task, size) for test in self._tests())

    def _nth(self, task: Task) -> int:
        names = self._attributes.task_filter
        armed = self._attributes.fail_nth if not names or task.name in names else 0
        return 0 if task.interrupt else self._until_nth.get(task.name, armed)

    def _tests(self) -> Sequence[Callable[[Task, int], bool]]:
        who = (self._is_on, self._is_for_task, self._has_times_left)
        amount = (self._has_used_up_space, self._is_due)
        match self._rules:
            case OrderOfTests.PLAIN | OrderOfTests.FAIL_NTH_FIRST:
                return (*who, *amount, self._is_drawn, self._is_on_stack)
            case OrderOfTests.STACK_FIRST:
                return (*who, self._is_on_stack, *amount, self._is_drawn)

    def _is_on(self, _task: Task, _size: int) -> bool:
        return self._attributes.probability > 0

    def _is_for_task(self, task: Task, _size: int) -> bool:
        names = self._attributes.task_filter
        return not names or (not task.interrupt and task.name in names)

    def _has_times_left(self, _task: Task, _size: int) -> bool:
        return self._times != 0

    def _has_used_up_space(self, _task: Task, size: int) -> bool:
        if self._space > size:
            self._space -= size
            return False
        return True

    def _is_due(self, _task: Task, _size: int) -> bool:
        interval = self._attributes.interval
        if interval == 1:
            return True
        self._count += 1
        return self._count % interval == 0

    def _is_drawn(self, _task: Task, _size: int) -> bool:
        return self._choices.percent(self._attributes.probability)

    def _is_on_stack(self, _task: Task, _size: int) -> bool:
        within = self._attributes.within
        return not within or runs_within(within)
