"""zcomp: compression for zram, on streams that kernels hand out differently [4.9 zcomp.c]."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Point
from targets.linux.crypto.codec import PLAIN, Params
from targets.linux.kernel.history.compression import Streams as StreamKind
from targets.linux.kernel.history.compression import StreamsMade
from targets.linux.machine.errno import EINVAL, Refusal
from targets.linux.machine.page import PAGE_BYTES_READ, PAGE_BYTES_WRITE, PAGE_SIZE, fill_page
from targets.linux.zram.backend_deflate import DEFLATE, deflate_create, is_unfit
from targets.linux.zram.backends import has_modules, zcomp_available_algorithm
from targets.linux.zram.freed_streams import FreedStreams
from targets.linux.zram.per_cpu_streams import PerCpuStreams, SleepableStreams
from targets.linux.zram.streams import IdleStreams, SingleStream

if TYPE_CHECKING:
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.machine.machine import Machine
    from targets.linux.machine.page import Page
    from targets.linux.zram.streams import Stream, Streams

HALF: Final = PAGE_SIZE // 2
"""A compressor reads a page in two looks: enough for an image that the page never held."""

LEVEL_OF_EVERY_PAGE: Final = ("lz4", "lz4hc")
"""Backends that keep nothing of their parameters: a new level counts at once [6.12 backend_lz4.c].

The others make something of it when the device gets its size.
"""

COMPRESSED_MAX: Final = 2 * PAGE_SIZE
"""Room for one result: some pages grow when they are compressed."""

COMPRESS: Final = Point(
    "zcomp.compress",
    "the compressor reads the first half of a page",
    PAGE_BYTES_READ.access,
    PAGE_BYTES_READ.thing,
    faults=(EINVAL,),
)


@dataclass(frozen=True, slots=True)
class Zcomp:
    """A compressor of one device."""

    machine: Machine
    algorithm: str
    params: Params
    streams: Streams

    def decompressed(self, block: bytes) -> bytes | None:
        """Return what a block holds; None for what is no block of at most a page."""
        return self.machine.codec.decompress(self.algorithm, block, self.params)


def zcomp_create(
    machine: Machine, algorithm: str, max_streams: int = 1, params: Params = PLAIN
) -> Zcomp:
    """Make a compressor, or refuse: EINVAL for an algorithm or a parameter, ENOMEM for a stream."""
    if not zcomp_available_algorithm(machine.kernel, algorithm):
        raise Refusal(EINVAL)
    if algorithm == DEFLATE:
        deflate_create(machine.world, params)
    module = module_to_load_late(machine, algorithm)
    return Zcomp(machine, algorithm, params, _make_streams(machine, max_streams, module))


def zcomp_new_params(comp: Zcomp, params: Params) -> Zcomp:
    """Let a compressor that exists have new parameters, as far as it ever looks at them again.

    What was left open is not filled in any more, as it is when the device gets its size: deflate
    cannot make another stream then, and no CPU can come back.
    """
    if comp.algorithm in LEVEL_OF_EVERY_PAGE:
        return replace(comp, params=params)
    if comp.algorithm == DEFLATE:
        comp.streams.unfit = params.level is None or is_unfit(params)
    return comp


def zcomp_destroy(comp: Zcomp) -> None:
    """Free the streams of a compressor that nobody uses any more."""
    comp.streams.destroy()


def module_to_load_late(machine: Machine, algorithm: str) -> str:
    """Load the module of an algorithm, or name it: then the first stream loads it, if not none."""
    if not has_modules(machine.kernel):
        return ""
    if machine.kernel.features.crypto_asked_first:
        machine.modules.request_module(algorithm)
        return ""
    return algorithm


def _make_streams(machine: Machine, max_streams: int, module: str) -> Streams:
    match machine.kernel.features.streams:
        case StreamKind.LOCKED:
            return _locked_streams(machine, max_streams)
        case StreamKind.PER_CPU:
            return PerCpuStreams(machine, module)
        case StreamKind.MUTEX:
            return SleepableStreams(machine)


def _locked_streams(machine: Machine, max_streams: int) -> Streams:
    try:
        return IdleStreams(machine, max_streams) if max_streams > 1 else SingleStream(machine)
    except Refusal:
        match machine.kernel.features.streams_made:
            case StreamsMade.BY_ERROR:
                raise
            case StreamsMade.BY_POINTER:
                return FreedStreams(machine)


def stream_holder_may_sleep(kernel: Kernel) -> bool:
    """Whether who holds a stream for each CPU may sleep."""
    return kernel.features.streams is StreamKind.MUTEX


def zcomp_stream_get(comp: Zcomp) -> Stream:
    """Hold a stream (zcomp_strm_find in 4.6)."""
    return comp.streams.get()


def zcomp_stream_put(comp: Zcomp, zstrm: Stream) -> None:
    """Give a stream back (zcomp_strm_release in 4.6)."""
    comp.streams.put(zstrm)


def zcomp_set_max_streams(comp: Zcomp, count: int) -> bool:
    """Allow `count` streams; False when the compressor was made for one only [4.6]."""
    return comp.streams.set_max(count)


def zcomp_compress(comp: Zcomp, zstrm: Stream, page: Page) -> int:
    """Compress a page into the stream's buffer and return the length, which may exceed a page.

    The page is read in halves: who may write to it meanwhile can tear its image.
    """
    world = comp.machine.world
    failed = world.fault(COMPRESS, page.pfn)
    if failed:
        raise Refusal(EINVAL)
    first = page.bytes[:HALF]
    world.reach(PAGE_BYTES_READ, page.pfn)
    image = bytes(first + page.bytes[HALF:])
    zstrm.buffer = comp.machine.codec.compress(comp.algorithm, image, comp.params)
    assert len(zstrm.buffer) <= COMPRESSED_MAX, "a page never compresses to more than two"
    return len(zstrm.buffer)


def zcomp_decompress(comp: Zcomp, block: bytes, page: Page) -> None:
    """Decompress a block into a page, or refuse with EINVAL what is no block.

    A block of less than a page leaves the rest of the page as it was, and nobody minds.
    """
    data = comp.decompressed(block)
    if data is None:
        raise Refusal(EINVAL)
    comp.machine.world.reach(PAGE_BYTES_WRITE, page.pfn)
    fill_page(page, data)
