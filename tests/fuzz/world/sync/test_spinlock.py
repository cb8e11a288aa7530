from fuzz.world.schedule.replay import Replay
from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.world import World
from tests.fuzz.world.toys import PASS, SPIN, Onlooker, lines, passed, steps_of, switch


def hold_on_two_cpus(strategy: Replay) -> World:
    world = World(strategy=strategy, cpus=2)
    lock = SpinLock(world, SPIN)

    def hold() -> None:
        with lock:
            world.reach(PASS)

    for name in "AB":
        world.spawn(name, hold)
    world.run()
    return world


def test_a_spinner_on_another_cpu_goes_on_once_the_lock_is_free() -> None:
    world = hold_on_two_cpus(Replay([switch("A pass#1 B")]))
    assert [line for line in lines(world) if " spin" in line or " pass" in line] == [
        "A spin.lock#1 0",
        "B spin.lock#1 0",
        "B spin.wait#1 0",
        "A pass#1 0",
        "A spin.unlock#1 0",
        "B pass#1 0",
        "B spin.unlock#1 0",
    ]
    assert world.findings == []


def test_a_spinner_keeps_its_cpu() -> None:
    onlooker = Onlooker()
    world = World(strategy=Replay([switch("A pass#1 B")], then=onlooker), cpus=2)
    lock = SpinLock(world, SPIN)

    def hold() -> None:
        with lock:
            world.reach(PASS)

    world.spawn("A", hold, cpu=0)
    world.spawn("B", hold, cpu=1)
    world.spawn("C", lambda: world.reach(PASS), cpu=1)
    world.run()
    assert ("B", "spin.wait", ["A"]) in onlooker.seen
    assert passed(world)[-1] == "C"


def test_an_interrupt_that_spins_on_the_lock_of_whom_it_interrupted_hangs() -> None:
    world = World(strategy=Replay([switch("A pass#1 irq")]), cpus=1)
    lock = SpinLock(world, SPIN)

    def hold() -> None:
        with lock:
            world.reach(PASS)

    world.spawn("A", hold)
    world.spawn("irq", hold, interrupt=True)
    world.run()
    assert [(finding.identity, finding.detail) for finding in world.findings] == [
        (("hung-task", "hold"), "it waits at spin.wait: wait for the lock of the top")
    ]


def test_trying_takes_a_free_lock_and_leaves_preemption_alone_otherwise() -> None:
    world, seen = World(), list[tuple[bool, int]]()
    lock = SpinLock(world, SPIN)

    def try_twice() -> None:
        for _ in range(2):
            seen.append((lock.try_acquire(), world.running.preempt_count))
        lock.release()
        seen.append((lock.owner is None, world.running.preempt_count))

    world.spawn("A", try_twice)
    world.run()
    assert seen == [(True, 1), (False, 1), (True, 0)]


def test_a_spinlock_dropped_by_another_task_stops_the_machine() -> None:
    world = World()
    lock = SpinLock(world, SPIN)
    world.spawn("A", steps_of(lock.acquire, lambda: world.reach(PASS)))
    world.spawn("B", lock.release)
    world.run()
    assert world.findings[-1].detail == "task B drops spin, which task A holds"


def test_a_lock_is_contended_while_somebody_spins_for_it() -> None:
    world, seen = World(strategy=Replay([switch("A pass#1 B")]), cpus=2), list[bool]()
    lock = SpinLock(world, SPIN)

    def hold() -> None:
        with lock:
            seen.append(lock.contended)
            world.reach(PASS)
            seen.append(lock.contended)

    for name in "AB":
        world.spawn(name, hold)
    world.run()
    assert seen == [False, True, False, False]
