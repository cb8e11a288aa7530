from fuzz.world.sync.work_queue import WorkQueue
from fuzz.world.world import World
from tests.fuzz.world.toys import NAP, lines


def test_work_is_done_in_the_order_in_which_it_came_and_then_the_worker_ends() -> None:
    world, done = World(), list[int]()
    queue = WorkQueue(world, "worker")

    def give() -> None:
        for number in range(3):
            queue.add(lambda number=number: done.append(number))

    world.spawn("A", give)
    world.run()
    assert done == [0, 1, 2]
    assert [(task.name, task.done) for task in world.tasks] == [("A", True), ("worker", True)]


def test_work_that_comes_later_gets_a_new_worker() -> None:
    world = World()
    queue = WorkQueue(world, "worker")

    def give() -> None:
        queue.add(lambda: None)
        world.sleep(NAP, 1)
        queue.add(lambda: None)

    world.spawn("A", give)
    world.run()
    assert [task.name for task in world.tasks] == ["A", "worker", "worker.2"]


def test_work_may_give_more_work_to_its_own_worker() -> None:
    world, done = World(), list[str]()
    queue = WorkQueue(world, "worker")

    def first() -> None:
        queue.add(lambda: done.append("second"))
        done.append("first")

    world.spawn("A", lambda: queue.add(first))
    world.run()
    assert done == ["first", "second"]
    assert [line for line in lines(world) if "take" in line] == [
        "worker worker.take#1 0",
        "worker worker.take#2 0",
    ]


def test_flushing_waits_for_all_work_and_not_at_all_when_there_is_none() -> None:
    world, done = World(), list[str]()
    queue = WorkQueue(world, "worker")

    def give() -> None:
        queue.flush()
        for name in ("first", "second"):
            queue.add(lambda name=name: done.append(name))
        queue.flush()
        done.append("flushed")

    world.spawn("A", give)
    world.run()
    assert done == ["first", "second", "flushed"]
    assert len([line for line in lines(world) if "flush" in line]) == 1
