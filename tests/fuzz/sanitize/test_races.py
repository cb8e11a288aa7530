"""What orders two accesses, and which unordered ones are a race: each with its corrected twin."""

from collections.abc import Callable, Sequence
from typing import Final

import pytest

from fuzz.sanitize.races import Races
from fuzz.values.point import Point
from fuzz.world.cell import Cell, CellClass
from fuzz.world.schedule.replay import Replay
from fuzz.world.sync.completion import Completion
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import BitLock, Mutex
from fuzz.world.sync.per_cpu import PerCpu
from fuzz.world.sync.pseudo_lock import PseudoLock
from fuzz.world.sync.rw_lock import RwLock
from fuzz.world.sync.rw_semaphore import RwSemaphore
from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.sync.timer import Timer
from fuzz.world.sync.wait_queue import WaitQueue
from fuzz.world.sync.work_queue import WorkQueue
from fuzz.world.world import World
from tests.fuzz.world.toys import NEVER, PASS, switch

DATA: Final = CellClass("data", "the lock of the data")
FLAG: Final = CellClass("flag", "being marked")
LOCK: Final = LockClass("data", "the data")
OTHER: Final = LockClass("other", "something else")
REST: Final = Point("rest", "do something else for long")


class Scene:
    """A world that is watched for races, a datum and a flag."""

    def __init__(self, *switches: str) -> None:
        self.world = World(strategy=Replay([switch(text) for text in switches]))
        self.world.attach(Races(self.world))
        self.data = Cell(self.world, DATA)
        self.flag = Cell(self.world, FLAG)
        self.ready = False

    def read(self) -> None:
        self.data.read()

    def write(self) -> None:
        self.data.write()

    def races(self, *tasks: Callable[[], None]) -> list[str]:
        """Run tasks A, B, C... in the default order and return the places of races."""
        for name, body in zip("ABCDE", tasks, strict=False):
            self.world.spawn(name, body)
        self.world.run()
        return [one.place for one in self.world.findings if one.kind == "data-race"]


def test_two_writes_that_nothing_orders_are_a_race() -> None:
    scene = Scene()
    assert scene.races(scene.write, scene.write) == ["write"]


def test_a_write_and_a_read_are_a_race_with_both_places_in_the_order_of_their_names() -> None:
    for first, second in (("read", "write"), ("write", "read")):
        scene = Scene()
        assert scene.races(getattr(scene, first), getattr(scene, second)) == ["read+write"]


def test_two_reads_are_no_race() -> None:
    scene = Scene()
    assert scene.races(scene.read, scene.read) == []


def test_accesses_of_one_task_are_no_race() -> None:
    scene = Scene()
    assert scene.races(lambda: (scene.write(), scene.read(), scene.write())[0]) == []


def test_a_race_is_found_although_the_accesses_are_far_apart_in_this_run() -> None:
    scene = Scene()

    def write_and_rest() -> None:
        scene.write()
        for _ in range(1000):
            scene.world.reach(REST)

    assert scene.races(write_and_rest, scene.write) == ["write"]


@pytest.mark.parametrize("make", [Mutex, BitLock, SpinLock])
def test_a_lock_orders_who_holds_it_after_one_another(
    make: Callable[[World, LockClass], Mutex | SpinLock],
) -> None:
    scene = Scene()
    lock = make(scene.world, LOCK)

    def locked() -> None:
        with lock:
            scene.write()

    assert scene.races(locked, locked) == []
    scene = Scene()
    lock = make(scene.world, LOCK)
    assert scene.races(locked, scene.write) == ["write"]


def test_two_locks_of_one_class_order_nothing() -> None:
    scene = Scene()
    locks = [Mutex(scene.world, LOCK), Mutex(scene.world, LOCK)]

    def locked(number: int) -> None:
        with locks[number]:
            scene.write()

    assert scene.races(lambda: locked(0), lambda: locked(1)) == ["write"]


def test_what_was_done_before_a_lock_was_taken_is_known_to_its_next_holder() -> None:
    scene = Scene()
    lock = Mutex(scene.world, LOCK)

    def before() -> None:
        scene.write()
        with lock:
            pass

    def after() -> None:
        with lock:
            pass
        scene.write()

    assert scene.races(before, after) == []


def readers_and_writers(
    scene: Scene, make: Callable[[World, LockClass], RwLock]
) -> tuple[Callable[[Callable[[], None]], None], Callable[[Callable[[], None]], None]]:
    lock = make(scene.world, LOCK)

    def sharing(act: Callable[[], None]) -> None:
        lock.acquire_reading()
        act()
        lock.release_reading()

    def alone(act: Callable[[], None]) -> None:
        lock.acquire_writing()
        act()
        lock.release_writing()

    return sharing, alone


@pytest.mark.parametrize("make", [RwLock, RwSemaphore])
def test_readers_are_ordered_with_writers_but_not_with_one_another(
    make: Callable[[World, LockClass], RwLock],
) -> None:
    scene = Scene()
    sharing, alone = readers_and_writers(scene, make)
    bodies = [lambda: sharing(scene.read), lambda: alone(scene.write), lambda: sharing(scene.read)]
    assert scene.races(*bodies) == []
    scene = Scene()
    sharing, alone = readers_and_writers(scene, make)
    assert scene.races(lambda: sharing(scene.read), lambda: sharing(scene.write)) == ["read+write"]


def test_a_pseudo_lock_orders_nothing() -> None:
    scene = Scene()
    inside = PseudoLock(scene.world, LOCK)

    def enter() -> None:
        with inside:
            scene.write()

    assert scene.races(enter, enter) == ["write"]


def test_data_of_a_cpu_is_ordered_while_preemption_is_disabled_there() -> None:
    scene = Scene()
    counters = PerCpu(scene.world, lambda number: Cell(scene.world, DATA, number))

    def count() -> None:
        with counters.using() as cell:
            cell.write()

    assert scene.races(count, count, count) == []


def test_who_is_woken_knows_what_the_waker_did() -> None:
    scene = Scene("A never#1 B")
    queue = WaitQueue(scene.world)

    def wait() -> None:
        queue.wait_until(lambda: scene.ready, NEVER)
        scene.read()

    def wake() -> None:
        scene.write()
        scene.ready = True
        queue.wake_all()

    assert scene.races(wait, wake) == []

    def wake_too_early() -> None:
        scene.ready = True
        queue.wake_all()
        scene.write()

    scene = Scene("A never#1 B")
    queue = WaitQueue(scene.world)
    assert scene.races(wait, wake_too_early) == ["read+write"]


def test_a_task_knows_what_its_parent_did_before_but_not_after_it_was_started() -> None:
    scene = Scene()

    def parent() -> None:
        scene.write()
        scene.world.spawn("child", scene.read)

    assert scene.races(parent) == []
    scene = Scene()

    def late_parent() -> None:
        scene.world.spawn("child", scene.read)
        scene.write()

    assert scene.races(late_parent) == ["read+write"]


def test_what_was_done_at_boot_is_known_to_all() -> None:
    scene = Scene()
    scene.world.boot(scene.write)
    assert scene.races(scene.write) == []


def test_a_completion_orders_who_waits_for_it_even_if_it_is_done_by_then() -> None:
    scene = Scene()
    done = Completion(scene.world, LOCK)

    def complete() -> None:
        scene.write()
        done.complete()

    def wait() -> None:
        done.wait()
        scene.read()

    assert scene.races(complete, wait) == []
    scene = Scene()
    done = Completion(scene.world, LOCK)
    assert scene.races(complete, scene.read) == ["read+write"]


def test_work_knows_what_was_done_before_it_was_given_and_who_flushes_what_it_did() -> None:
    scene = Scene()
    work = WorkQueue(scene.world, "worker")

    def give() -> None:
        scene.write()
        work.add(scene.write)
        work.flush()
        scene.write()

    assert scene.races(give) == []
    scene = Scene()
    work = WorkQueue(scene.world, "worker")

    def forget_to_flush() -> None:
        work.add(scene.write)
        scene.write()

    assert scene.races(forget_to_flush) == ["write"]


def test_a_timer_knows_what_was_done_before_it_was_set() -> None:
    for early, places in ((True, []), (False, ["write"])):
        scene = Scene()
        timer = Timer(scene.world, "irq", scene.write)

        def set_timer(scene: Scene = scene, timer: Timer = timer, *, first: bool = early) -> None:
            if first:
                scene.write()
            timer.start(3)
            if not first:
                scene.write()

        assert scene.races(set_timer) == places


# Marked accesses


def test_marked_accesses_race_with_plain_ones_only() -> None:
    accesses: Sequence[tuple[str, Callable[[Scene], None]]] = (
        ("r", lambda scene: scene.data.read()),
        ("w", lambda scene: scene.data.write()),
        ("R", lambda scene: scene.data.read(marked=True)),
        ("W", lambda scene: scene.data.write(marked=True)),
    )
    racing: list[str] = []
    for one, first in accesses:
        for two, second in accesses:
            scene = Scene()
            if scene.races(lambda f=first, s=scene: f(s), lambda g=second, s=scene: g(s)):
                racing.append(one + two)
    assert racing == ["rw", "rW", "wr", "ww", "wR", "wW", "Rw", "Wr", "Ww"]


class Message(Scene):
    """Message passing: data, then a flag that says that it is there."""

    def send(self, set_flag: Callable[[], None]) -> None:
        self.data.write()
        set_flag()
        self.ready = True

    def receive(self, look: Callable[[], None]) -> None:
        look()
        if self.ready:
            self.data.read()


def test_a_message_is_passed_in_order_only_by_release_and_acquire() -> None:
    scene = Message()
    flag = scene.flag
    plain = scene.races(lambda: scene.send(flag.write), lambda: scene.receive(flag.read))
    assert plain == ["receive+send"]
    scene = Message()
    set_marked, look_marked = scene.flag, scene.flag
    marked = scene.races(
        lambda: scene.send(lambda: set_marked.write(marked=True)),
        lambda: scene.receive(lambda: look_marked.read(marked=True)),
    )
    assert marked == ["receive+send"]
    assert "data 0" in scene.world.findings[0].detail
    scene = Message()
    flag = scene.flag
    assert scene.races(lambda: scene.send(flag.release), lambda: scene.receive(flag.acquire)) == []


def test_an_atomic_that_orders_all_makes_the_last_user_know_what_the_others_did() -> None:
    scene = Scene()

    def put() -> None:
        scene.data.read()
        scene.flag.update()

    def put_last() -> None:
        scene.flag.update()
        scene.data.write()

    assert scene.races(put, put, put_last) == []


def test_double_checked_initialisation_needs_release_and_acquire() -> None:
    for look, publish, places in (
        ("read", "write", ["get"]),
        ("acquire", "release", []),
    ):
        scene = Scene()
        lock = Mutex(scene.world, LOCK)

        def get(
            scene: Scene = scene, lock: Mutex = lock, look: str = look, publish: str = publish
        ) -> None:
            getattr(scene.flag, look)()
            if not scene.ready:
                with lock:
                    if not scene.ready:
                        scene.data.write()
                        getattr(scene.flag, publish)()
                        scene.ready = True
            scene.data.read()

        assert scene.races(get, get) == places


# What is said


def test_a_race_says_who_holds_what_and_what_would_have_ordered_the_two() -> None:
    scene = Scene()
    lock, other = Mutex(scene.world, LOCK), Mutex(scene.world, OTHER, 3)

    def update() -> None:
        with lock:
            scene.data.write()

    def peek() -> None:
        with other:
            scene.data.read()

    assert scene.races(update, update, peek) == ["peek"]
    finding = scene.world.findings[0]
    assert (finding.title, finding.task) == ("BUG: KCSAN: data-race in peek / update", "C")
    assert finding.detail == (
        "data 0: task B writes it in update holding data 0; "
        "task C reads it in peek holding other 3; "
        "nothing that B did after it has reached C since. "
        "It is guarded by the lock of the data; "
        "2 of 3 accesses hold data, that in peek does not."
    )


def culprits(data: CellClass, *, locked_first: int) -> list[str]:
    """Return the place of a race between some who hold the lock and one who forgot it."""
    scene = Scene()
    scene.data = Cell(scene.world, data)
    lock = Mutex(scene.world, LOCK)

    def update() -> None:
        with lock:
            scene.write()

    def forget() -> None:
        for number in range(3):
            Cell(scene.world, data, number).write()
        scene.data.read()

    return scene.races(*[update] * locked_first, forget)


def test_of_a_race_that_function_is_the_place_which_lacks_the_lock_that_most_hold() -> None:
    assert culprits(DATA, locked_first=4) == ["forget"]
    assert culprits(DATA, locked_first=1) == ["forget+write"]


def test_the_lock_that_the_declaration_names_tells_who_lacks_it_however_few_hold_it() -> None:
    meant = CellClass("data", "the lock of the data", locks=(OTHER, LOCK))
    assert culprits(meant, locked_first=1) == ["forget"]


def test_a_function_that_lacks_the_lock_on_both_sides_is_the_place_once() -> None:
    scene = Scene()
    scene.data = Cell(scene.world, CellClass("data", "the lock of the data", locks=(LOCK,)))
    lock = Mutex(scene.world, LOCK)

    def initialise() -> None:
        with lock:
            scene.write()
        scene.flag.release()

    def forget() -> None:
        scene.flag.acquire()
        scene.data.write()

    assert scene.races(initialise, forget, forget) == ["forget"]


def test_two_that_lack_the_lock_are_both_the_place_although_one_holds_another() -> None:
    scene = Scene()
    scene.data = Cell(scene.world, CellClass("data", "the lock of the data", locks=(LOCK,)))
    lock, other = Mutex(scene.world, LOCK), Mutex(scene.world, OTHER)

    def initialise() -> None:
        with lock:
            scene.write()
        scene.flag.release()

    def forget() -> None:
        scene.flag.acquire()
        with other:
            scene.write()

    def peek() -> None:
        scene.flag.acquire()
        scene.read()

    assert scene.races(initialise, forget, peek) == ["read+write"]


def test_a_cell_is_reported_once_however_many_race_there() -> None:
    scene = Scene()

    def also_write() -> None:
        scene.data.write()

    assert scene.races(scene.write, also_write, scene.read) == ["also_write+write"]


def test_a_lock_that_another_task_drops_is_held_by_nobody_any_more() -> None:
    scene = Scene("A never#1 B")
    page = BitLock(scene.world, LOCK)
    queue = WaitQueue(scene.world)

    def take() -> None:
        page.acquire()
        queue.wait_until(lambda: not page.locked, NEVER)
        scene.write()

    def drop() -> None:
        page.release()
        queue.wake_all()
        scene.world.reach(PASS)
        scene.write()

    assert scene.races(take, drop) == ["write"]
    assert "holding data" not in scene.world.findings[0].detail


def test_judges_that_look_after_the_run_race_with_nobody() -> None:
    scene = Scene()
    assert scene.races(scene.write) == []
    scene.read()
    assert scene.world.findings == []
