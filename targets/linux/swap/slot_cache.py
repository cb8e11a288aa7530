"""The swap slot cache: slots are taken and freed in batches, a batch a CPU [5.10 mm/swap_slots.c].

A slot that is parked here has SWAP_HAS_CACHE, but no page in the swap cache.
While swap is short the cache is not used: with few slots it would hold too large a part of them.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from fuzz.world.cell import CellClass
from fuzz.world.shared import Fields, Watch, share, shared
from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from fuzz.world.sync.spinlock import SpinLock
from targets.linux.swap.flags import SWP_WRITEOK
from targets.linux.swap.release import forget_before_parking, swapcache_free_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from fuzz.world.world import World
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.swap.area import Entry
    from targets.linux.swap.core import SwapCore

SWAP_SLOTS_CACHE_SIZE: Final = 64
"""Slots of a batch, taken or freed."""
BATCHES_ACTIVATE: Final = 5
"""Free slots for each CPU, in batches, above which the cache is used."""
BATCHES_DEACTIVATE: Final = 2
"""Free slots for each CPU, in batches, below which it is emptied, and not used any more."""

ALLOC_LOCK: Final = LockClass("slots_alloc", "the slots that a CPU has taken (alloc_lock)")
FREE_LOCK: Final = LockClass("slots_free", "the slots that were freed on a CPU (free_lock)")
CACHES_MUTEX: Final = LockClass("swap_slots_cache_mutex", "whether the swap slot cache is active")
ENABLE_MUTEX: Final = LockClass(
    "swap_slots_cache_enable_mutex", "whether there may be a swap slot cache"
)


TAKEN: Final = CellClass("taken slots", "alloc_lock", locks=(ALLOC_LOCK,))
RETURNED: Final = CellClass("returned slots", "free_lock", locks=(FREE_LOCK,))
CACHE_ACTIVE: Final = CellClass(
    "swap_slot_cache_active", "swap_slots_cache_mutex", locks=(CACHES_MUTEX,)
)
CACHE_ENABLED: Final = CellClass(
    "swap_slot_cache_enabled", "swap_slots_cache_enable_mutex", locks=(ENABLE_MUTEX,)
)
"""Both are looked at without the mutex by intent: a slot too many in a cache is drained later."""


@shared(
    Fields(TAKEN, "taken", watch=Watch.USE),
    Fields(RETURNED, "returned", watch=Watch.USE),
)
class SlotCache:
    """The slots that one CPU has taken in advance, and those that it has not freed yet."""

    __slots__ = ("alloc_lock", "cells", "free_lock", "returned", "taken")

    def __init__(self, world: World, cpu: int) -> None:
        """Make the empty cache of a CPU."""
        self.alloc_lock = Mutex(world, ALLOC_LOCK, cpu)
        self.free_lock = SpinLock(world, FREE_LOCK, cpu)
        self.taken: list[Entry] = []
        self.returned: list[Entry] = []
        share(world, self, cpu)


@shared(
    Fields(CACHE_ACTIVE, "active", watch=Watch.WRITES),
    Fields(CACHE_ENABLED, "enabled", watch=Watch.WRITES),
)
class SlotCaches:
    """The caches of all CPUs, and whether they are used."""

    __slots__ = ("active", "batch", "caches", "cells", "enable_mutex", "enabled", "mutex")

    def __init__(self, world: World, kernel: Kernel) -> None:
        """Start without a swap area, hence not used; a kernel without them has none."""
        self.batch = SWAP_SLOTS_CACHE_SIZE
        """Slots that are taken or freed at a time; a machine with a small disk may have less."""
        self.enabled = False
        """Whether there is an area to swap to, and no swapoff under way."""
        self.active = False
        """Whether there are enough free slots."""
        self.caches = (
            [SlotCache(world, cpu.number) for cpu in world.cpus] if has_slot_cache(kernel) else []
        )
        self.mutex = Mutex(world, CACHES_MUTEX)
        self.enable_mutex = Mutex(world, ENABLE_MUTEX)
        share(world, self)

    @property
    def used(self) -> bool:
        """Whether slots are taken from here and come back here."""
        return self.active and self.enabled

    @property
    def parked(self) -> list[Entry]:
        """The slots that are held here; for judges too, it announces nothing."""
        return [entry for cache in self.caches for entry in cache.taken + cache.returned]


def has_slot_cache(kernel: Kernel) -> bool:
    """Whether slots are taken and freed in batches [4.11 to 6.14]."""
    return kernel.features.slot_cache


def this_cache(core: SwapCore) -> SlotCache:
    """Return the cache of this CPU; the task may move to another one while it uses it."""
    return core.slot_caches.caches[core.world.running.cpu.number]


def check_cache_active(core: SwapCore) -> bool:
    """Whether to take a slot from the cache, now that so many slots are free."""
    caches, cpus = core.slot_caches, len(core.world.cpus)
    if not has_slot_cache(core.machine.kernel) or not caches.enabled:
        return False
    if not caches.active:
        if core.nr_swap_pages > cpus * BATCHES_ACTIVATE * caches.batch:
            with caches.mutex:
                caches.active = True
    elif core.nr_swap_pages < cpus * BATCHES_DEACTIVATE * caches.batch:
        with caches.mutex:
            caches.active = False
            drain_slot_caches(core)
    return caches.active


def take_cached_slot(core: SwapCore, refill: Callable[[int], list[Entry]]) -> Entry:
    """Take a slot of this CPU's batch, after getting a new batch if it is used up; 0 if none."""
    cache = this_cache(core)
    with cache.alloc_lock:
        if not cache.taken and core.slot_caches.used:
            cache.taken = refill(core.slot_caches.batch)
        return cache.taken.pop(0) if cache.taken else 0


def free_swap_slot(core: SwapCore, entry: Entry) -> None:
    """Free a slot that is counted by nobody, now or with the next batch of this CPU."""
    forget_before_parking(core, entry)
    if not core.slot_caches.used:
        swapcache_free_entries(core, [entry])
        return
    cache = this_cache(core)
    with cache.free_lock:
        used = core.slot_caches.used
        if used:
            if len(cache.returned) >= core.slot_caches.batch:
                drain_returned(core, cache)
            cache.returned.append(entry)
    if not used:
        swapcache_free_entries(core, [entry])


def drain_slot_caches(core: SwapCore) -> None:
    """Free everything that is parked."""
    for cache in core.slot_caches.caches:
        with cache.alloc_lock:
            entries, cache.taken = cache.taken, []
            swapcache_free_entries(core, entries)
        with cache.free_lock:
            drain_returned(core, cache)


def drain_returned(core: SwapCore, cache: SlotCache) -> None:
    """Free what was freed on a CPU, with its free_lock held."""
    entries, cache.returned = cache.returned, []
    swapcache_free_entries(core, entries)


def enable_slot_caches(core: SwapCore) -> None:
    """Let slots be cached again if there is an area to swap to; swapon does so at its end."""
    if has_slot_cache(core.machine.kernel):
        with core.slot_caches.enable_mutex:
            reenable_slot_caches(core)


@contextmanager
def slot_caches_disabled(core: SwapCore) -> Generator[None]:
    """Empty the caches and keep them empty meanwhile: swapoff wants every slot."""
    if not has_slot_cache(core.machine.kernel):
        yield
        return
    with core.slot_caches.enable_mutex:
        core.slot_caches.enabled = False
        drain_slot_caches(core)
        try:
            yield
        finally:
            reenable_slot_caches(core)


def reenable_slot_caches(core: SwapCore) -> None:
    """Let slots be cached if there is an area that they can be taken of."""
    core.slot_caches.enabled = any(area.flags & SWP_WRITEOK for area in core.swap_info)
