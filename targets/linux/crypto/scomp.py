"""Synchronous compressors behind the asynchronous interface [5.11 to 6.14 crypto/scompress.c].

They share buffers, which the first of them makes and the last one frees, under one mutex.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.world.sync.lock_class import LockClass
from fuzz.world.sync.mutex import Mutex
from targets.linux.machine.gfp import GFP_KERNEL

if TYPE_CHECKING:
    from targets.linux.machine.machine import Machine

SCOMP_LOCK: Final = LockClass("scomp_lock", "the buffers of synchronous compressors")


class Scomp:
    """The buffers that all of them share, and how many there are to share them."""

    def __init__(self, machine: Machine) -> None:
        """Start without any."""
        self._memory = machine.memory
        self._lock = Mutex(machine.world, SCOMP_LOCK)
        self._users = 0

    def init_tfm(self) -> None:
        """Count one more (crypto_scomp_init_tfm); the first asks for memory, and may reclaim."""
        with self._lock:
            if not self._users:
                self._memory.fs_reclaim.might_alloc(GFP_KERNEL)
            self._users += 1

    def exit_tfm(self) -> None:
        """Count one less (crypto_exit_scomp_ops_async), which crypto_free_acomp does."""
        with self._lock:
            self._users -= 1
