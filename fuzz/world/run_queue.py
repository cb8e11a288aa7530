"""Who may run: the tasks that are ready, less those that their CPU keeps waiting."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fuzz.world.task import Cpu, Task

BY_NUMBER: Final = attrgetter("number")


class RunQueue:
    """Ready tasks by number, and the CPUs on which some of them have preemption disabled."""

    __slots__ = ("_ready", "eligible")

    def __init__(self) -> None:
        """Make an empty queue."""
        self._ready: list[Task] = []
        self.eligible: list[Task] | None = None
        """What `find` found last; None once that no longer holds."""

    def find(self) -> list[Task]:
        """Find who may run: ready, and not kept from its CPU by a task with preemption off."""
        self.eligible = eligible = [
            task
            for task in self._ready
            if (holder := (cpu := task.cpu).holder) is None
            or holder is task
            or (task.interrupt and not cpu.masked)
        ]
        return eligible

    def add(self, task: Task) -> None:
        """Let a task run from now on."""
        task.ready = True
        self._ready.append(task)
        self._ready.sort(key=BY_NUMBER)
        self.eligible = None

    def remove(self, task: Task) -> None:
        """Let a task run no more."""
        task.ready = False
        self._ready.remove(task)
        self.eligible = None

    def preempt_disable(self, task: Task, *, irqs: bool) -> None:
        """Let `task` hold its CPU, with `irqs` against interrupts too, until `preempt_enable`."""
        if irqs:
            task.cpu.masked += 1
            self.eligible = None
        task.preempt_count += 1
        if task.preempt_count == 1:
            self.hold_cpu(task)

    def preempt_enable(self, task: Task, *, irqs: bool) -> None:
        """Undo one `preempt_disable`."""
        if irqs:
            assert task.cpu.masked > 0, "interrupts were not disabled"
            task.cpu.masked -= 1
            self.eligible = None
        assert task.preempt_count > 0, "preemption was not disabled"
        task.preempt_count -= 1
        if not task.preempt_count:
            self.free_cpu(task)

    def hold_cpu(self, task: Task) -> None:
        """Keep the other tasks of this CPU away; an interrupt does so even to a task that does."""
        cpu = task.cpu
        cpu.holders.append(task)
        cpu.holder = task
        self.eligible = None

    def free_cpu(self, task: Task) -> None:
        """Give the CPU back to the task that was interrupted, or to all of its tasks."""
        cpu = task.cpu
        cpu.holders.remove(task)
        cpu.holder = cpu.holders[-1] if cpu.holders else None
        self.eligible = None
        if cpu.released is not None and not cpu.holders:
            cpu.released.wake_all()

    def move(self, task: Task, cpu: Cpu) -> None:
        """Let a task run on another CPU; it must not hold the one that it leaves."""
        assert task not in task.cpu.holders, "a task with preemption disabled stays on its CPU"
        task.cpu = cpu
        self.eligible = None
