"""The tape of one run: its steps in order, each with its footprint and what it comes after."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from fuzz.values.point import Access
from fuzz.verify.footprint import NOTHING
from fuzz.verify.guards import SPACE, Guards, holder_of, spins
from fuzz.verify.page import ANY, CONTENTION
from fuzz.verify.world import HELD, WAITS

if TYPE_CHECKING:
    from collections.abc import Collection

    from fuzz.values.point import Point
    from fuzz.verify.footprint import Footprint
    from fuzz.verify.guards import Holds, Key
    from fuzz.verify.ledger import Ledger
    from fuzz.verify.world import VerifiedWorld
    from fuzz.world.task import Task

LOCKS: Final = frozenset({"fuzz.world.sync.mutex", "fuzz.world.sync.spinlock"})
"""Where the locks are that one task holds alone, and of which nobody can see who waits."""


class Step:
    """What a task did from when it was chosen to its next announcement."""

    __slots__ = ("after", "cpu", "footprint", "holds", "keys", "node", "task", "time_passed")

    def __init__(self, task: Task, node: int, after: tuple[int, ...], *, time_passed: bool) -> None:
        """Begin the step of a task, which was chosen at a node."""
        self.task = task.number
        self.cpu = task.cpu.number
        self.keys: tuple[Key, ...] = ()
        """The guards that can keep it back."""
        self.holds: Holds = {}
        """What was held just before it."""
        self.node = node
        self.after = after
        """The steps that let it run: the one that made its task, or woke it."""
        self.time_passed = time_passed
        """Whether the clock moved before it, which it does only where nobody can run."""
        self.footprint: Footprint


class Tape:
    """Notes the steps of a run as they begin and end."""

    def __init__(self, ledger: Ledger, tasks: Collection[str], *, reduces: bool) -> None:
        """Begin with no step, and do not listen yet: a system that comes up does so alone."""
        self.ledger = ledger
        self.tasks = tasks
        """The names of the tasks of the case: all others work for them."""
        self.reduces = reduces
        """Whether anybody wants to know what steps did."""
        ledger.begin_run()
        self.steps: list[Step] = []
        self.undisturbed: Task | None = None
        """Whose operation is one that only its own task and workers may be at."""
        self.node = 0
        """The node at which the running task was chosen last."""
        self.live = False
        """Whether the machine is prepared, and steps are noted."""
        self._open = False
        self._wanted: dict[Task, Any] = {}
        self._near: dict[Task, Any] = {}
        self._task: Task
        self._lock: Any = None
        self._guards: Guards
        self._enabled: dict[int, list[int]] = {}
        self._time_passed = False
        self._stopped = False
        self.world: VerifiedWorld

    def listen(self) -> None:
        """Note steps from now on: the system is up."""
        self.live = True
        self._guards = Guards(self.world)

    def wants(self, task: Task, point: Point) -> None:
        """Note which lock a task is about to take, if it is going to wait for it in any case.

        Called by `reach`, which a lock calls: an attempt that may fail is no such thing.
        """
        wanted = near = None
        if point.access is Access.LOCK:
            caller = sys._getframe(2)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - documented
            if caller.f_globals["__name__"] in LOCKS:
                near = caller.f_locals["self"]
                wanted = near if caller.f_code.co_name == "acquire" else None
        self._near[task] = near
        self._wanted[task] = wanted

    def is_held_up(self, task: Task) -> bool:
        """Whether a task would do nothing but begin to wait for a lock.

        Nobody can tell whether it does so now or when the lock is free, so there is no need to
        look at both; unless it spins on a CPU that somebody needs who is to drop the lock.
        """
        lock = self._wanted.get(task)
        if lock is None or CONTENTION in self.ledger.ordered:
            return False
        holder = holder_of(lock)
        if holder is None or not spins(lock):
            return holder is not None
        return holder.preempt_count > 0 and holder.cpu is not task.cpu

    def begin(self, task: Task) -> None:
        """Begin a step of the task that goes on."""
        if not self.live:
            self.ledger.begin_step()
            return
        self.end()
        number = task.number
        self.ledger.maker = number
        self.ledger.begin_step()
        cpu = task.cpu
        reads = self.ledger.reads
        reads[id(cpu), HELD] = cpu
        reads[id(task), "cpu"] = task
        reads[id(task), WAITS] = task
        after = tuple(self._enabled.pop(number, ()))
        step = Step(task, self.node, after, time_passed=self._time_passed)
        step.keys = self._keys(task)
        step.holds = self._guards.holds
        self.steps.append(step)
        self._task = task
        self._lock = self._near.get(task)
        self._time_passed = False
        self._open = True

    def end(self) -> None:
        """End the step that is under way, if one is."""
        if not self._open:
            return
        self._open = False
        if not self.reduces:
            self.steps[-1].footprint = NOTHING
            return
        trace = self.world.trace
        key = id(trace), ANY
        if key in self.ledger.reads:  # Who looks at the time comes before or after who else does.
            self.ledger.writes[key] = trace
        footprint = self.ledger.footprint()
        if self._stopped:
            footprint = footprint._replace(ends_all=True)
        self.steps[-1].footprint = footprint
        self._guards.note(len(self.steps) - 1, self._task, self._lock, self.undisturbed)

    def _keys(self, task: Task) -> tuple[Key, ...]:
        keys: list[Key] = [("irq" if task.interrupt else "cpu", task.cpu.number)]
        wanted = self._wanted.get(task)
        if wanted is not None and self.reduces and CONTENTION not in self.ledger.ordered:
            keys.append(("lock", id(wanted)))
        if task.name in self.tasks:
            keys.append(SPACE)
        return tuple(keys)

    def enable(self, task: Task) -> None:
        """Note that the running step lets a task run."""
        if self._open:
            self._enabled.setdefault(task.number, []).append(len(self.steps) - 1)

    def nobody_runs(self) -> None:
        """Note that nothing can run: if anything ever does, the clock has let it."""
        self._time_passed = self.live

    def stopped(self) -> None:
        """Note that the running step stops the machine."""
        self._stopped = self._open
