"""The world: one execution of one case.

The one rule: a task announces its next access, the world may switch, then the access happens.
Everything that replays, explains or reduces a run rests on it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from greenlet import getcurrent, greenlet

from fuzz.values.anchor import Anchor, Fault, Switch
from fuzz.values.point import BEGIN, END, Point
from fuzz.values.sanitizers import ALL, Sanitizers
from fuzz.world import contexts
from fuzz.world.audience import Audience
from fuzz.world.clock import Clock
from fuzz.world.run_queue import RunQueue
from fuzz.world.strategy import DefaultOrder, FaultPlan, Strategy, shown_the_trace
from fuzz.world.task import BOOT, Body, Cpu, Names, Task, Unwind, home_of

STEPS_MAX: Final = 50_000
"""Points after which a run counts as a livelock; a generated case passes a few hundred."""


class World(Audience):
    """Tasks, CPUs, clock, faults and trace of one run. Nothing outside it changes while it runs."""

    def __init__(
        self,
        *,
        cpus: int = 2,
        strategy: Strategy | None = None,
        faults: FaultPlan | None = None,
        steps_max: int = STEPS_MAX,
        sanitizers: Sanitizers = ALL,
    ) -> None:
        """Make a world of `cpus` idle CPUs."""
        assert cpus >= 1, "a machine has a CPU"
        super().__init__()
        self.cpus = [Cpu(number) for number in range(cpus)]
        self.tasks: list[Task] = []
        self.clock = Clock()
        self.injected: list[Fault] = []
        self.sanitizers = sanitizers
        """Which are on: who makes what one of them needs asks here."""
        self._deviations: list[tuple[Task, Point, int, Task]] = []
        self.follow(strategy or DefaultOrder(), faults)
        self.steps_max = steps_max
        self._tired_after = steps_max - steps_max // contexts.TIRED_PART
        self._queue = RunQueue()
        self._names = Names()

    def follow(self, strategy: Strategy, faults: FaultPlan | None = None) -> None:
        """Ask these, from now on, who goes on and what fails."""
        self._pick = shown_the_trace(strategy, self.trace).pick
        self._plan = faults

    @property
    def switches(self) -> tuple[Switch, ...]:
        """Where the run left the default order; with `injected`, all that a replay needs."""
        return tuple(
            Switch(Anchor(task.name, point.name, visit), chosen.name)
            for task, point, visit, chosen in self._deviations
        )

    def spawn(
        self, name: str, body: Body, *, cpu: int | None = None, interrupt: bool = False
    ) -> Task:
        """Add a task that is ready to run `body`; without `cpu`, CPUs are dealt in turn.

        A name that is taken gets a number: `irq`, `irq.2`, `irq.3`.
        """
        number = len(self.tasks)
        home = home_of(self.cpus, number if cpu is None else cpu)
        task = Task(number, self._names.take(name), home, body, interrupt=interrupt)
        task.parent = self._running
        task.born = len(self.trace)
        self.tasks.append(task)
        self._queue.add(task)
        for hook in self.hooks.spawned:
            hook(self._running, task)
        return task

    def move(self, task: Task, cpu: Cpu) -> None:
        """Let a task, which must not have preemption disabled, run on another CPU."""
        self._queue.move(task, cpu)

    def boot(self, body: Body) -> None:
        """Run `body` alone, before all else; only what it did and found is kept of it.

        A machine that does not come up, because of a fatal finding or a hang, runs nothing else.
        """
        self.spawn(BOOT, body)
        self.run()
        if all(task.done for task in self.tasks):
            self.over = False
            self._names = Names()
            for memory in (self.tasks, self.trace, self.injected, self._deviations):
                memory.clear()

    def run(self) -> None:
        """Run all tasks to their end, or until a fatal finding; nothing of the run survives it."""
        try:
            self.settle()
        finally:
            self.unwind()

    def settle(self) -> None:
        """Run until nothing can go on; tasks spawned after that may do so again. Then `unwind`."""
        self._hub = getcurrent()
        while not self.over and (chosen := self._next_after(self._running)) is not None:
            self._go_to(chosen)
        contexts.report_hung(self)
        self._nobody_runs()

    def _live(self) -> None:
        """Be a task: start, do the work, hand over."""
        with suppress(Unwind):
            task = self.running
            self.reach(BEGIN, task.number)
            task.body()
            if task.preempt_count:
                contexts.report_atomic_end(self, task)
                self._queue.free_cpu(task)
            for hook in self.hooks.ended:
                hook(task)
            self._leave(END, task.number)
            task.done = True

    def _leave(self, point: Point, instance: int) -> None:
        """Announce `point` and stop being ready; the visit anchors the choice of the next task."""
        task = self.running
        task.visits[point] = visit = task.visits.get(point, 0) + 1
        task.pending = point
        task.pending_instance = instance
        self._queue.remove(task)
        self.trace.append((task, point, visit, instance))
        self._passed()

    def unwind(self) -> None:
        """End the greenlets that are left, in task order, so that their `finally` runs now."""
        self.over = True
        errors: list[Exception] = []
        for task in self.tasks:
            self._now_runs(task)
            errors += task.unwind()
        self._nobody_runs()
        if errors:
            raise errors[0]

    def reach(self, point: Point, instance: int = 0) -> None:
        """Announce an access, let the world switch, and return when the access may happen."""
        if self.over:
            raise Unwind
        task = self._running
        assert task is not None, "points are passed by tasks"
        visit = task.visits[point] = task.visits.get(point, 0) + 1
        task.pending = point
        task.pending_instance = instance
        eligible = self._queue.eligible or self._queue.find()
        if len(eligible) > 1:
            chosen = self._pick(eligible, task, stays=True)
            if chosen is not task:
                self._deviations.append((task, point, visit, chosen))
                self._go_to(chosen)
        trace = self.trace
        trace.append((task, point, visit, instance))
        if self._watchers or len(trace) > self._tired_after:
            self._passed()

    def _passed(self) -> None:
        """Look at the event that was recorded last: show it, and count it against the budget."""
        for watcher in self._watchers:
            watcher.passed(self.trace[-1])
        if len(self.trace) > self._tired_after and contexts.go_on_or_spent(self):
            self.over = True
            raise Unwind

    def _go_to(self, chosen: Task) -> None:
        """Hand the machine to another task, and return when this one is chosen again."""
        self._now_runs(chosen)
        if chosen.greenlet is None:
            chosen.greenlet = greenlet(self._live, parent=self._hub)
        chosen.greenlet.switch()

    def _now_runs(self, task: Task) -> None:
        task.turns += 1
        self._running = self.running = task

    def _next_after(self, announcer: Task | None) -> Task | None:
        """Choose who runs after a task has blocked or ended; None when nothing ever can."""
        while not (eligible := self._queue.find()):
            self._nobody_runs()  # What the clock does is done by no task.
            if not self.clock.advance():
                if announcer is not None:
                    self._now_runs(announcer)
                return None
        if announcer is None:
            return eligible[0]
        chosen = self._pick(eligible, announcer, stays=False)
        if chosen is not eligible[0]:
            point = announcer.pending
            self._deviations.append((announcer, point, announcer.visits[point], chosen))
        return chosen

    def park(self, point: Point, instance: int = 0, *, sleeps: bool = True) -> None:
        """Wait at `point` until another task wakes this one.

        `sleeps` is False for a spinner, which keeps its CPU and may wait in any context.
        """
        if self.over:
            raise Unwind
        task = self.running
        holds_cpu = sleeps and task.preempt_count > 0
        if sleeps:
            self.might_sleep()
        if holds_cpu:
            self._queue.free_cpu(task)
        self._leave(point, instance)
        task.waits = True
        chosen = self._next_after(task)
        if chosen is None:
            self._hub.switch()
        elif chosen is not task:
            self._go_to(chosen)
        self._now_runs(task)
        if holds_cpu:
            self._queue.hold_cpu(task)

    def wake(self, task: Task) -> None:
        """Let a waiting task go on when it is chosen; a task that does not wait is left alone."""
        if task.waits:
            task.waits = False
            self._queue.add(task)
            for hook in self.hooks.woke:
                hook(self._running, task)

    def sleep(self, point: Point, ticks: int) -> None:
        """Sleep for `ticks` of the virtual clock, announced as `point`."""
        task = self.running
        self.clock.call_after(ticks, lambda: self.wake(task))
        self.park(point, task.number)

    def preempt_disable(self, *, irqs: bool = False) -> None:
        """Keep other tasks of this CPU, with `irqs` interrupts too, away until `preempt_enable`."""
        self._queue.preempt_disable(self.running, irqs=irqs)

    def preempt_enable(self, *, irqs: bool = False) -> None:
        """Undo one `preempt_disable` of the same `irqs`."""
        self._queue.preempt_enable(self.running, irqs=irqs)

    def might_sleep(self) -> None:
        """Say that this place may sleep: a finding in atomic context, even if it does not."""
        task = self.running
        if task.preempt_count or task.interrupt:
            contexts.report_atomic_sleep(self, task)

    def fault(
        self, point: Point, instance: int = 0, *, size: int = 1, exempt: bool = False
    ) -> str | None:
        """Pass a fault point: None, or what goes wrong (`FaultPlan.decide` says the rest)."""
        self.reach(point, instance)
        if self._plan is None:
            return None
        task = self.running
        visit = task.visits[point]
        outcome = self._plan.decide(task, point, visit, size, exempt=exempt)
        if outcome is not None:
            self.injected.append(Fault(Anchor(task.name, point.name, visit), outcome))
            for hook in self.hooks.failed:
                hook(task, point, outcome)
            self.tell(f"FAULT {point.name} {outcome}")
        return outcome
