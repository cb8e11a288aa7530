"""Compression streams of which each CPU has one, that comes and goes with it [zcomp.c]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.world.cell import Unseen
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from fuzz.world.sync.per_cpu import PerCpu
from fuzz.world.sync.pseudo_lock import PseudoLock
from targets.linux.machine.errno import EINVAL, Refusal
from targets.linux.zram.streams import Stream, first_stream

if TYPE_CHECKING:
    from targets.linux.machine.machine import Machine

STREAM_LOCK: Final = LockClass("zcomp.strm_mutex", "the compression stream of a CPU")
LOCAL_LOCK: Final = LockClass("zcomp.strm_local", "the compression stream of this CPU")


def _no_stream(cpu: int) -> Stream | None:
    del cpu


class PerCpuStreams:
    """One stream a CPU: its holder is not preempted and must not sleep [4.7]."""

    unfit = False

    def __init__(self, machine: Machine, module: str) -> None:
        """Allocate a stream for each CPU that is online, or refuse with ENOMEM.

        Each needs the `module` of the algorithm, unless that is none.
        """
        self._machine = machine
        self._module = module
        self._world = machine.world
        self._hotplug = machine.hotplug
        self._streams: PerCpu[Stream | None] = PerCpu(machine.world, _no_stream)
        local_lock = machine.kernel.features.local_stream_lock
        self._local = PseudoLock(machine.world, LOCAL_LOCK) if local_lock else None
        self._hotplug.add_instance(self)

    def get(self) -> Stream:
        """Hold this CPU's stream, with preemption disabled."""
        if self._local is not None:
            self._local.enter()
        stream = self._streams.get()
        assert stream is not None, "a CPU that tasks run on has a stream"
        return stream

    def put(self, stream: Stream) -> None:
        """Give the stream back and enable preemption."""
        del stream
        self._streams.put()
        if self._local is not None:
            self._local.leave()

    def set_max(self, count: int) -> bool:
        """Say yes: the number of CPUs decides, whatever `count` is."""
        del count
        return True

    def cpu_up_prepare(self, cpu: int) -> None:
        """Allocate the stream of a CPU: ENOMEM, EINVAL (zcomp_cpu_up_prepare)."""
        if self.unfit:
            raise Refusal(EINVAL)
        if self._module:
            self._machine.modules.request_module(self._module)
        self._streams.values[cpu] = first_stream(self._machine, cpu)

    def cpu_dead(self, cpu: int) -> None:
        """Free the stream of a CPU, which nobody can hold any more (zcomp_cpu_dead)."""
        self._streams.values[cpu] = None

    def has(self, cpu: int) -> bool:
        """Whether a CPU has a stream: for judges, it announces nothing."""
        return self._streams.values[cpu] is not None

    def destroy(self) -> None:
        """Free all streams."""
        self._hotplug.remove_instance(self)


class SleepableStreams:
    """One stream a CPU behind a mutex: its holder may sleep, and move to another CPU [6.15]."""

    unfit = False

    def __init__(self, machine: Machine) -> None:
        """Allocate a stream for each CPU that is online, or refuse with ENOMEM."""
        world = machine.world
        self._machine = machine
        self._world = world
        self._hotplug = machine.hotplug
        self._streams = [
            Stream(world, cpu.number, Mutex(world, STREAM_LOCK, cpu.number)) for cpu in world.cpus
        ]
        self._hotplug.add_instance(self)

    def get(self) -> Stream:
        """Hold the stream of the CPU that the task runs on now.

        While it waits for the mutex the CPU may go: then it tries the CPU where it is by then.
        """
        while True:
            stream = self._streams[self._world.running.cpu.number]
            assert stream.lock is not None, "a stream of this kind has a lock"
            stream.lock.acquire()
            if not stream.freed:
                return stream
            stream.lock.release()

    def put(self, stream: Stream) -> None:
        """Give the stream back, wherever the task runs by now."""
        assert stream.lock is not None, "a stream of this kind has a lock"
        stream.lock.release()

    def set_max(self, count: int) -> bool:
        """Say yes: the number of CPUs decides, whatever `count` is."""
        del count
        return True

    def cpu_up_prepare(self, cpu: int) -> None:
        """Allocate the buffer of a CPU's stream: ENOMEM, EINVAL (zcomp_cpu_up_prepare)."""
        if self.unfit:
            raise Refusal(EINVAL)
        first_stream(self._machine, cpu)
        with Unseen(self._world):  # No mutex in the kernel either: who wanted it before may look.
            self._streams[cpu].freed = False

    def cpu_dead(self, cpu: int) -> None:
        """Free the buffer of a CPU's stream once nobody holds that (zcomp_cpu_dead)."""
        stream = self._streams[cpu]
        assert stream.lock is not None, "a stream of this kind has a lock"
        with stream.lock:
            stream.freed = True

    def has(self, cpu: int) -> bool:
        """Whether the stream of a CPU has a buffer: for judges, it announces nothing."""
        with Unseen(self._world):
            return not self._streams[cpu].freed

    def destroy(self) -> None:
        """Free all streams."""
        self._hotplug.remove_instance(self)
