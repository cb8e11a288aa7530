"""Modules that are loaded when somebody first needs them [kernel/module/kmod.c].

Who asks for one waits for modprobe, which waits for the module's init.
That may wait for whatever devices are being probed meanwhile, some of which look which CPUs there
are (async_synchronize_full): so nobody may ask who holds cpu_hotplug_lock.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from fuzz.world.sync.completion import Completion
from fuzz.world.sync.lock_class import LockClass

if TYPE_CHECKING:
    from fuzz.world.world import World
    from targets.linux.machine.cpuhp import CpuHotplug

MODPROBE: Final = LockClass("modprobe", "a module that is being loaded")
BUILT_IN: Final = ("lzo", "lzo-rle", "lz4")
"""Compressors that need no module: devices begin with them."""


class Modules:
    """The modules of one machine."""

    def __init__(self, world: World, hotplug: CpuHotplug) -> None:
        """Start with those that are built in."""
        self._world = world
        self._hotplug = hotplug
        self._loaded: list[str] = list(BUILT_IN)

    def request_module(self, name: str) -> None:
        """Have a module loaded, unless it is, and sleep until that is over."""
        if name in self._loaded:
            return
        done = Completion(self._world, MODPROBE)
        self._world.spawn("modprobe", partial(self._load, name, done))
        done.wait()

    def _load(self, name: str, done: Completion) -> None:
        self._hotplug.look()
        if name not in self._loaded:
            self._loaded.append(name)
        done.complete()
