"""The files that choose algorithms, their parameters, and streams [zram_drv.c of 4.6 to 6.19]."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Final

from fuzz.world.hotplug import online_cpus
from targets.linux.crypto.codec import Params
from targets.linux.kernel.history.compression import (
    AlgorithmParams,
    LongName,
    MaxCompStreams,
    RecompShow,
)
from targets.linux.machine.errno import E2BIG, EBUSY, EINVAL, ENOENT, Refusal
from targets.linux.machine.oops import paging_request
from targets.linux.zram.arguments import arguments
from targets.linux.zram.backend_deflate import no_window
from targets.linux.zram.backends import zcomp_available_algorithm, zcomp_available_show
from targets.linux.zram.comps import (
    ZRAM_MAX_COMPS,
    ZRAM_PRIMARY_COMP,
    ZRAM_SECONDARY_COMP,
    comp_of,
    copied_name,
    max_comps,
    set_algorithm,
    set_params,
)
from targets.linux.zram.device import init_done
from targets.linux.zram.numbers import kstrtoint, kstrtoint_decimal
from targets.linux.zram.promises import ZRAM_NO_ALGORITHM
from targets.linux.zram.recompress import has_recompression
from targets.linux.zram.zcomp import zcomp_set_max_streams

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from contextlib import AbstractContextManager

    from targets.linux.kernel.kernel import Kernel
    from targets.linux.zram.device import Zram

NAME_MAX: Final = 128
"""Bytes of a name, with the zero behind it (CRYPTO_MAX_ALG_NAME, later ZRAM_MAX_ALGO_NAME_SZ)."""


def comp_algorithm_show(zram: Zram) -> str:
    """Show the algorithms, the chosen one in brackets."""
    with zram.init_lock.reading():
        return _show_algorithm(zram, ZRAM_PRIMARY_COMP)


def comp_algorithm_store(zram: Zram, text: str) -> None:
    """Choose the algorithm: EINVAL when the kernel lacks it, EBUSY once the device has a size."""
    _store_algorithm(zram, ZRAM_PRIMARY_COMP, text)


def recomp_algorithm_show(zram: Zram) -> str:
    """Show the algorithms of each further priority that has one."""
    _need_recompression(zram)
    match zram.machine.kernel.features.recomp_show:
        case RecompShow.EACH:
            return "\n".join(_shown(zram, zram.init_lock.reading))
        case RecompShow.ALL:
            with zram.init_lock.reading():
                return "\n".join(_shown(zram, nullcontext))


def _shown(zram: Zram, locked: Callable[[], AbstractContextManager[None]]) -> Iterator[str]:
    """Yield the line of each further priority that has an algorithm, shown with a lock held."""
    for priority in range(ZRAM_SECONDARY_COMP, ZRAM_MAX_COMPS):
        if zram.comps.algs[priority] is not None:
            with locked():
                line = f"#{priority}: {_show_algorithm(zram, priority)}"
            yield line


def recomp_algorithm_store(zram: Zram, text: str) -> None:
    """Choose the algorithm of a further priority, as in `algo=zstd priority=2`; as comp_algorithm.

    EINVAL without `algo`, or for a priority that is not 1 to 3.
    """
    _need_recompression(zram)
    name, priority = None, ZRAM_SECONDARY_COMP
    for key, value in arguments(text):
        match key:
            case "algo":
                name = value
            case "priority":
                priority = kstrtoint_decimal(value)
            case _:
                pass
    if name is None or not ZRAM_SECONDARY_COMP <= priority < ZRAM_MAX_COMPS:
        raise Refusal(EINVAL)
    _store_algorithm(zram, priority, name)


def algorithm_params_store(zram: Zram, text: str) -> None:
    """Set parameters, as in `algo=zstd level=9`: EINVAL for an unknown algorithm or dictionary.

    It may come while the device is in use: compressors that exist then mind some of them, or none.
    """
    known = _known_params(zram.machine.kernel)
    named, priority, level, winbits, dictionary = None, ZRAM_PRIMARY_COMP, None, None, False
    for key, value in arguments(text):
        match key:
            case "priority":
                priority = kstrtoint_decimal(value)
            case "level":
                level = kstrtoint_decimal(value)
            case "deflate.winbits" if known is AlgorithmParams.WINBITS:
                winbits = kstrtoint_decimal(value)
            case "algo":
                named = value
            case "dict":
                dictionary = True
            case _:
                pass
    with _params_guarded(zram):
        if named is not None:
            priority = zram.comps.algs.index(named) if named in zram.comps.algs else -1
        if not ZRAM_PRIMARY_COMP <= priority < max_comps(zram.machine.kernel):
            raise Refusal(EINVAL)
        set_params(zram, priority, Params())
        if dictionary:  # the modelled machine has no files
            raise Refusal(EINVAL)
        _check_window(zram.machine.kernel, winbits)
        set_params(zram, priority, Params(level, winbits))


@contextmanager
def _params_guarded(zram: Zram) -> Generator[None]:
    """Keep others from algorithms and their parameters; EBUSY if the device has a size.

    No modelled kernel does so yet [241f9005b1c8].
    """
    if not zram.machine.kernel.features.params_locked:
        yield
        return
    with zram.init_lock.writing():
        if init_done(zram):
            raise Refusal(EBUSY)
        yield


def _check_window(kernel: Kernel, winbits: int | None) -> None:
    """Refuse with EINVAL what deflate could not do; no kernel looks at it yet."""
    if kernel.features.window_checked and no_window(winbits):
        raise Refusal(EINVAL)


def has_algorithm_params(kernel: Kernel) -> bool:
    """Whether there is a file algorithm_params."""
    return kernel.features.algorithm_params is not AlgorithmParams.NONE


def _known_params(kernel: Kernel) -> AlgorithmParams:
    if not has_algorithm_params(kernel):
        raise Refusal(ENOENT)
    return kernel.features.algorithm_params


def has_max_comp_streams(kernel: Kernel) -> bool:
    """Whether there is a file max_comp_streams."""
    return kernel.features.max_comp_streams is not MaxCompStreams.GONE


def max_comp_streams_store(zram: Zram, text: str) -> None:
    """Allow so many compressions at a time, where that means anything; EINVAL below 1."""
    match zram.machine.kernel.features.max_comp_streams:
        case MaxCompStreams.COUNTED:
            _set_max_streams(zram, kstrtoint(text))
        case MaxCompStreams.IGNORED:
            pass
        case MaxCompStreams.GONE:
            raise Refusal(ENOENT)


def _set_max_streams(zram: Zram, count: int) -> None:
    if count < 1:
        raise Refusal(EINVAL)
    with zram.init_lock.writing():
        comp = comp_of(zram, ZRAM_PRIMARY_COMP) if init_done(zram) else None
        if comp is not None and not zcomp_set_max_streams(comp, count):
            raise Refusal(EINVAL)
        zram.max_comp_streams = count


def max_comp_streams_show(zram: Zram) -> str:
    """Show how many compressions may run at a time: from 4.7 on, the CPUs that are online."""
    match zram.machine.kernel.features.max_comp_streams:
        case MaxCompStreams.COUNTED:
            with zram.init_lock.reading():
                return str(zram.max_comp_streams)
        case MaxCompStreams.IGNORED:
            return str(len(online_cpus(zram.machine.world)))
        case MaxCompStreams.GONE:
            raise Refusal(ENOENT)


def _need_recompression(zram: Zram) -> None:
    if not has_recompression(zram.machine.kernel):
        raise Refusal(ENOENT)


def _show_algorithm(zram: Zram, priority: int) -> str:
    """List the algorithms; a device that lost its own one makes strcmp follow NULL [6.12]."""
    chosen = zram.comps.algs[priority]
    if chosen is None:
        world = zram.machine.world
        why = f"{zram.disk.name} has no algorithm {priority}"
        paging_request(world, ZRAM_NO_ALGORITHM, why, accessors=frozenset({"_show_algorithm"}))
    return zcomp_available_show(zram.machine.kernel, chosen)


def _store_algorithm(zram: Zram, priority: int, text: str) -> None:
    """Choose an algorithm (__comp_algorithm_store)."""
    if len(text) >= NAME_MAX:
        match zram.machine.kernel.features.long_name:
            case LongName.TRUNCATED:
                text = text[: NAME_MAX - 1]
            case LongName.E2BIG:
                raise Refusal(E2BIG)
    name = text.removesuffix("\n")
    if not zcomp_available_algorithm(zram.machine.kernel, name):
        raise Refusal(EINVAL)
    with zram.init_lock.writing():
        if init_done(zram):
            raise Refusal(EBUSY)
        set_algorithm(zram, priority, copied_name(zram.machine.kernel, name))
