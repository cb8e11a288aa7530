"""SURW: selectively uniform random walk (Zhao and others, ASPLOS 2025).

Among the accesses of interest every order is equally likely, if the counts are exact and nothing
blocks: a task is chosen in proportion to how many of them it has left.
What comes between them is ordered by random priorities.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fuzz.values.choices import Choices
    from fuzz.world.event import Event
    from fuzz.world.schedule.hints import Hints
    from fuzz.world.task import Task

PRIORITIES: Final = 1 << 30


class SelectivelyUniform:
    """Owes each next access of interest to a task drawn by weight; others wait before theirs."""

    __slots__ = (
        "_among",
        "_choices",
        "_counts",
        "_held",
        "_left",
        "_owed",
        "_priorities",
        "_seen",
        "_trace",
    )

    def __init__(self, choices: Choices, hints: Hints) -> None:
        """Sample the order of the accesses `hints.among`; of all accesses where it names none."""
        self._choices = choices
        self._among = frozenset(hints.among)
        self._counts = dict(hints.counts)
        self._trace: Sequence[Event] = ()
        self._seen = 0
        self._left: dict[Task, int] = {}
        """How many accesses of interest each task met so far has left."""
        self._priorities: dict[Task, int] = {}
        self._held: set[Task] = set()
        """Tasks that wait before an access of interest, which another one is owed."""
        self._owed: Task | None = None

    def read(self, trace: Sequence[Event]) -> None:
        """Count what has passed from now on."""
        self._trace = trace

    def pick(self, eligible: Sequence[Task], announcer: Task, *, stays: bool) -> Task:
        """Choose by priority, but let an access of interest be made only by who is owed it."""
        del announcer, stays
        self._catch_up(eligible)
        while True:
            free = [task for task in eligible if task not in self._held]
            if not free:  # Who is owed the access cannot come to it.
                self._settle()
                continue
            candidate = max(free, key=self._priority)
            if self._is_of_interest(candidate) and not self._is_owed(candidate, free):
                self._held.add(candidate)
                continue
            del self._priorities[candidate]
            return candidate

    def _is_of_interest(self, task: Task) -> bool:
        return not self._among or task.pending.name in self._among

    def _is_owed(self, candidate: Task, free: Sequence[Task]) -> bool:
        """Whether the candidate may make its access; the debt is paid then."""
        if self._owed not in free:
            self._owed = self._drawn(free, candidate)
        if self._owed is not candidate:
            return False
        self._settle()
        return True

    def _settle(self) -> None:
        """Hold nobody any more, and owe nobody anything."""
        self._held.clear()
        self._owed = None

    def _drawn(self, free: Sequence[Task], candidate: Task) -> Task:
        """Draw a task by what it has left; the candidate is about to make one access at least.

        Where nothing is known of any task, all are alike.
        """
        least = {task: int(task is candidate or not self._counts) for task in free}
        weights = [max(self._left[task], least[task]) for task in free]
        return free[self._choices.weighed(weights)]

    def _priority(self, task: Task) -> int:
        if task not in self._priorities:
            self._priorities[task] = self._choices.below(PRIORITIES)
        return self._priorities[task]

    def _catch_up(self, eligible: Sequence[Task]) -> None:
        """Meet new tasks, and count what has passed."""
        for task in eligible:
            if task not in self._left:
                self._left[task] = self._counts.get(task.name, 0)
                if task.parent in self._left:
                    self._part(task.parent, task)
        for task, point, _, _ in self._trace[self._seen :]:
            self._priorities.pop(task, None)
            if task in self._left and (not self._among or point.name in self._among):
                self._left[task] -= 1
        self._seen = len(self._trace)

    def _part(self, parent: Task, child: Task) -> None:
        """Take a new task's share from who has started it, and maybe what that one is owed."""
        share, whole = self._left[child], self._left[parent]
        if self._owed is parent and whole > 0 and self._choices.below(whole) < share:
            self._owed = child
        self._left[parent] = whole - share
