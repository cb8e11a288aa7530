from fuzz.world.sync.wait_queue import WaitQueue
from fuzz.world.world import World
from tests.fuzz.world.toys import NEVER, PASS, lines, passed


def test_a_task_that_is_woken_too_early_waits_again() -> None:
    world, lights = World(), list[str]()
    queue = WaitQueue(world)

    def turn_on_two() -> None:
        for light in ("left", "right"):
            lights.append(light)
            queue.wake_all()
            world.sleep(PASS, 1)

    world.spawn("A", lambda: queue.wait_until(lambda: len(lights) == 2, NEVER))
    world.spawn("B", turn_on_two)
    world.run()
    assert [line for line in lines(world) if "never" in line] == ["A never#1 0", "A never#2 0"]
    assert (world.findings, queue.empty) == ([], True)


def test_nobody_waits_for_what_holds_already() -> None:
    world = World()
    world.spawn("A", lambda: WaitQueue(world).wait_until(lambda: True, NEVER))
    world.run()
    assert passed(world) == []


def test_a_task_that_does_not_wait_is_not_woken() -> None:
    world = World()
    task = world.spawn("A", lambda: world.wake(world.running))
    world.run()
    assert (task.done, lines(world)) == (True, ["A begin#1 0", "A end#1 0"])
