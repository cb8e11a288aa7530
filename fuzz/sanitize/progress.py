"""Progress: tasks that wait for ever, with whom and what they wait for, and runs without an end.

Who waits for a lock waits for its holders; a circle of those is one deadlock.
Who only waits behind somebody that hangs is told of with him, and is no finding of its own.
"""

from __future__ import annotations

from inspect import currentframe
from typing import TYPE_CHECKING, Final

from fuzz.sanitize.rounds import Rounds
from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from fuzz.world.contexts import HUNG_TASK, LIVELOCK, hung_title, lockup_title
from fuzz.world.event import model_frame
from fuzz.world.observer import Hold, Observer

if TYPE_CHECKING:
    from fuzz.world.observer import Lock
    from fuzz.world.task import Task
    from fuzz.world.world import World

LOST_WAKEUP: Final = Promise(
    "lost-wakeup",
    "Whoever waits for something is woken once it has come true.",
    Harm.HANG,
    "oracle 7",
    "progress",
)


class Progress(Observer):
    """Remembers who holds what and who wants it, and explains why nothing goes on."""

    def __init__(self, world: World) -> None:
        """Watch a world in which nothing has run yet."""
        self._world = world
        self._wanted: dict[Task, Lock] = {}
        self._holders: dict[Lock, list[Task]] = {}
        self._rounds = Rounds(world)

    def acquiring(self, task: Task, lock: Lock, hold: Hold) -> None:
        """Remember what a task may have to wait for."""
        del hold
        self._wanted[task] = lock

    def acquired(self, task: Task, lock: Lock, hold: Hold) -> None:
        """Remember who holds a lock."""
        del hold
        self._wanted.pop(task, None)
        holders = self._holders.get(lock)
        if holders is None:
            self._holders[lock] = [task]
        else:
            holders.append(task)

    def released(self, task: Task, lock: Lock, hold: Hold) -> None:
        """Forget a holder; some locks are dropped by another task than took them."""
        del hold
        holders = self._holders.get(lock)
        if holders:
            if task in holders:
                holders.remove(task)
            else:
                holders.pop()

    # Nothing can run

    def stuck(self) -> None:
        """Report each circle of tasks, and each task that hangs without waiting for another."""
        stuck = [task for task in self._world.tasks if task.waits]
        behind = {task: self._reached(task, stuck) for task in stuck}
        told: list[Task] = []
        for task in stuck:
            if task in told:
                continue
            if task in behind[task]:
                circle = [one for one in behind[task] if task in behind[one]]
                told += circle
                self._report_circle(circle, self._waiting_behind(circle, behind))
            elif not behind[task]:
                self._report_task(task, self._waiting_behind([task], behind))

    def _blockers(self, task: Task) -> list[Task]:
        """Return who holds what a task waits for."""
        lock = self._wanted.get(task)
        if lock is None or task.pending is not lock.lock_class.wait:
            return []
        return self._holders.get(lock, [])

    def _reached(self, task: Task, stuck: list[Task]) -> list[Task]:
        """Return for whom a task waits, directly or not, as far as they wait themselves."""
        found: list[Task] = []
        left = [task]
        while left:
            for other in self._blockers(left.pop()):
                if other in stuck and other not in found:
                    found.append(other)
                    left.append(other)
        return sorted(found, key=lambda one: one.number)

    @staticmethod
    def _waiting_behind(roots: list[Task], behind: dict[Task, list[Task]]) -> str:
        others = [
            f"{task.name} in {place_of(task)}"
            for task, before in behind.items()
            if task not in roots and roots[0] in before
        ]
        return f"; behind that wait {', '.join(others)}" if others else ""

    def _report_circle(self, circle: list[Task], others: str) -> None:
        places = tuple(sorted({place_of(task) for task in circle}))
        title = hung_title(circle, places) + ", by itself" * (len(circle) == 1)
        detail = "; ".join(self._wait_text(task) for task in circle) + others
        self._world.report(HUNG_TASK, title, detail, place=places)

    def _report_task(self, task: Task, others: str) -> None:
        place = place_of(task)
        lost = task.awaits is not None and task.awaits()
        detail = self._wait_text(task) + others
        if lost:
            title = f"{hung_title([task], [place])} although it need not"
            detail = f"what it waits for is true, and nobody woke it after it became so: {detail}"
            self._world.report(LOST_WAKEUP, title, detail, place=place)
        else:
            self._world.report(HUNG_TASK, hung_title([task], [place]), detail, place=place)

    def _wait_text(self, task: Task) -> str:
        """Say what a task waits for, who has it, and what it holds itself."""
        text = f"{task.name} waits at {task.pending.name}: {task.pending.sentence}"
        holders = ", ".join(
            f"{one.name}, which has ended" if one.done else one.name for one in self._blockers(task)
        )
        held = [lock for lock, tasks in self._holders.items() if task in tasks]
        names = ", ".join(f"{lock.lock_class.name} {lock.instance}" for lock in held)
        return (
            text
            + (f", held by {holders}" if holders else "")
            + (f", while it holds {names}" if names else "")
        )

    # No end

    def tired(self) -> None:
        """Look where the running task is: the run is likely to have no end."""
        self._rounds.look(currentframe())

    def spent(self) -> None:
        """Report that there was no end, and what went round."""
        title = lockup_title(self._world)
        self._world.report(LIVELOCK, title, self._rounds.text(), place=self._rounds.places())


def place_of(task: Task) -> str:
    """Name the function in which a task waits."""
    stack = model_frame(task.greenlet.gr_frame if task.greenlet else None)
    return stack.f_code.co_name if stack else task.pending.name
