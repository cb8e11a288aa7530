from fuzz.world.clock import Clock
from fuzz.world.world import World
from tests.fuzz.world.toys import NAP, PASS


def test_actions_come_in_the_order_of_their_times_then_of_their_setting() -> None:
    clock, called = Clock(), list[tuple[int, str]]()
    for name, ticks in (("a", 3), ("b", 1), ("c", 3), ("d", 0)):
        clock.call_after(ticks, lambda name=name: called.append((clock.now, name)))
    while clock.advance():
        pass
    assert called == [(0, "d"), (1, "b"), (3, "a"), (3, "c")]


def test_times_count_from_the_moment_of_setting() -> None:
    clock, called = Clock(), list[int]()
    clock.call_after(2, lambda: clock.call_after(2, lambda: called.append(clock.now)))
    while clock.advance():
        pass
    assert called == [4]


def test_a_clock_without_actions_stands_still() -> None:
    clock = Clock()
    assert (clock.advance(), clock.now) == (False, 0)


def test_time_moves_only_when_nothing_else_can_run() -> None:
    world, times = World(), list[tuple[str, int]]()

    def sleep() -> None:
        world.sleep(NAP, 1)
        times.append(("A", world.clock.now))

    def work() -> None:
        for _ in range(100):
            world.reach(PASS)
        times.append(("B", world.clock.now))

    world.spawn("A", sleep)
    world.spawn("B", work)
    world.run()
    assert times == [("B", 0), ("A", 1)]


def test_sleepers_wake_when_their_time_has_come() -> None:
    world, woken = World(), list[tuple[str, int]]()

    def sleep(ticks: int) -> None:
        world.sleep(NAP, ticks)
        woken.append((world.running.name, world.clock.now))

    for name, ticks in (("A", 30), ("B", 10), ("C", 20), ("D", 10)):
        world.spawn(name, lambda ticks=ticks: sleep(ticks))
    world.run()
    assert woken == [("B", 10), ("D", 10), ("C", 20), ("A", 30)]
