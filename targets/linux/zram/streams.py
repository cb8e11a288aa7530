"""Compression streams: who may compress at the same time, and whether he may sleep meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from fuzz.values.point import Access, Point, fault_point
from fuzz.world.cell import CellClass, Unseen
from fuzz.world.shared import Fields, Watch, share, shared
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from fuzz.world.sync.spinlock import SpinLock
from fuzz.world.sync.wait_queue import WaitQueue
from targets.linux.machine.errno import ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_KERNEL, GFP_NOIO, Gfp
from targets.linux.machine.memory import fail_page_alloc_exempt
from targets.linux.machine.page import PAGE_SIZE

if TYPE_CHECKING:
    from fuzz.world.world import World
    from targets.linux.machine.machine import Machine

STREAM: Final = fault_point(
    "zcomp.stream", "memory for a compression stream", ENOMEM, capability="fail_page_alloc"
)
STREAM_PAGES: Final = 2
"""A stream's buffer: one page, and one for results that grow."""

MORE_STREAMS_MASK: Final = GFP_NOIO | Gfp.NORETRY | Gfp.NOWARN
"""For a stream beyond the first: who wants it has a page to write, and can wait for another one."""

SINGLE_LOCK: Final = LockClass("zcomp.strm_lock", "the only compression stream")
LIST_LOCK: Final = LockClass("zcomp.idle_strm", "the list of idle compression streams")
IDLE_WAIT: Final = Point(
    "zcomp.strm_wait", "wait for an idle compression stream", Access.WAIT, "zcomp.idle_strm"
)


BUFFER: Final = CellClass("compression stream", "who holds it", "zcomp_compress")
COUNT: Final = CellClass("count of streams", "the lock of their list", locks=(LIST_LOCK,))
IDLE: Final = CellClass("idle streams", "the lock of their list", locks=(LIST_LOCK,))


@shared(Fields(BUFFER, "buffer", "freed"), Fields(BUFFER, "local_copy", watch=Watch.USE))
class Stream:
    """Room for one compression (struct zcomp_strm)."""

    __slots__ = ("buffer", "cells", "freed", "local_copy", "lock")

    def __init__(self, world: World, cpu: int, lock: Mutex | None = None) -> None:
        """Make a stream that compressed nothing yet."""
        self.buffer = b""
        self.local_copy = bytearray(PAGE_SIZE)
        """Room for an object that spans two pages of its pool, while it is read [6.16]."""
        self.lock = lock
        """Guards the stream where its holder may sleep, and stays when the CPU goes [6.15]."""
        self.freed = lock is not None
        """Whether its CPU is not there, nor its buffer; a stream without a lock goes as a whole."""
        share(world, self, cpu)


class Streams(Protocol):
    """A way to hand out streams."""

    unfit: bool
    """Whether the parameters of the compressor have become such that no new stream takes them."""

    def get(self) -> Stream:
        """Hold a stream; it never fails."""
        ...

    def put(self, stream: Stream) -> None:
        """Give a stream back."""
        ...

    def set_max(self, count: int) -> bool:
        """Allow `count` streams; False when their number is fixed."""
        ...

    def destroy(self) -> None:
        """Free all streams, which nobody holds."""
        ...


def zcomp_strm_alloc(machine: Machine, gfp: Gfp, instance: int = 0) -> Stream | None:
    """Allocate a stream; None when there is no memory."""
    machine.memory.fs_reclaim.might_alloc(gfp)
    if machine.world.fault(STREAM, instance, size=STREAM_PAGES, exempt=fail_page_alloc_exempt(gfp)):
        return None
    return Stream(machine.world, instance)


def more_streams_mask(machine: Machine) -> Gfp:
    """With which mask to ask for a stream beyond the first, with a page to write in hand."""
    return GFP_KERNEL if machine.kernel.features.streams_enter_reclaim else MORE_STREAMS_MASK


def first_stream(machine: Machine, instance: int = 0) -> Stream:
    """Allocate a stream without which there is no compressor, or refuse with ENOMEM."""
    stream = zcomp_strm_alloc(machine, GFP_KERNEL, instance)
    if stream is None:
        raise Refusal(ENOMEM)
    return stream


class SingleStream:
    """One stream behind a mutex: its holder may sleep [4.6 zcomp_strm_single]."""

    unfit = False

    def __init__(self, machine: Machine) -> None:
        """Allocate the stream, or refuse with ENOMEM."""
        self._stream = first_stream(machine)
        self._lock = Mutex(machine.world, SINGLE_LOCK)

    def get(self) -> Stream:
        """Sleep until the stream is free (zcomp_strm_single_find)."""
        self._lock.acquire()
        return self._stream

    def put(self, stream: Stream) -> None:
        """Free the stream for the next one (zcomp_strm_single_release)."""
        assert stream is self._stream, "there is only one stream"
        self._lock.release()

    def set_max(self, count: int) -> bool:
        """Refuse: this is the way for one stream only, whatever `count` is."""
        del count
        return False

    def destroy(self) -> None:
        """Free the stream."""


@shared(Fields(COUNT, "count", "count_max"), Fields(IDLE, "idle", watch=Watch.USE))
class IdleStreams:
    """A list of idle streams that grows on demand up to a maximum [4.6 zcomp_strm_multi]."""

    unfit = False

    def __init__(self, machine: Machine, count_max: int) -> None:
        """Allocate the first stream, or refuse with ENOMEM."""
        self._machine = machine
        self._lock = SpinLock(machine.world, LIST_LOCK)
        self._queue = WaitQueue(machine.world)
        self.idle = [first_stream(machine)]
        self.count = 1
        """Streams that exist, idle or busy (avail_strm)."""
        self.count_max = count_max
        share(machine.world, self)

    def get(self) -> Stream:
        """Take an idle stream, or a new one, or wait for one (zcomp_strm_multi_find)."""
        while True:
            with self._lock:
                if self.idle:
                    return self.idle.pop()
                may_grow = self.count < self.count_max
                if may_grow:
                    self.count += 1
            if may_grow:
                stream = zcomp_strm_alloc(self._machine, more_streams_mask(self._machine))
                if stream is not None:
                    return stream
                with self._lock:
                    self.count -= 1
            self._queue.wait_until(self._any_idle, IDLE_WAIT)

    def _any_idle(self) -> bool:
        """Whether there is an idle stream, asked without the lock (list_empty)."""
        with Unseen(self._machine.world):
            return bool(self.idle)

    def put(self, stream: Stream) -> None:
        """Make the stream idle and wake who waits; one too many is freed instead."""
        with self._lock:
            kept = self.count <= self.count_max
            if kept:
                self.idle.append(stream)
            else:
                self.count -= 1
        if kept:
            self._queue.wake_all()

    def set_max(self, count: int) -> bool:
        """Allow `count` streams; idle ones beyond that are freed at once, busy ones when put."""
        with self._lock:
            self.count_max = count
            while self.count > count and self.idle:
                self.idle.pop()
                self.count -= 1
        return True

    def destroy(self) -> None:
        """Free the idle streams; there are no others by now."""
        self.idle.clear()
