"""Per-CPU data: one value a CPU, used with preemption disabled."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from fuzz.world.world import World

T = TypeVar("T")


class PerCpu(Generic[T]):
    """One value for each CPU of a world."""

    __slots__ = ("_world", "values")

    def __init__(self, world: World, make: Callable[[int], T]) -> None:
        """Make the value of each CPU by its number."""
        self._world = world
        self.values = [make(cpu.number) for cpu in world.cpus]

    def get(self) -> T:
        """Disable preemption and return this CPU's value; `put` must follow."""
        world = self._world
        world.preempt_disable()
        cpu = world.running.cpu
        for hook in world.hooks.learned:
            hook(world.running, cpu)
        return self.values[cpu.number]

    def put(self) -> None:
        """Give this CPU's value back and enable preemption."""
        world = self._world
        for hook in world.hooks.published:
            hook(world.running, world.running.cpu)
        world.preempt_enable()

    @contextmanager
    def using(self) -> Generator[T]:
        """Use this CPU's value with preemption disabled."""
        value = self.get()
        try:
            yield value
        finally:
            self.put()
