"""Data races: two accesses to a cell, one of them a write and one plain, that nothing orders.

Happens-before by vector clocks with the epochs of FastTrack (Flanagan and Freund, 2009).
An order comes from locks, wake-ups, the start of tasks, and whatever is published and learned.
So a race is found even if the two accesses lie far apart in this run, which KCSAN cannot.
What counts as plain or marked is as in KCSAN (tools/memory-model/Documentation/access-marking.txt).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from fuzz.sanitize.race_report import Access, report_race
from fuzz.world.cell import WRITE, Touch
from fuzz.world.event import accessing_place
from fuzz.world.observer import Hold, Observer
from fuzz.world.sync.pseudo_lock import PseudoLock
from fuzz.world.task import BOOT

if TYPE_CHECKING:
    from fuzz.world.cell import Cell
    from fuzz.world.observer import Lock
    from fuzz.world.task import Task
    from fuzz.world.world import World

Clock: TypeAlias = Mapping[int, int]
"""For each thread, by number, up to which of its times one knows what it did; 0 for the others.

It is never changed, so that many may keep the same one. What a thread says of itself is no matter.
"""

Known: TypeAlias = tuple[Clock, int, int]
"""What a thread knew at the end of one of its times: its clock, its number, and that time.

Who knows the time of that thread knows all of this; number 0 means several threads together.
"""

NOTHING: Final[Clock] = {}

RIVALS: Final = (
    (Touch.WRITE, Touch.MARKED_WRITE),
    tuple(Touch),
    (Touch.WRITE,),
    (Touch.READ, Touch.WRITE),
)
"""For each kind of access, with which earlier ones it makes a race, if nothing orders the two."""

EPOCHS_PER_TIME: Final = 1 << 20
"""More than there are threads in a run: an epoch is a time and a thread in one number."""


OURS: Final = 2
"""How many functions stand between an access and who is to blame: `touched`, and who calls it."""


class _Thread:
    """What is known of a task: its vector clock, and the locks that it holds."""

    __slots__ = ("clock", "epoch", "held", "number", "task", "time")

    def __init__(self, task: Task, number: int, clock: Clock) -> None:
        self.task = task
        self.number = number
        self.clock = clock
        self.held: tuple[Lock, ...] = ()
        self.time = 1
        self.epoch = EPOCHS_PER_TIME + number

    def tell(self) -> Known:
        """Return all that is known; it ends this time, so nobody knows yet of what comes next."""
        known = self.clock, self.number, self.time
        self.time += 1
        self.epoch += EPOCHS_PER_TIME
        return known

    def knows(self, known: Known) -> bool:
        """Whether there is nothing new in something, as far as can be told at once."""
        _, number, time = known
        return number == self.number or self.clock.get(number, 0) >= time

    def learn(self, known: Known) -> None:
        """Know from now on what another thread knew."""
        if not self.knows(known):
            self.clock = _joined(self.clock, known)


def _joined(clock: Clock, known: Known) -> Clock:
    """Return what is known in a clock or was known to a thread."""
    other, number, time = known
    joined = dict(clock)
    for each, until in other.items():
        if until > joined.get(each, 0):
            joined[each] = until
    if number and time > joined.get(number, 0):
        joined[number] = time
    return joined


class _Shadow:
    """The accesses to one cell that a later one may race with.

    Most cells are accessed by one thread alone, for which there is nothing to judge.
    """

    __slots__ = ("alone", "done", "epochs", "latest", "sides")

    def __init__(self, thread: _Thread) -> None:
        self.done = False
        """Whether a race was reported: what comes after it explains less."""
        self.epochs = [0, 0, 0, 0]
        """For each kind, in which epoch it was last: most accesses repeat one."""
        self.alone: _Thread | None = thread
        """Who alone has accessed it until now; None as soon as there were two."""
        self.latest: list[Access | None] = [None] * 4
        """For each kind, the latest access of who is alone."""
        self.sides: tuple[dict[int, Access], ...] = ()
        """For each kind, the latest access of each thread by its number, if there were two."""

    def share(self, first: _Thread) -> None:
        """Keep the accesses of every thread from now on."""
        self.alone = None
        number = first.number
        self.sides = tuple([{} if one is None else {number: one} for one in self.latest])


class Races(Observer):
    """Judges accesses to cells."""

    def __init__(self, world: World) -> None:
        """Watch a world in which nothing has run yet."""
        self._world = world
        self._threads: dict[Task, _Thread] = {}
        self._lives = 0
        self._boots_alone = False
        """Whether nothing but boot has ever run, which comes before all that it will start."""
        self._origin = NOTHING
        """What everybody knows who is started before a run: what was done at boot."""
        self._published: dict[object, Known] = {}
        self._read: dict[object, Known] = {}
        """What those did who held a lock with others: only who holds it alone comes after it."""
        self._accesses: list[Access] = []
        """All that were looked at: who reports a race asks them which lock is usual."""

    # What orders tasks

    def spawned(self, parent: Task | None, child: Task) -> None:
        """Let a task know what its parent did; what the clock starts knows nothing by itself."""
        if parent is not None:
            clock = _joined(NOTHING, self._threads[parent].tell())
        else:
            clock = NOTHING if self._world.trace else self._origin
        self._boots_alone = not self._threads and child.name == BOOT
        self._threads[child] = _Thread(child, len(self._threads) + 1, clock)
        self._lives += 1

    def ended(self, task: Task) -> None:
        """Keep what was done until all have ended, for the run that may come after it."""
        self._lives -= 1
        if not self._lives:
            first, *others = self._threads.values()
            for thread in others:
                first.learn(thread.tell())
            self._origin = _joined(NOTHING, first.tell())

    def woke(self, waker: Task | None, woken: Task) -> None:
        """Let who is woken know what the waker did."""
        if waker is not None:
            self._threads[woken].learn(self._threads[waker].tell())

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
        thread = self._threads[task]
        known = self._published.get(lock)
        if known is not None:
            thread.learn(known)
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
        if thread.held and thread.held[-1] is lock:
            thread.held = thread.held[:-1]
            return
        for holder in (thread, *self._threads.values()):
            if lock in holder.held:
                held = list(holder.held)
                held.remove(lock)
                holder.held = tuple(held)
                return

    @staticmethod
    def _keep(thread: _Thread, kept: dict[object, Known], thing: object) -> None:
        before = kept.get(thing)
        known = thread.tell()
        if before is not None and not thread.knows(before):
            known = _joined(_joined(before[0], before), known), 0, 1
        kept[thing] = known

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
            shadow = cell.shadow = _Shadow(thread)
        elif shadow.epochs[touch] == thread.epoch or shadow.done:
            return
        shadow.epochs[touch] = thread.epoch
        cell_class = cell.cell_class
        place = accessing_place(cell_class.accessors, OURS)
        access: Access = (thread.time, touch, place, task.name, thread.held, cell_class)
        self._accesses.append(access)
        alone = shadow.alone
        if alone is thread:
            if touch is WRITE:
                shadow.latest = [None] * 4
            shadow.latest[touch] = access
            return
        if alone is not None:
            shadow.share(alone)
        self._judge(cell, shadow, thread, access)

    def _judge(self, cell: Cell, shadow: _Shadow, thread: _Thread, access: Access) -> None:
        clock = thread.clock
        touch = access[1]
        for rival in RIVALS[touch]:
            for number, other in shadow.sides[rival].items():
                news = other[0] > clock.get(number, 0) and number != thread.number
                if news and not self._world.over:
                    shadow.done = True
                    report_race(self._world, cell, (other, access), self._accesses)
                    return
        if touch is WRITE:
            for sides in shadow.sides:
                sides.clear()
        shadow.sides[touch][thread.number] = access
