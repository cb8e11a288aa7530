"""CPUs that go and come back while a world runs, and tasks that move between them.

A CPU goes when nobody has preemption disabled on it; its tasks go on elsewhere.
At least one CPU stays: whoever asks for the last one is to be refused before it comes here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from fuzz.world.sync.wait_queue import WaitQueue
from fuzz.world.task import home_of

if TYPE_CHECKING:
    from fuzz.world.task import Cpu
    from fuzz.world.world import World

OFFLINE: Final = Point("cpu.offline", "take a CPU down", Access.WRITE, "cpu")
ONLINE: Final = Point("cpu.online", "bring a CPU back", Access.WRITE, "cpu")
STOP: Final = Point(
    "cpu.stop", "wait until nobody has preemption disabled on a CPU", Access.WAIT, "cpu"
)
TURN: Final = Point(
    "cpu.turn", "wait for a turn on the CPU that one has come to", Access.WAIT, "cpu"
)
MOVE: Final = Point("cpu.move", "go on on another CPU", Access.WRITE, "cpu")


def online_cpus(world: World) -> list[int]:
    """Return the numbers of the CPUs that tasks run on."""
    return [cpu.number for cpu in world.cpus if cpu.online]


def take_offline(world: World, number: int) -> None:
    """Take a CPU down, sleeping until it can go; the caller may run on it, and then moves too."""
    world.might_sleep()
    world.reach(OFFLINE, number)
    cpu = world.cpus[number]
    assert online_cpus(world) not in ([], [number]), "one CPU stays"
    _wait_until_released(world, cpu, STOP)
    cpu.online = False
    for task in world.tasks:
        if task.cpu is cpu and not task.done:
            world.move(task, home_of(world.cpus, number))
    _wait_until_released(world, world.running.cpu, TURN)


def take_online(world: World, number: int) -> None:
    """Bring a CPU back; tasks come to it again as they are made or moved."""
    world.reach(ONLINE, number)
    world.cpus[number].online = True


def move_to(world: World, number: int) -> None:
    """Let the running task go on on another CPU, which is online (sched_setaffinity)."""
    world.might_sleep()
    world.reach(MOVE, number)
    assert world.cpus[number].online, "a task goes where tasks run"
    world.move(world.running, world.cpus[number])
    _wait_until_released(world, world.cpus[number], TURN)


def _wait_until_released(world: World, cpu: Cpu, point: Point) -> None:
    """Sleep until nobody has preemption disabled on a CPU."""
    if cpu.holder is not None:
        cpu.released = cpu.released or WaitQueue(world)
        cpu.released.wait_until(lambda: cpu.holder is None, point, cpu.number)
