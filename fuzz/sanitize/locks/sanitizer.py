"""The observer of locks: judges orders, contexts, and who drops what, as lockdep does.

It reports what could block for ever although nothing did in this run.
Locks that one task may take and another drop, such as the lock of a page under I/O, are in no order
[Linux does not watch bit locks either]; a lock that is only tried is waited for by nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.sanitize.locks.graph import LockGraph, Order, Witness, cycle_text, kinds_of
from fuzz.sanitize.locks.held import Held, index_of
from fuzz.sanitize.locks.interrupts import InterruptUse
from fuzz.sanitize.locks.promises import (
    HELD_LOCK_FREED,
    LOCK_LEFT_HELD,
    LOCK_ORDER,
    LOCK_RECURSION,
    SELF_DEADLOCK,
)
from fuzz.world.contexts import WRONG_UNLOCK, pid
from fuzz.world.event import NOBODY, accessing_place, current_place
from fuzz.world.observer import Hold, Lock, Observer

if TYPE_CHECKING:
    from fuzz.world.task import Task
    from fuzz.world.world import World

OURS: Final = 2
"""How many functions stand between a lock and who takes it: `acquired`, and who calls it."""


class LockSanitizer(Observer):
    """Watches the locks of one world."""

    def __init__(self, world: World, graph: LockGraph | None = None) -> None:
        """Watch `world`; attach it before anything runs. Orders go into `graph`."""
        self._world = world
        self._held: dict[Task, list[Held]] = {}
        self._wanted: dict[Task, Lock] = {}
        """What each task was last ready to wait for, until it has it."""
        self._nested: dict[Task, Lock] = {}
        """What each task is about to take beside another of its kind."""
        self._known: set[tuple[object, ...]] = set()
        """Orders by kinds and holds: a quicker question than the graph answers."""
        self.graph = LockGraph() if graph is None else graph
        self._interrupts = InterruptUse(world, self.graph)

    def nests(self, task: Task, lock: Lock) -> None:
        """Take the next acquisition for one of a kind within its kind."""
        self._nested[task] = lock

    def acquiring(self, task: Task, lock: Lock, hold: Hold) -> None:
        """Judge an acquisition before it can block."""
        if not lock.owned:
            return
        name = self._name(task, lock) if self._nested else lock.lock_class.name
        self._wanted[task] = lock
        self._interrupts.used(task, name)
        held = self._held.get(task)
        if held:
            self._judge_recursion(held, lock, name, hold)
            self._note_orders(task, held, name, hold)

    def acquired(self, task: Task, lock: Lock, hold: Hold) -> None:
        """Remember who holds what since where."""
        if not lock.owned:
            return
        name = lock.lock_class.name
        if self._nested:
            name = self._name(task, lock)
            self._nested.pop(task, None)
        tried = self._wanted.pop(task, None) is not lock
        if tried:
            self._interrupts.used(task, name, tried=True)
        held = self._held.get(task)
        if held is None:
            held = self._held[task] = []
        held.append(Held(lock, name, hold, accessing_place(NOBODY, OURS), tried=tried))

    def released(self, task: Task, lock: Lock, hold: Hold) -> None:
        """Forget a hold; it is the task's own, and the newest of its kind."""
        if not lock.owned:
            return
        held = self._held.get(task, [])
        if held and held[-1].lock is lock and held[-1].hold is hold:
            held.pop()
            return
        index = index_of(held, lock)
        if index >= 0 and held[index].hold is hold:
            del held[index]
            return
        place = current_place()
        self._world.report(
            WRONG_UNLOCK,
            f"WARNING: bad unlock balance detected in {place}",
            f"task {task.name} drops {lock.lock_class.name}, which it does not hold {hold.value}",
            place=place,
        )

    def destroyed(self, task: Task, lock: Lock) -> None:
        """Judge a lock that goes away."""
        for holder, held in self._held.items():
            if index_of(held, lock) >= 0:
                self._report_freed(lock, f"task {holder.name} holds it")
        for waiter, wanted in self._wanted.items():
            if wanted is lock:
                self._report_freed(lock, f"task {waiter.name} waits for it")

    def rested(self, task: Task) -> None:
        """Judge what an operation leaves behind."""
        if held := self._held.get(task):
            self._judge_left(task, held, "WARNING: lock held when returning to user space")

    def ended(self, task: Task) -> None:
        """Judge what a task leaves behind."""
        if held := self._held.pop(task, []):
            self._judge_left(task, held, f"WARNING: {task.name}/{pid(task)} still has locks held")

    def _judge_left(self, task: Task, held: list[Held], title: str) -> None:
        for left in held:
            self._world.report(
                LOCK_LEFT_HELD,
                f"{title}: {left.name}",
                f"task {task.name} took {left.name} in {left.place} and did not drop it",
                place=left.place,
            )

    def _name(self, task: Task, lock: Lock) -> str:
        name = lock.lock_class.name
        return f"{name}/1" if self._nested.get(task) is lock else name

    def _report_freed(self, lock: Lock, why: str) -> None:
        place = current_place()
        self._world.report(
            HELD_LOCK_FREED,
            f"WARNING: held lock freed in {place}: {lock.lock_class.name}",
            why,
            place=place,
        )

    def _judge_recursion(self, held: list[Held], lock: Lock, name: str, hold: Hold) -> None:
        """Report that a lock of the same kind is held, unless readers pass each other by."""
        for taken in held:
            same = taken.lock is lock
            if taken.name != name and not same:
                continue
            if hold is Hold.RECURSIVE and taken.hold is not Hold.EXCLUSIVE:
                continue
            place = current_place()
            promise = SELF_DEADLOCK if same else LOCK_RECURSION
            what = "the same lock" if same else f"another lock {taken.name}"
            self._world.report(
                promise,
                f"WARNING: possible recursive locking detected in {place}: {taken.name}",
                f"task {self._world.running.name} holds {what}, taken in {taken.place}",
                place=place,
            )
            return

    def _note_orders(self, task: Task, held: list[Held], name: str, hold: Hold) -> None:
        for taken in held[::-1]:
            kinds = (taken.name, name, taken.hold, hold)
            if kinds not in self._known:
                self._known.add(kinds)
                self._note_order(task, taken, name, hold)
            if not taken.tried:  # What comes before it is in an order with it already.
                break

    def _note_order(self, task: Task, taken: Held, name: str, hold: Hold) -> None:
        if taken.name == name:
            return
        shared, recursive = taken.hold is not Hold.EXCLUSIVE, hold is Hold.RECURSIVE
        order = Order(taken.name, name, shared, recursive)
        if order in self.graph.witnesses:
            return
        place = current_place()
        cycle = self.graph.add(order, Witness(task.name, taken.place, place))
        self._interrupts.judge_orders()
        if cycle:
            self._world.report(
                LOCK_ORDER,
                f"WARNING: possible circular locking dependency detected in {place}",
                cycle_text(cycle, self.graph.witnesses),
                place=kinds_of(cycle),
            )
