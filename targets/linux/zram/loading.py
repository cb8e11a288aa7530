"""The module comes and goes: zram_init and zram_exit [4.6, 5.10 and 5.17 zram_drv.c].

Who uses a file of a device keeps the file, and not the module.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from fuzz.world.cell import Unseen
from targets.linux.machine.errno import EAGAIN, EBUSY, ENOENT, Refusal
from targets.linux.zram.control import zram_remove
from targets.linux.zram.device import Files, Module, ModuleState
from targets.linux.zram.per_cpu_streams import PerCpuStreams, SleepableStreams

if TYPE_CHECKING:
    from targets.linux.zram.control import ZramControl

STOP: Final = Point(
    "zram.module.stop", "let nobody new use the module (try_stop_module)", Access.WRITE, "module"
)
CLASS_DRAIN: Final = Point(
    "zram.control.drain", "wait for who uses a file of the class", Access.WAIT, "zram-control files"
)


def delete_module(control: ZramControl) -> None:
    """Unload the module: ENOENT when it is not loaded, EBUSY while it comes or goes.

    EAGAIN while somebody has a device open.
    """
    control.machine.world.reach(STOP)
    match control.module.state:
        case ModuleState.GONE:
            raise Refusal(ENOENT)
        case ModuleState.COMING | ModuleState.GOING:
            raise Refusal(EBUSY)
        case ModuleState.LIVE:
            pass
    with Unseen(control.machine.world):  # The kernel looks at a count of its own, an atomic.
        in_use = any(zram.disk.openers for zram in control.devices.values())
    if in_use:
        raise Refusal(EAGAIN)
    control.module.state = ModuleState.GOING
    _zram_exit(control)
    control.module.state = ModuleState.GONE


def init_module(control: ZramControl) -> None:
    """Load the module, with its first device; nothing when it is loaded (modprobe)."""
    control.machine.world.reach(STOP)
    if control.module.state is ModuleState.GONE:
        control.module = Module(ModuleState.COMING)
        control.files = Files(control.machine.world)
        control.load()
        control.module.state = ModuleState.LIVE


def _zram_exit(control: ZramControl) -> None:
    """Take the class, the devices and the state of the hotplug machine away (destroy_devices).

    That a device is not removed is only warned of, from 5.16 on, and before that not even seen.
    """
    world, files = control.machine.world, control.files
    world.might_sleep()
    files.removed = True
    files.idle.wait_until(lambda: not files.users, CLASS_DRAIN)
    for number in sorted(control.devices):
        zram = control.devices[number]
        with suppress(Refusal):
            zram_remove(zram)
            del control.devices[number]
            control.machine.memory.slab.free(zram)
    control.devices.clear()
    control.machine.hotplug.remove_multi_state((PerCpuStreams, SleepableStreams))
