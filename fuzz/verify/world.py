"""The world of a verified run: it says where steps begin, and what the world itself does in them.

A step goes from the moment at which a task is chosen to its next announcement.
Who goes on is asked at each point, even where only one task can.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.values.point import END
from fuzz.verify.naming import TASKS, WORLD
from fuzz.verify.page import ANY
from fuzz.world.task import Unwind
from fuzz.world.world import World

if TYPE_CHECKING:
    from collections.abc import Collection

    from fuzz.values.point import Point
    from fuzz.values.promise import Promise
    from fuzz.values.sanitizers import Sanitizers
    from fuzz.verify.tape import Tape
    from fuzz.world.task import Body, Cpu, Task

HELD: Final = "holder"
"""Of a CPU: changes when somebody begins or ends to keep others, or interrupts, away from it."""
WAITS: Final = "waits"
"""Of a task: changes when it begins or ends to wait."""


class VerifiedWorld(World):
    """A world whose steps are noted on a tape."""

    def __init__(self, tape: Tape, *, cpus: int, sanitizers: Sanitizers) -> None:
        """Make a world that tells a tape."""
        super().__init__(cpus=cpus, sanitizers=sanitizers)
        self.tape = tape
        tape.world = self
        self.alone_asked: dict[Task, int] = {}
        """How often each task wanted to know whether it was alone."""
        self._ledger = tape.ledger
        for cpu in self.cpus:
            self._ledger.call(cpu, WORLD, cpu.number)
        self._ledger.call(self, WORLD, -1)
        for number, memory in enumerate((self.trace, self.injected, self.findings), start=2):
            self._ledger.call(memory, WORLD, -number)

    def reach(self, point: Point, instance: int = 0) -> None:
        """Announce an access; it begins a step when it may happen."""
        if self.over:
            raise Unwind
        task = self._running
        assert task is not None, "points are passed by tasks"
        visit = task.visits[point] = task.visits.get(point, 0) + 1
        task.pending = point
        task.pending_instance = instance
        self.tape.wants(task, point)
        chosen = self._pick(self._queue.eligible or self._queue.find(), task, stays=True)
        if chosen is not task:
            self._deviations.append((task, point, visit, chosen))
            self._go_to(chosen)
        self.trace.append((task, point, visit, instance))
        self.tape.begin(task)
        if self._watchers or len(self.trace) > self._tired_after:
            self._passed()

    def park(self, point: Point, instance: int = 0, *, sleeps: bool = True) -> None:
        """Wait at a point; to go on after it is a step of its own."""
        task = self.running
        self._writes(task, WAITS)
        if task.preempt_count:
            self._writes(task.cpu, HELD)
        super().park(point, instance, sleeps=sleeps)
        self.tape.begin(task)
        self._writes(task, WAITS)
        if task.preempt_count:
            self._writes(task.cpu, HELD)

    def _leave(self, point: Point, instance: int) -> None:
        task = self.running
        if task.preempt_count:
            self._writes(task.cpu, HELD)
        if point is END:
            self._writes(task, "done")
        super()._leave(point, instance)

    def wake(self, task: Task) -> None:
        """Let a waiting task go on: what it does then comes after this."""
        self._writes(task, WAITS)
        if task.waits:
            self.tape.enable(task)
        super().wake(task)

    def spawn(
        self, name: str, body: Body, *, cpu: int | None = None, interrupt: bool = False
    ) -> Task:
        """Add a task: what it does comes after this."""
        self._writes(self, "tasks")  # Its number, name and CPU depend on how many there are.
        for each in self.cpus:
            self._ledger.reads[id(each), "online"] = each
        task = super().spawn(name, body, cpu=cpu, interrupt=interrupt)
        self._ledger.call(task, TASKS, task.number)
        self.tape.enable(task)
        return task

    def launches(self) -> None:
        """Note that somebody asks whether a task was started, and starts it if not."""
        self._writes(self, "tasks")

    def move(self, task: Task, cpu: Cpu) -> None:
        """Let a task run on another CPU."""
        self._writes(task, "cpu")
        super().move(task, cpu)

    def preempt_disable(self, *, irqs: bool = False) -> None:
        """Keep others away from this CPU."""
        task = self.running
        if irqs or not task.preempt_count:
            self._writes(task.cpu, HELD)
        super().preempt_disable(irqs=irqs)

    def preempt_enable(self, *, irqs: bool = False) -> None:
        """Undo one `preempt_disable`."""
        task = self.running
        if irqs or task.preempt_count == 1:
            self._writes(task.cpu, HELD)
        super().preempt_enable(irqs=irqs)

    def fault(
        self, point: Point, instance: int = 0, *, size: int = 1, exempt: bool = False
    ) -> str | None:
        """Pass a fault point; what is injected may be looked up by a judge."""
        outcome = super().fault(point, instance, size=size, exempt=exempt)
        if outcome is not None:
            self._ledger.updates[id(self.injected), ANY] = self.injected
        return outcome

    def report(self, promise: Promise, title: str, detail: str = "", **known: Any) -> None:
        """Note a broken promise; a fatal one ends what all others do."""
        if not self.over:
            self._ledger.updates[id(self.findings), ANY] = self.findings
            if known.get("fatal"):
                self.tape.stopped()
        super().report(promise, title, detail, **known)

    def _nobody_runs(self) -> None:
        self.tape.nobody_runs()
        super()._nobody_runs()

    def turns_of_others(self, names: Collection[str] | None = None) -> int:
        """Count the turns of others; where classes of runs are seen, nobody is alone by chance."""
        tape = self.tape
        if tape.undisturbed is self.running or not (tape.reduces and tape.live):
            return super().turns_of_others(names)
        task = self.running
        self.alone_asked[task] = asked = self.alone_asked.get(task, 0) + 1
        return -asked

    def _writes(self, thing: object, what: str) -> None:
        self._ledger.writes[id(thing), what] = thing
