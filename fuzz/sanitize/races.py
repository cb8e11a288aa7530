"""Data races: two accesses to a cell, one of them a write and one plain, that nothing orders.

Happens-before by vector clocks with the epochs of FastTrack (Flanagan and Freund, 2009).
An order comes from locks, wake-ups, the start of tasks, and whatever is published and learned.
So a race is found even if the two accesses lie far apart in this run, which KCSAN cannot.
What counts as plain or marked is as in KCSAN (tools/memory-model/Documentation/access-marking.txt).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from fuzz.sanitize.race_report import Side, report_race
from fuzz.world.cell import Touch
from fuzz.world.event import accessing_place
from fuzz.world.observer import Hold, Observer
from fuzz.world.sync.pseudo_lock import PseudoLock
from fuzz.world.task import BOOT

if TYPE_CHECKING:
    from fuzz.world.cell import Cell, CellClass
    from fuzz.world.observer import Lock
    from fuzz.world.task import Task
    from fuzz.world.world import World

Clock: TypeAlias = dict[int, int]
"""For each thread, by number, up to which of its times one knows what it did; 0 for the others."""

RIVALS: Final = {
    Touch.READ: (Touch.WRITE, Touch.MARKED_WRITE),
    Touch.MARKED_READ: (Touch.WRITE,),
    Touch.WRITE: tuple(Touch),
    Touch.MARKED_WRITE: (Touch.READ, Touch.WRITE),
}
"""With which earlier accesses each kind makes a race, if nothing orders the two."""

EPOCHS_PER_TIME: Final = 1 << 20
"""More than there are threads in a run: an epoch is a time and a thread in one number."""


class _Thread:
    """What is known of a task: its vector clock, and the locks that it holds."""

    __slots__ = ("clock", "epoch", "held", "number", "task", "time")

    def __init__(self, task: Task, number: int, clock: Clock) -> None:
        self.task = task
        self.number = number
        self.clock = clock
        self.held: tuple[Lock, ...] = ()
        self.time = 0
        self.tick()

    def tick(self) -> None:
        """Begin a time of which nobody else knows yet."""
        self.time += 1
        self.clock[self.number] = self.time
        self.epoch = self.time * EPOCHS_PER_TIME + self.number

    def learn(self, known: Clock) -> None:
        """Know from now on what is known in another clock."""
        clock = self.clock
        for number, time in known.items():
            if time > clock.get(number, 0):
                clock[number] = time


class _Shadow:
    """The accesses to one cell that a later one may race with, by kind and thread."""

    __slots__ = ("done", "epochs", "sides")

    def __init__(self) -> None:
        self.done = False
        """Whether a race was reported: what comes after it explains less."""
        self.epochs = [0, 0, 0, 0]
        """For each kind, in which epoch it was last: most accesses repeat one."""
        self.sides: tuple[dict[int, tuple[int, Side]], ...] = ({}, {}, {}, {})


class Races(Observer):
    """Judges accesses to cells."""

    def __init__(self, world: World) -> None:
        """Watch a world in which nothing has run yet."""
        self._world = world
        self._threads: dict[Task, _Thread] = {}
        self._lives = 0
        self._boots_alone = False
        """Whether nothing but boot has ever run, which comes before all that it will start."""
        self._origin: Clock = {}
        """What everybody knows who is started before a run: what was done at boot."""
        self._published: dict[object, Clock] = {}
        self._read: dict[object, Clock] = {}
        """What those did who held a lock with others: only who holds it alone comes after it."""
        self._guards: dict[CellClass, dict[tuple[str, ...], int]] = {}
        """For each kind of cell, how often it was accessed under which kinds of locks."""

    # What orders tasks

    def spawned(self, parent: Task | None, child: Task) -> None:
        """Let a task know what its parent did; what the clock starts knows nothing by itself."""
        if parent is not None:
            source = self._threads[parent]
            clock = dict(source.clock)
            source.tick()
        else:
            clock = {} if self._world.trace else dict(self._origin)
        self._boots_alone = not self._threads and child.name == BOOT
        self._threads[child] = _Thread(child, len(self._threads) + 1, clock)
        self._lives += 1

    def ended(self, task: Task) -> None:
        """Keep what was done until all have ended, for the run that may come after it."""
        self._lives -= 1
        if not self._lives:
            first, *others = self._threads.values()
            for thread in others:
                first.learn(thread.clock)
            self._origin = first.clock

    def woke(self, waker: Task | None, woken: Task) -> None:
        """Let who is woken know what the waker did."""
        if waker is not None:
            source = self._threads[waker]
            self._threads[woken].learn(source.clock)
            source.tick()

    def published(self, task: Task, thing: object) -> None:
        """Keep what a task did for who learns of `thing`, in addition to what others did."""
        self._keep(self._threads[task], self._published, thing)

    def learned(self, task: Task, thing: object) -> None:
        """Let a task know what was done before `thing` was published."""
        known = self._published.get(thing)
        if known is not None:
            self._threads[task].learn(known)

    def acquired(self, task: Task, lock: Lock, hold: Hold) -> None:
        """Let who holds a lock know what was done by those who held it, as far as they exclude."""
        if self._boots_alone or isinstance(lock, PseudoLock):
            return
        self.learned(task, lock)
        thread = self._threads[task]
        thread.held = (*thread.held, lock)
        if hold is Hold.EXCLUSIVE and lock in self._read:
            thread.learn(self._read[lock])

    def released(self, task: Task, lock: Lock, hold: Hold) -> None:
        """Keep what a task did for who holds the lock after it."""
        if self._boots_alone or isinstance(lock, PseudoLock):
            return
        thread = self._threads[task]
        self._drop(thread, lock)
        kept = self._published if hold is Hold.EXCLUSIVE else self._read
        self._keep(thread, kept, lock)

    def _drop(self, thread: _Thread, lock: Lock) -> None:
        """Forget that a lock is held; some may be dropped by another task than took them."""
        for holder in (thread, *self._threads.values()):
            if lock in holder.held:
                held = list(holder.held)
                held.remove(lock)
                holder.held = tuple(held)
                return

    @staticmethod
    def _keep(thread: _Thread, kept: dict[object, Clock], thing: object) -> None:
        known = kept.get(thing)
        clock = dict(thread.clock)
        if known is not None:
            for number, time in known.items():
                if time > clock.get(number, 0):
                    clock[number] = time
        kept[thing] = clock
        thread.tick()

    # What must be ordered

    def touched(self, cell: Cell, touch: Touch) -> None:
        """Judge an access to a cell; outside a run there is nobody to collide with."""
        if self._boots_alone:
            return
        task = getattr(self._world, "running", None)
        if task is None:
            return
        thread = self._threads[task]
        shadow: _Shadow | None = cell.shadow
        if shadow is None:
            shadow = cell.shadow = _Shadow()
        if shadow.epochs[touch] == thread.epoch or shadow.done:
            return
        shadow.epochs[touch] = thread.epoch
        place = accessing_place(cell.cell_class.accessors)
        side = Side(touch, place, task.name, thread.held)
        self._count(cell.cell_class, side)
        self._judge(cell, shadow, thread, side)

    def _judge(self, cell: Cell, shadow: _Shadow, thread: _Thread, side: Side) -> None:
        clock = thread.clock
        for rival in RIVALS[side.touch]:
            for number, (time, other) in shadow.sides[rival].items():
                if time > clock.get(number, 0) and not self._world.over:
                    shadow.done = True
                    report_race(self._world, cell, (other, side), self._guards[cell.cell_class])
                    return
        if side.touch is Touch.WRITE:
            for sides in shadow.sides:
                sides.clear()
        shadow.sides[side.touch][thread.number] = thread.time, side

    def _count(self, cell_class: CellClass, side: Side) -> None:
        counts = self._guards.setdefault(cell_class, {})
        names = tuple([lock.lock_class.name for lock in side.held])
        counts[names] = counts.get(names, 0) + 1
