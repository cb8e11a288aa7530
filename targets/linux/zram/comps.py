"""The compressors of a device: one, and from 6.2 on up to three more to recompress with.

A priority is an index: 0 is the algorithm that pages are written with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from fuzz.values.point import Access, Point
from fuzz.world.cell import CellClass, Unseen
from fuzz.world.shared import Fields, Watch, share, shared
from targets.linux.crypto.codec import PLAIN
from targets.linux.kernel.history.compression import AlgorithmNames, DefaultNamed, ResetAlgorithms
from targets.linux.machine.errno import Refusal
from targets.linux.machine.oops import paging_request
from targets.linux.zram.backends import default_compressor
from targets.linux.zram.promises import INVALID_FREE, ZRAM_NO_COMPRESSOR
from targets.linux.zram.zcomp import zcomp_create, zcomp_destroy, zcomp_new_params

if TYPE_CHECKING:
    from targets.linux.crypto.codec import Params
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.machine.machine import Machine
    from targets.linux.zram.device import Zram
    from targets.linux.zram.zcomp import Zcomp

T = TypeVar("T")

ZRAM_PRIMARY_COMP: Final = 0
ZRAM_SECONDARY_COMP: Final = 1
ZRAM_MAX_COMPS: Final = 4


def max_comps(kernel: Kernel) -> int:
    """Return how many priorities there are: one, unless the kernel was built to recompress."""
    return ZRAM_MAX_COMPS if kernel.build.multi_comp else 1


NAME_DEFAULT: Final = Point(
    "zram.default.set", "give a new device its default algorithm", Access.WRITE, "zram algorithms"
)
ALGORITHMS: Final = CellClass("zram algorithms", "init_lock")
COMPRESSORS: Final = CellClass("zram compressors", "init_lock")
"""Requests follow them without the lock: a reset waits until nobody has the device open."""


class Kstrdup(str):
    """A name in memory of its own, which somebody has to free."""

    __slots__ = ()


@shared(
    Fields(ALGORITHMS, "algs", "params"),
    Fields(COMPRESSORS, "zcomps", "active", watch=Watch.WRITES),
)
class Comps:
    """What a device compresses with (the comp fields of struct zram)."""

    __slots__ = ("active", "algs", "cells", "params", "zcomps")

    def __init__(self, machine: Machine) -> None:
        """Choose the kernel's default algorithm, if that is done before others see the device."""
        self.algs: list[str | None] = [None] * ZRAM_MAX_COMPS
        """The algorithm of each priority (comp_algs)."""
        match machine.kernel.features.default_named:
            case DefaultNamed.FIRST:
                self.algs[ZRAM_PRIMARY_COMP] = default_compressor(machine.kernel)
            case DefaultNamed.LAST:
                self.algs[ZRAM_PRIMARY_COMP] = no_name(machine.kernel)
        self.params: list[Params] = [PLAIN] * ZRAM_MAX_COMPS
        self.zcomps: list[Zcomp | None] = [None] * ZRAM_MAX_COMPS
        """The compressor of each priority, while the device has a size (comps)."""
        self.active = 0
        """How many of them there are (num_active_comps)."""
        share(machine.world, self)


def name_default(zram: Zram, *, seen: bool) -> None:
    """Give a device whose disk is there its default algorithm, if it has none [4.6 to 6.12].

    `seen` is whether anybody runs who may see it, as at boot nobody does.
    """
    match zram.machine.kernel.features.default_named:
        case DefaultNamed.FIRST:
            pass
        case DefaultNamed.LAST:
            if seen:
                zram.machine.world.reach(NAME_DEFAULT, zram.number)
            set_algorithm(zram, ZRAM_PRIMARY_COMP, default_compressor(zram.machine.kernel))


def no_name(kernel: Kernel) -> str | None:
    """Return what stands for the algorithm of a device that was given none yet."""
    match kernel.features.algorithm_names:
        case AlgorithmNames.ARRAY:
            return ""
        case AlgorithmNames.ALLOCATED:
            return None


def copied_name(kernel: Kernel, name: str) -> str:
    """Return a name that somebody has written, as a device keeps it."""
    match kernel.features.algorithm_names:
        case AlgorithmNames.ARRAY:
            return name
        case AlgorithmNames.ALLOCATED:
            return Kstrdup(name)


def set_params(zram: Zram, priority: int, params: Params) -> None:
    """Choose the parameters of a priority; a compressor that exists shares them."""
    comps = zram.comps
    comps.params = _with(comps.params, priority, params)
    comp = comps.zcomps[priority]
    if comp is not None:
        with Unseen(zram.machine.world):  # The compressor points to the parameters in the kernel.
            comps.zcomps = _with(comps.zcomps, priority, zcomp_new_params(comp, params))


def set_algorithm(zram: Zram, priority: int, name: str | None) -> None:
    """Choose the algorithm of a priority, for when the device gets its size."""
    zram.comps.algs = _with(zram.comps.algs, priority, name)


def _with(values: list[T], priority: int, value: T) -> list[T]:
    """Return the values of all priorities with another one of one."""
    return [*values[:priority], value, *values[priority + 1 :]]


def comp_of(zram: Zram, priority: int) -> Zcomp:
    """Return the compressor of a priority; a kernel that follows its absence oopses."""
    comp = zram.comps.zcomps[priority]
    if comp is None:
        world = zram.machine.world
        paging_request(world, ZRAM_NO_COMPRESSOR, f"{zram.disk.name} has no zcomp {priority}")
    return comp


def zram_create_comps(zram: Zram) -> list[Zcomp | None]:
    """Make the compressors of the chosen algorithms, or undo that and refuse (disksize_store)."""
    comps = zram.comps
    made: list[Zcomp | None] = [None] * ZRAM_MAX_COMPS
    try:
        for priority, name in enumerate(comps.algs):
            if name is not None:
                streams = zram.max_comp_streams
                made[priority] = zcomp_create(zram.machine, name, streams, comps.params[priority])
    except Refusal:
        if zram.machine.kernel.features.refusal_keeps_algorithms:
            free_comps(made)
        else:
            zram_destroy_comps(zram, made)
        raise
    return made


def zram_publish_comps(zram: Zram, made: list[Zcomp | None]) -> None:
    """Let the device use compressors that were made for it."""
    zram.comps.zcomps = made
    zram.comps.active = sum(comp is not None for comp in made)


def zram_destroy_comps(zram: Zram, made: list[Zcomp | None]) -> None:
    """Free compressors; from 6.12 on the choice of algorithms goes with them, even after a failure.

    So a `disksize` that is refused for lack of memory leaves a device without any algorithm,
    and the next one sets it up with nothing to compress with [6.12 to 6.19 zram_drv.c].
    """
    free_comps(made)
    match zram.machine.kernel.features.reset_algorithms:
        case ResetAlgorithms.KEPT | ResetAlgorithms.PRIMARY:
            pass
        case ResetAlgorithms.ALL:
            _free_name(zram, zram.comps.algs[ZRAM_PRIMARY_COMP])
            zram.comps.algs = [None] * ZRAM_MAX_COMPS
            zram.comps.params = [PLAIN] * ZRAM_MAX_COMPS


def _free_name(zram: Zram, name: str | None) -> None:
    """Free the first name, if it was allocated, which one release candidate forgot [6.12-rc].

    Without CONFIG_ZRAM_MULTI_COMP the first further algorithm is the only one, and often static.
    """
    kernel, static = zram.machine.kernel, name is not None and not isinstance(name, Kstrdup)
    if kernel.features.static_names_freed and static and not kernel.build.multi_comp:
        zram.machine.world.report(
            INVALID_FREE,
            "BUG: KASAN: invalid-free in zram_destroy_comps",
            f"{zram.disk.name}: {name} is part of the kernel's image, and was never allocated",
            place="zram_destroy_comps",
            fatal=True,
        )


def free_comps(made: list[Zcomp | None]) -> None:
    """Free compressors that no device uses."""
    for comp in made:
        if comp is not None:
            zcomp_destroy(comp)


def zram_take_comps(zram: Zram) -> list[Zcomp | None]:
    """Take the compressors of a device that is reset away from it."""
    made = zram.comps.zcomps
    zram.comps.zcomps = [None] * ZRAM_MAX_COMPS
    zram.comps.active = 0
    return made


def zram_reset_comps(zram: Zram, made: list[Zcomp | None]) -> None:
    """Free the compressors that were taken, and take the algorithms back to the start."""
    zram_destroy_comps(zram, made)
    match zram.machine.kernel.features.reset_algorithms:
        case ResetAlgorithms.KEPT:
            pass
        case ResetAlgorithms.PRIMARY | ResetAlgorithms.ALL:
            set_algorithm(zram, ZRAM_PRIMARY_COMP, default_compressor(zram.machine.kernel))
