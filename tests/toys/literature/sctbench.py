"""The programs. A docstring says what has to happen for the bug to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.toys.literature.program import Shared

if TYPE_CHECKING:
    from fuzz.world.world import World


class Account(Shared):
    """The check comes last: its formula is wrong."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.lock = self.mutex("m")
        self.balance = self.variable("balance", 1)
        self.deposited, self.withdrawn = self.variable("deposited"), self.variable("withdrawn")

    def check_result(self) -> None:
        with self.lock:
            if self.deposited.get() and self.withdrawn.get():
                self.insist(self.balance.get() == (1 - 2) - 4, "the balance is as computed")

    def deposit(self) -> None:
        with self.lock:
            self.balance.add(2)
            self.deposited.set(1)

    def withdraw(self) -> None:
        with self.lock:
            self.balance.add(-4)
            self.withdrawn.set(1)


class Bluetooth(Shared):
    """Add reads the flag, then stop runs as a whole, then add goes on."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.atomic = self.mutex("atomic")
        self.pending = self.variable("pending", 1)
        self.stopping, self.event = self.variable("stopping"), self.variable("event")
        self.stopped = self.variable("stopped")

    def stop(self) -> None:
        self.stopping.set(1)
        self.decrement()
        if self.event.get():
            self.stopped.set(1)

    def add(self) -> None:
        if not self.stopping.get():
            with self.atomic:
                self.pending.add(1)
            self.insist(not self.stopped.get(), "the driver has not stopped")
        self.decrement()

    def decrement(self) -> None:
        with self.atomic:
            self.pending.add(-1)
            left = self.pending.value
        if left == 0:
            self.event.set(1)


class Deadlock01(Shared):
    """Two locks in opposite orders."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.a, self.b = self.mutex("a"), self.mutex("b")
        self.counter = self.variable("counter")

    def up(self) -> None:
        with self.a, self.b:
            self.counter.add(1)

    def down(self) -> None:
        with self.b, self.a:
            self.counter.add(-1)


class Reorder(Shared):
    """The checker looks between the two writes of a setter, before any setter is through."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.a, self.b = self.variable("a"), self.variable("b")

    def setter(self) -> None:
        self.a.set(1)
        self.b.set(-1)

    def checker(self) -> None:
        if self.a.get(".1") == 0 and self.b.get(".1") == 0:
            return
        self.insist(self.a.get(".2") == 1 and self.b.get(".2") == -1, "both or none are set")


class Stack(Shared):
    """Two pops after one push: the flag that something is there is never cleared."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.lock = self.mutex("m")
        self.top, self.flag, self.items = (self.variable(n) for n in ("top", "flag", "items"))

    def push(self) -> None:
        for number in range(10):
            with self.lock:
                self.insist(self.top.get() < 10, "the stack has room")
                self.items.set(number)
                self.top.add(1)
                self.flag.set(1)

    def pop(self) -> None:
        for _ in range(10):
            with self.lock:
                if self.flag.get():
                    self.insist(self.top.get() > 0, "the stack is not empty")
                    self.top.add(-1)
                    self.items.get()


class TokenRing(Shared):
    """The last one looks when all are done, but they were not done in the order of the chain."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.atomic = self.mutex("atomic")
        self.x = [self.variable(f"x{n}", value) for n, value in enumerate((1, 2, 1), 1)]
        self.done = [self.variable(f"done{n}") for n in range(1, 4)]

    def first(self) -> None:
        with self.atomic:
            self.x[0].set((self.x[2].get() + 1) % 4)
            self.done[0].set(1)

    def second(self) -> None:
        with self.atomic:
            self.x[1].set(self.x[0].get())
            self.done[1].set(1)

    def third(self) -> None:
        with self.atomic:
            self.x[2].set(self.x[1].get())
            self.done[2].set(1)

    def last(self) -> None:
        with self.atomic:
            if all(done.get() for done in self.done):
                one, two, three = (x.get() for x in self.x)
                self.insist(one == two == three, "the token went round")


class TwoStage(Shared):
    """B sees the first stage of an A, before the second stage of any A."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.first, self.second = self.mutex("first"), self.mutex("second")
        self.one, self.two = self.variable("one"), self.variable("two")

    def writer(self) -> None:
        with self.first:
            self.one.set(1)
        with self.second:
            self.two.set(self.one.get() + 1)

    def reader(self) -> None:
        with self.first:
            if self.one.get() == 0:
                return
            seen = self.one.get()
        with self.second:
            other = self.two.get()
        self.insist(other == seen + 1, "the second stage follows the first")


class WrongLock(Shared):
    """A B adds between the two looks of A, which holds another lock."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.data, self.thread = self.mutex("data"), self.mutex("thread")
        self.v = self.variable("v")

    def one(self) -> None:
        with self.data:
            before = self.v.get(".before")
            self.v.add(1, ".own")
            self.insist(self.v.get(".after") == before + 1, "nobody else has added")

    def other(self) -> None:
        with self.thread:
            self.v.add(1)


class ProducerConsumer(Shared):
    """It fails in every schedule: the sum is right, and asserted to be wrong."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.lock = self.mutex("m")
        self.empty, self.full = self.condition("empty"), self.condition("full")
        self.num, self.total = self.variable("num"), self.variable("total")

    def produce(self) -> None:
        for _ in range(3):
            with self.lock:
                while self.num.get() > 0:
                    self.empty.wait(self.lock)
                self.num.add(1)
            self.full.signal()

    def consume(self) -> None:
        for number in range(1, 4):
            with self.lock:
                while self.num.get() == 0:
                    self.full.wait(self.lock)
                self.total.add(number)
                self.num.add(-1)
            self.empty.signal()

    def check(self) -> None:
        self.insist(self.total.get() != 6, "the sum is wrong")


class Sync01(Shared):
    """It hangs in every schedule: the producer waits for room that nobody makes."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.lock = self.mutex("m")
        self.empty, self.full = self.condition("empty"), self.condition("full")
        self.num = self.variable("num", 1)

    def produce(self) -> None:
        with self.lock:
            while self.num.get() > 0:
                self.empty.wait(self.lock)
            self.num.add(1)
        self.full.signal()

    def consume(self) -> None:
        with self.lock:
            while self.num.get() == 0:
                self.full.wait(self.lock)
        self.empty.signal()


class Phase01(Shared):
    """It hangs in every schedule: a lock is never dropped."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.x, self.y = self.mutex("x"), self.mutex("y")

    def run(self) -> None:
        with self.x:
            pass
        self.x.acquire()
        for _ in range(2):
            with self.y:
                pass
