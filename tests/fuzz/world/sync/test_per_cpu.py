from fuzz.world.schedule.replay import Replay
from fuzz.world.sync.per_cpu import PerCpu
from fuzz.world.world import World
from tests.fuzz.world.toys import PASS, passed, switch


def test_each_cpu_has_its_own_value() -> None:
    world = World(cpus=2)
    counters = PerCpu(world, lambda number: [number])

    def count() -> None:
        with counters.using() as counter:
            counter.append(world.running.number)

    for name in "ABC":
        world.spawn(name, count)
    world.run()
    assert counters.values == [[0, 0, 2], [1, 1]]


def test_preemption_is_off_while_a_value_is_used() -> None:
    world = World(strategy=Replay([switch("A pass#1 B"), switch("A pass#2 B")]), cpus=1)
    counters = PerCpu(world, int)

    def use() -> None:
        with counters.using():
            world.reach(PASS)
        world.reach(PASS)

    for name in "AB":
        world.spawn(name, use)
    world.run()
    assert passed(world) == list("ABBA")
    assert world.switches == (switch("A pass#2 B"),)


def test_get_and_put_are_the_two_halves_of_using() -> None:
    world, counts = World(), list[int]()
    counters = PerCpu(world, int)

    def use() -> None:
        counters.get()
        counts.append(world.running.preempt_count)
        counters.put()
        counts.append(world.running.preempt_count)

    world.spawn("A", use)
    world.run()
    assert counts == [1, 0]
