"""Compression contexts of zswap: one a CPU, which goes when its CPU goes [mm/zswap.c]."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point, fault_point
from fuzz.world.cell import Cell, CellClass, learn, publish
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from targets.linux.crypto.scomp import Scomp
from targets.linux.kernel.history.zswap import ZswapContexts
from targets.linux.machine.errno import EINVAL, ENOMEM, Refusal
from targets.linux.machine.gfp import GFP_KERNEL
from targets.linux.machine.page import PAGE_BYTES_READ, PAGE_BYTES_WRITE, PAGE_SIZE, fill_page
from targets.linux.machine.sanitizers import SLAB_USE_AFTER_FREE
from targets.linux.machine.slab import failslab_exempt

if TYPE_CHECKING:
    from collections.abc import Generator

    from targets.linux.machine.machine import Machine
    from targets.linux.machine.page import Page

ALGORITHM: Final = "lz4"
"""The default is lzo; which one it is decides nothing but sizes."""

HALF: Final = PAGE_SIZE // 2
ACOMP_CTX: Final = "zswap context"
CONTEXT_MUTEX: Final = LockClass("zswap.acomp_ctx", "the compression context of a CPU")
CONTEXT_USE: Final = Point("zswap.context.use", "use a context", Access.READ, ACOMP_CTX)
CONTEXT_FREE: Final = Point("zswap.context.free", "the context of a CPU", Access.WRITE, ACOMP_CTX)
CONTEXT: Final = fault_point(
    "zswap.context", "memory for the compression context of a CPU", ENOMEM, capability="failslab"
)
COMPRESS: Final = Point(
    "zswap.compress",
    "the compressor of zswap reads the first half of a page",
    PAGE_BYTES_READ.access,
    PAGE_BYTES_READ.thing,
    faults=(EINVAL,),
)


BUFFER: Final = CellClass("zswap buffer", "its CPU or its mutex", locks=(CONTEXT_MUTEX,))


class Context:
    """What one CPU compresses with (struct crypto_acomp_ctx, or a transform)."""

    __slots__ = ("alive", "buffer", "cpu", "mutex")

    def __init__(self, machine: Machine, cpu: int) -> None:
        """Make the context of a CPU."""
        self.cpu = cpu
        self.mutex = Mutex(machine.world, CONTEXT_MUTEX, cpu)
        self.buffer = Cell(machine.world, BUFFER, cpu)
        """Where a page is compressed to."""
        self.alive = False
        """Whether its CPU has it: what is used after that is somebody else's memory."""


class Contexts:
    """The contexts of all CPUs."""

    def __init__(self, machine: Machine) -> None:
        """Make a context for each CPU that is online, or refuse with ENOMEM."""
        self._machine = machine
        self._scomp = Scomp(machine)
        self._contexts = [Context(machine, cpu.number) for cpu in machine.world.cpus]
        self._held: dict[int, Context] = {}
        """The context that each task holds, by its number."""
        machine.hotplug.add_instance(self)

    @contextmanager
    def held(self) -> Generator[None]:
        """Hold the context of this CPU, as the kernel does."""
        match self._machine.kernel.features.zswap_contexts:
            case ZswapContexts.PREEMPT_OFF:
                with self._preempt_off():
                    yield
            case ZswapContexts.MUTEX:
                with self._locked(self._here()):
                    yield
            case ZswapContexts.MUTEX_FREES | ZswapContexts.MUTEX_CHECKED:
                with self._locked_and_alive():
                    yield

    def use_buffer(self) -> None:
        """Compress into the buffer of the context that is held, or read what is there."""
        task = self._machine.world.running.number
        self._held.get(task, self._here()).buffer.write()

    def cpu_up_prepare(self, cpu: int) -> None:
        """Make the context of a CPU, or refuse with ENOMEM (zswap_cpu_comp_prepare)."""
        self._machine.memory.fs_reclaim.might_alloc(GFP_KERNEL)
        if self._machine.world.fault(CONTEXT, cpu, exempt=failslab_exempt(GFP_KERNEL)) is not None:
            raise Refusal(ENOMEM)
        if self._are_asynchronous():
            self._scomp.init_tfm()
        self._set(self._contexts[cpu], alive=True)

    def cpu_dead(self, cpu: int) -> None:
        """Free the context of a CPU that has gone (zswap_cpu_comp_dead)."""
        context = self._contexts[cpu]
        match self._machine.kernel.features.zswap_contexts:
            case ZswapContexts.PREEMPT_OFF:
                self._set(context, alive=False)
            case ZswapContexts.MUTEX:
                self._set(context, alive=False)
                self._scomp.exit_tfm()
            case ZswapContexts.MUTEX_FREES:
                with context.mutex:
                    self._set(context, alive=False)
                    self._scomp.exit_tfm()
            case ZswapContexts.MUTEX_CHECKED:
                with context.mutex:
                    self._set(context, alive=False)
                self._scomp.exit_tfm()

    def _are_asynchronous(self) -> bool:
        """Whether contexts hold what is, for the interface, an asynchronous compressor [5.11]."""
        return self._machine.kernel.features.zswap_contexts is not ZswapContexts.PREEMPT_OFF

    def has(self, cpu: int) -> bool:
        """Whether a CPU has a context: for judges, it announces nothing."""
        return self._contexts[cpu].alive

    @contextmanager
    def _preempt_off(self) -> Generator[None]:
        world = self._machine.world
        world.preempt_disable()
        context = self._here()
        learn(world, context)  # what was done on this CPU before
        try:
            self._use(context)
            yield
        finally:
            publish(world, context)
            world.preempt_enable()

    @contextmanager
    def _locked(self, context: Context) -> Generator[None]:
        with context.mutex:
            self._use(context)
            with self._noted(context):
                yield

    @contextmanager
    def _locked_and_alive(self) -> Generator[None]:
        context = self._here()
        context.mutex.acquire()
        while not context.alive:
            context.mutex.release()
            context = self._here()
            context.mutex.acquire()
        try:
            with self._noted(context):
                yield
        finally:
            context.mutex.release()

    @contextmanager
    def _noted(self, context: Context) -> Generator[None]:
        """Remember whose context a task holds: it may go on on another CPU."""
        task = self._machine.world.running.number
        self._held[task] = context
        try:
            yield
        finally:
            del self._held[task]

    def _here(self) -> Context:
        """Return the context of the CPU that the task is on, for the moment."""
        return self._contexts[self._machine.world.running.cpu.number]

    def _use(self, context: Context) -> None:
        world = self._machine.world
        world.reach(CONTEXT_USE, context.cpu)
        if not context.alive:
            world.report(
                SLAB_USE_AFTER_FREE,
                "BUG: KASAN: slab-use-after-free in zswap_compress",
                f"CPU {context.cpu} went offline, and took its compression context along, "
                "while a task was about to use it",
                place="zswap_compress",
                fatal=True,
            )

    def _set(self, context: Context, *, alive: bool) -> None:
        self._machine.world.reach(CONTEXT_FREE, context.cpu)
        context.alive = alive


def compress_page(machine: Machine, page: Page) -> bytes | None:
    """Compress a page, which is looked at twice; None when the compressor fails."""
    world = machine.world
    if world.fault(COMPRESS, page.pfn) is not None:
        return None
    first = bytes(page.bytes[:HALF])
    world.reach(PAGE_BYTES_READ, page.pfn)
    return machine.codec.compress(ALGORITHM, first + bytes(page.bytes[HALF:]))


def decompressed(machine: Machine, stored: bytes) -> bytes | None:
    """Return the page of what an entry holds; None when it is none."""
    if len(stored) == PAGE_SIZE:
        return stored
    data = machine.codec.decompress(ALGORITHM, stored)
    return data if data is not None and len(data) == PAGE_SIZE else None


def fill_from_entry(machine: Machine, page: Page, data: bytes) -> None:
    """Give a page its contents."""
    machine.world.reach(PAGE_BYTES_WRITE, page.pfn)
    fill_page(page, data)
