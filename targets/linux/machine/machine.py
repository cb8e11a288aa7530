"""The machine that the parts of the model share: a world, a kernel, memory, its CPUs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from targets.linux.crypto.algorithms import LIBRARIES
from targets.linux.machine.cpuhp import CpuHotplug
from targets.linux.machine.io_counters import IoCounters
from targets.linux.machine.modules import Modules

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.world.world import World
    from targets.linux.block.disk import Disk
    from targets.linux.crypto.codec import Codec
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.machine.memory import Memory


class Machine:
    """What every subsystem is given when it is made."""

    __slots__ = (
        "bio_lists",
        "codec",
        "disks",
        "hotplug",
        "io",
        "kernel",
        "memory",
        "modules",
        "real_time",
        "world",
    )

    def __init__(
        self, world: World, kernel: Kernel, memory: Memory, codec: Codec = LIBRARIES
    ) -> None:
        """Make a machine with all CPUs of its world."""
        self.world = world
        self.kernel = kernel
        self.memory = memory
        self.codec = codec
        """What compresses: the libraries, unless somebody knows better what a kernel would get."""
        self.hotplug = CpuHotplug(world, kernel)
        self.modules = Modules(world, self.hotplug)
        self.io = IoCounters()
        self.disks: dict[str, Disk] = {}
        """The block devices by name, each from its registration to its removal."""
        self.real_time: dict[int, None] = {}
        """The numbers of the tasks that are real-time (SCHED_FIFO)."""
        self.bio_lists: dict[int, list[Callable[[], None]]] = {}
        """For each task inside a driver, by number, the requests that wait until it has left."""
