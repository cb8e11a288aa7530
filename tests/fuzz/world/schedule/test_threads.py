"""Claims about tasks in the order of threads."""

from itertools import pairwise

from fuzz.program.case import Case, Program, Schedule
from fuzz.program.execute import execute
from fuzz.values.choices import Choices
from fuzz.values.point import Access, Point
from fuzz.world.schedule.threads import Threads
from fuzz.world.world import World
from tests.toys import counter

STEP = Point("step", "do a step", Access.WRITE, "floor")


def order(seed: int, cpus: int, tasks: int, steps: int = 30) -> str:
    """Let tasks do steps; say who did each."""
    world = World(cpus=cpus, strategy=Threads(Choices(seed)))

    def body() -> None:
        for _ in range(steps):
            world.reach(STEP)

    for name in "ABC"[:tasks]:
        world.spawn(name, body)
    world.run()
    return "".join(task.name for task, point, _, _ in world.trace if point is STEP)


def turns(said: str) -> int:
    return 1 + sum(one != other for one, other in pairwise(said))


def test_tasks_of_one_cpu_run_one_after_another() -> None:
    for seed in range(20):
        assert turns(order(seed, cpus=1, tasks=3)) == 3


def test_cpus_run_side_by_side_about_equally_fast() -> None:
    said = [order(seed, cpus=2, tasks=2) for seed in range(50)]
    assert len(set(said)) == 50
    assert sum(map(turns, said)) / 50 > 25


def test_the_same_seed_gives_the_same_order() -> None:
    assert order(3, cpus=2, tasks=3) == order(3, cpus=2, tasks=3)


def test_a_stress_test_finds_a_lost_update() -> None:
    programs = tuple(Program(name, (counter.Add(1),) * 3) for name in "AB")
    found = [
        execute(counter.TARGET, Case("counter", "1", (), programs, schedule=Schedule("threads", n)))
        for n in range(30)
    ]
    assert any(outcome.findings for outcome in found)
    assert not all(outcome.findings for outcome in found)
