"""Modules are loaded once, by somebody else, who looks at the CPUs first."""

from fuzz.world.world import World
from targets.linux.kernel.versions import kernel_named
from targets.linux.machine.machine import Machine
from targets.linux.machine.memory import Memory


def test_a_module_is_loaded_when_it_is_first_needed() -> None:
    world = World()
    machine = Machine(world, kernel_named("5.15"), Memory(world))

    def body() -> None:
        for name in ("zstd", "zstd", "lz4"):
            machine.modules.request_module(name)

    world.spawn("A", body)
    world.run()
    assert [task.name for task in world.tasks] == ["A", "modprobe"]
