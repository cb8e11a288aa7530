"""Toys that misuse locks, each with a corrected twin: `right` says which of the two it is."""

from collections.abc import Callable
from typing import Final, Protocol

from fuzz.values.point import Point
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import BitLock, Mutex
from fuzz.world.sync.pseudo_lock import PseudoLock
from fuzz.world.sync.rw_lock import RwLock
from fuzz.world.sync.rw_semaphore import RwSemaphore
from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.sync.work_queue import WorkQueue
from fuzz.world.world import World

LEFT: Final = LockClass("left", "the left toy")
RIGHT: Final = LockClass("right", "the right toy")
THIRD: Final = LockClass("third", "the third toy")
MASKED: Final = LockClass("masked", "a toy that interrupts use too", irqs_off=True)
RECLAIM: Final = LockClass("reclaim", "the getting of memory")
PASS: Final = Point("pass", "do nothing that matters")


class Toy(Protocol):
    """Spawns the tasks of a toy."""

    def __call__(self, world: World, *, right: bool) -> None: ...


def in_turn(world: World, *bodies: Callable[[], None]) -> None:
    """Let tasks A, B, C... do this; in the default order none begins before the last has ended."""
    for name, body in zip("ABCD", bodies, strict=False):
        world.spawn(name, body)


def embrace(world: World, *, right: bool) -> None:
    left_lock, right_lock = Mutex(world, LEFT), Mutex(world, RIGHT)

    def forth() -> None:
        with left_lock, right_lock:
            pass

    def back() -> None:
        with right_lock, left_lock:
            pass

    in_turn(world, forth, forth if right else back)


def ring(world: World, *, right: bool) -> None:
    one, two, three = (SpinLock(world, lock_class) for lock_class in (LEFT, RIGHT, THIRD))

    def take_two() -> None:
        with one, two:
            pass

    def take_three() -> None:
        with two, three:
            pass

    def take_one() -> None:
        with three if not right else one, one if not right else three:
            pass

    in_turn(world, take_two, take_three, take_one)


def tried(world: World, *, right: bool) -> None:
    left_lock, right_lock = Mutex(world, LEFT), Mutex(world, RIGHT)

    def forth() -> None:
        with left_lock, right_lock:
            pass

    def back() -> None:
        with right_lock:
            if right:
                assert left_lock.try_acquire()
            else:
                left_lock.acquire()
            left_lock.release()

    in_turn(world, forth, back)


def tried_first(world: World, *, right: bool) -> None:
    """Who has tried and got a lock keeps others waiting like anybody else."""
    left_lock, right_lock = Mutex(world, LEFT), Mutex(world, RIGHT)

    def forth() -> None:
        with left_lock, right_lock:
            pass

    def back() -> None:
        assert right_lock.try_acquire()
        if not right:
            left_lock.acquire()
            left_lock.release()
        right_lock.release()

    in_turn(world, forth, back)


def read_twice(world: World, *, right: bool) -> None:
    """A writer who waits between the two keeps the second reading out."""
    semaphore = RwSemaphore(world, LEFT)

    def read() -> None:
        with semaphore.reading():
            if not right:
                semaphore.acquire_reading()
                semaphore.release_reading()

    in_turn(world, read)


def read_crosswise(world: World, *, right: bool) -> None:
    """Nobody writes here, but a writer who waits would close the circle."""
    one, other = RwSemaphore(world, LEFT), RwLock(world, RIGHT)

    def forth() -> None:
        with one.reading():
            other.acquire_reading()
            other.release_reading()

    def back() -> None:
        other.acquire_reading()
        if not right:
            assert one.try_acquire_reading()
            one.release_reading()
        other.release_reading()
        if not right:
            with one.writing():
                other.acquire_writing()
                other.release_writing()

    in_turn(world, forth, back)


def recurse(world: World, *, right: bool) -> None:
    lock = Mutex(world, LEFT)

    def outer() -> None:
        with lock:
            if not right:
                inner()

    def inner() -> None:
        with lock:
            pass

    in_turn(world, outer)


def two_of_a_kind(world: World, *, right: bool) -> None:
    one, other = SpinLock(world, LEFT, 1), SpinLock(world, LEFT, 2)

    def take_both() -> None:
        with one, other.nested() if right else other:
            pass

    in_turn(world, take_both)


def nested_both_ways(world: World, *, right: bool) -> None:
    """Saying that it is nested excuses one order of nesting, with others as well."""
    one, other, third = SpinLock(world, LEFT, 1), SpinLock(world, LEFT, 2), SpinLock(world, THIRD)

    def take_both() -> None:
        with one, other.nested(), third:
            pass

    def take_third_first() -> None:
        with third:
            if not right:
                one.acquire()
                one.release()

    in_turn(world, take_both, take_third_first)


def flush_what_one_holds(world: World, *, right: bool) -> None:
    lock = Mutex(world, LEFT)
    queue = WorkQueue(world, "worker")

    def work() -> None:
        with lock:
            world.reach(PASS)

    def flush() -> None:
        queue.add(work)
        queue.flush()
        with lock:
            world.reach(PASS)
            if not right:
                queue.flush()

    in_turn(world, flush)


def allocate_what_reclaim_needs(world: World, *, right: bool) -> None:
    """A lock that reclaim takes is held while memory is wanted, which may reclaim."""
    lock = Mutex(world, LEFT)
    reclaim = PseudoLock(world, RECLAIM)

    def allocate() -> None:
        with lock:
            if not right:
                reclaim.might_enter()

    def shrink() -> None:
        with reclaim, lock:
            pass

    in_turn(world, allocate, shrink)


def interrupted_holder(world: World, *, right: bool) -> None:
    """The interrupt finds nobody in its way today."""
    lock = SpinLock(world, MASKED if right else LEFT)

    def use() -> None:
        with lock:
            pass

    def start_interrupt() -> None:
        use()
        world.spawn("irq", use, interrupt=True)

    in_turn(world, start_interrupt)


def interrupt_tries(world: World, *, right: bool) -> None:
    lock = SpinLock(world, LEFT)

    def irq() -> None:
        if right:
            assert lock.try_acquire()
        else:
            lock.acquire()
        lock.release()

    def use() -> None:
        world.spawn("irq", irq, interrupt=True)
        with lock:
            pass

    in_turn(world, use)


def interrupt_waits_by_and_by(world: World, *, right: bool) -> None:
    """Who holds what the interrupt wants may wait for a task that is interrupted."""
    masked, plain = SpinLock(world, MASKED), SpinLock(world, LEFT)

    def irq() -> None:
        with masked:
            pass

    def use_both() -> None:
        world.spawn("irq", irq, interrupt=True)
        with plain:
            world.reach(PASS)
        with masked:
            if not right:
                with plain:
                    pass

    in_turn(world, use_both)


def leave_held(world: World, *, right: bool) -> None:
    lock = Mutex(world, LEFT)

    def forget() -> None:
        lock.acquire()
        if right:
            lock.release()

    in_turn(world, forget)


def drop_as_writer(world: World, *, right: bool) -> None:
    semaphore = RwSemaphore(world, LEFT)

    def mix_up() -> None:
        semaphore.acquire_writing()
        if not right:
            semaphore.readers += 1
            semaphore.release_reading()
        semaphore.release_writing()

    in_turn(world, mix_up)


def drop_anothers_reading(world: World, *, right: bool) -> None:
    lock = RwSemaphore(world, LEFT)

    def take() -> None:
        lock.acquire_reading()
        if right:
            lock.release_reading()

    def drop() -> None:
        if not right:
            lock.release_reading()

    in_turn(world, take, drop)


def drop_a_free_bit(world: World, *, right: bool) -> None:
    lock = BitLock(world, LEFT)

    def drop() -> None:
        if right:
            lock.acquire()
        lock.release()

    in_turn(world, drop)


def drop_anothers_mutex(world: World, *, right: bool) -> None:
    lock = Mutex(world, LEFT)

    def take() -> None:
        lock.acquire()
        world.spawn("B", drop)
        world.reach(PASS)
        world.sleep(PASS, 1)
        if right:
            lock.release()

    def drop() -> None:
        if not right:
            lock.release()

    in_turn(world, take)


def drop_anothers_spinlock(world: World, *, right: bool) -> None:
    lock = SpinLock(world, LEFT)

    def take_one() -> None:
        if right:
            lock.acquire()
        lock.release()

    in_turn(world, take_one)


def free_what_is_held(world: World, *, right: bool) -> None:
    lock = Mutex(world, LEFT)

    def tear_down() -> None:
        lock.acquire()
        if right:
            lock.release()
        lock.destroy()
        if not right:
            lock.release()

    in_turn(world, tear_down)
