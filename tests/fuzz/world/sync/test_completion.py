from fuzz.world.sync.completion import Completion
from fuzz.world.world import World
from tests.fuzz.world.toys import DONE, lines


def wait_and_complete(first: str, second: str) -> list[str]:
    world = World()
    completion = Completion(world, DONE)
    bodies = {"waiter": completion.wait, "other": completion.complete}
    for name in (first, second):
        world.spawn(name, bodies[name])
    world.run()
    assert world.findings == []
    return [line for line in lines(world) if "done" in line]


def test_a_waiter_sleeps_until_it_is_done() -> None:
    assert wait_and_complete("waiter", "other") == [
        "waiter done.lock#1 0",
        "waiter done.wait#1 0",
        "other done.unlock#1 0",
    ]


def test_waiting_for_what_is_done_returns_at_once() -> None:
    assert wait_and_complete("other", "waiter") == ["other done.unlock#1 0", "waiter done.lock#1 0"]


def test_completing_wakes_all_waiters() -> None:
    world = World()
    completion = Completion(world, DONE)
    waiters = [world.spawn(name, completion.wait) for name in "ABC"]
    world.spawn("D", completion.complete)
    world.run()
    assert all(task.done for task in waiters)


def test_what_is_never_done_hangs_its_waiter() -> None:
    world = World()
    world.spawn("A", Completion(world, DONE).wait)
    world.run()
    assert [finding.detail for finding in world.findings] == [
        "it waits at done.wait: wait for the lock of the toy that is not ready"
    ]
