"""CPU hotplug: who must have something for each CPU is told when one comes or goes [kernel/cpu.c].

Up to 4.9 a chain of notifiers is told, later the instances of a state of the hotplug machine;
both hold a lock meanwhile, so that nobody comes or goes in the middle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from fuzz.world.cell import Cell, CellClass
from fuzz.world.hotplug import online_cpus, take_offline, take_online
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.rw_semaphore import RwSemaphore
from targets.linux.kernel.history.compression import CpuCallbacks
from targets.linux.machine.errno import ENOENT, EPERM, Refusal
from targets.linux.machine.promises import CPUHP_STATE_IN_USE

if TYPE_CHECKING:
    from fuzz.world.world import World
    from targets.linux.kernel.kernel import Kernel

HOTPLUG_LOCK: Final = LockClass("cpu_hotplug_lock", "which CPUs are online")


ONLINE: Final = CellClass("online CPUs", "cpu_hotplug_lock", locks=(HOTPLUG_LOCK,))


class Instance(Protocol):
    """Somebody with one thing for each CPU."""

    def cpu_up_prepare(self, cpu: int) -> None:
        """Get ready for a CPU that comes, or refuse: then it does not come."""
        ...

    def cpu_dead(self, cpu: int) -> None:
        """Free what a CPU had that has gone."""
        ...

    def has(self, cpu: int) -> bool:
        """Whether it has its thing for a CPU: for judges, it announces nothing."""
        ...


class CpuHotplug:
    """The CPUs of one machine, and who is to be told."""

    def __init__(self, world: World, kernel: Kernel) -> None:
        """Start with nobody to be told."""
        self._world = world
        self._kernel = kernel
        self._lock = RwSemaphore(world, HOTPLUG_LOCK)
        self._online = Cell(world, ONLINE)
        self._instances: list[Instance] = []

    @property
    def instances(self) -> tuple[Instance, ...]:
        """Who is told: for judges, it announces nothing."""
        return tuple(self._instances)

    def add_instance(self, instance: Instance) -> None:
        """Prepare an instance for each CPU that is online, or undo that and refuse as it did."""
        with self._lock.reading():
            self._online.read()
            ready: list[int] = []
            try:
                for cpu in online_cpus(self._world):
                    instance.cpu_up_prepare(cpu)
                    ready.append(cpu)
            except Refusal:
                for cpu in ready:
                    instance.cpu_dead(cpu)
                raise
            self._instances.append(instance)

    def remove_instance(self, instance: Instance) -> None:
        """Free what an instance has for each CPU."""
        with self._lock.reading():
            self._online.read()
            self._instances.remove(instance)
            for cpu in online_cpus(self._world):
                instance.cpu_dead(cpu)

    def look(self) -> None:
        """Look which CPUs there are, as who probes a device does (cpus_read_lock)."""
        with self._lock.reading():
            self._online.read()

    def remove_multi_state(self, kinds: tuple[type, ...]) -> None:
        """Take a state of the hotplug machine away, whose instances are of some kinds [4.10].

        There must be none any more; notifiers were nobody's state.
        """
        match self._kernel.features.cpu_callbacks:
            case CpuCallbacks.NOTIFIERS:
                return
            case CpuCallbacks.STATES:
                with self._lock.reading():
                    left = sum(isinstance(each, kinds) for each in self._instances)
        if left:
            self._world.report(
                CPUHP_STATE_IN_USE,
                "Error: Removing state of the hotplug machine which has instances left.",
                f"{left} of them are called when a CPU comes or goes, by then in memory of others",
                place="cpuhp_remove_multi_state",
            )

    def set_online(self, number: int, *, online: bool) -> None:
        """Write to the file `online` of a CPU; the boot CPU has none, hence ENOENT."""
        if number not in range(1, len(self._world.cpus)):
            raise Refusal(ENOENT)
        if online:
            self.cpu_up(number)
        else:
            self.cpu_down(number)

    def cpu_down(self, number: int) -> None:
        """Take a CPU down, unless it is; one that is not the last."""
        with self._lock.writing():
            self._online.write()
            if number in online_cpus(self._world):
                take_offline(self._world, number)
                for instance in reversed(self._instances):
                    instance.cpu_dead(number)

    def cpu_up(self, number: int) -> None:
        """Bring a CPU back, unless it is there; an instance that is not ready vetoes that."""
        with self._lock.writing():
            self._online.write()
            if number in online_cpus(self._world):
                return
            ready: list[Instance] = []
            try:
                for instance in self._instances:
                    instance.cpu_up_prepare(number)
                    ready.append(instance)
            except Refusal as refusal:
                for instance in reversed(ready):
                    instance.cpu_dead(number)
                raise Refusal(self._veto(refusal)) from None
            take_online(self._world, number)

    def _veto(self, refusal: Refusal) -> str:
        """Return the errno of a CPU that does not come; NOTIFY_BAD knows only one."""
        match self._kernel.features.cpu_callbacks:
            case CpuCallbacks.NOTIFIERS:
                return EPERM
            case CpuCallbacks.STATES:
                return refusal.name
