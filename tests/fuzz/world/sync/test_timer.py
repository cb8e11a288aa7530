from collections.abc import Callable
from functools import partial

from fuzz.world.sync.timer import Timer
from fuzz.world.world import World
from tests.fuzz.world.toys import NAP, steps_of


def fired(*steps: Callable[[World, Timer], None]) -> list[tuple[str, int, bool]]:
    """Let a task do the steps with a timer, and say when it fired as whom."""
    world, log = World(), list[tuple[str, int, bool]]()
    timer = Timer(
        world,
        "irq",
        lambda: log.append((world.running.name, world.clock.now, world.running.interrupt)),
    )
    world.spawn("A", steps_of(*[partial(step, world, timer) for step in steps]))
    world.run()
    return log


def start(ticks: int) -> Callable[[World, Timer], None]:
    return lambda _, timer: timer.start(ticks)


def sleep(world: World, _: Timer) -> None:
    world.sleep(NAP, 100)


def cancel(_: World, timer: Timer) -> None:
    timer.cancel()


def test_a_timer_interrupts_when_its_time_has_come() -> None:
    assert fired(start(5)) == [("irq", 5, True)]


def test_a_timer_that_is_set_again_is_moved() -> None:
    assert fired(start(5), start(9)) == [("irq", 9, True)]


def test_a_timer_may_be_used_again() -> None:
    assert fired(start(5), sleep, start(5)) == [("irq", 5, True), ("irq.2", 105, True)]


def test_a_cancelled_timer_never_fires() -> None:
    assert fired(start(5), cancel) == []


def test_a_timer_that_has_fired_may_be_cancelled() -> None:
    assert fired(start(5), sleep, cancel) == [("irq", 5, True)]


def test_timers_fire_in_the_order_of_their_times() -> None:
    world, log = World(), list[str]()
    timers = [Timer(world, name, lambda name=name: log.append(name)) for name in "abc"]

    def start_all() -> None:
        for timer, ticks in zip(timers, (3, 1, 2), strict=True):
            timer.start(ticks)

    world.spawn("A", start_all)
    world.run()
    assert log == ["b", "c", "a"]
