"""The target `device`, as the framework sees it: the zram of a real kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from targets.device.guests.guest import Guest
from targets.device.guests.named import INSTALLED, kind_named
from targets.device.system import DeviceSystem
from targets.shared.backing_disk import BACKING, BACKING_PAGES
from targets.shared.compression_operations import COMPRESSION_OPERATIONS
from targets.shared.device import DEVICE_OPERATIONS
from targets.shared.settings import ALGORITHM, DISK_PAGES, STREAMS
from targets.shared.writeback_operations import WRITEBACK_OPERATIONS
from targets.shared.zram_operations import ZRAM_OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.program.operation import Operation
    from fuzz.values.point import Point
    from fuzz.values.promise import Promise
    from fuzz.world.world import World


class DeviceTarget:
    """A zram of a real kernel, made for one program and removed after it."""

    name = "device"
    sentence = "the zram of a real kernel: the operations of zram, one task, nothing injected"
    kernels = INSTALLED
    settings = (DISK_PAGES, ALGORITHM, STREAMS, BACKING, BACKING_PAGES)
    operations = (
        *DEVICE_OPERATIONS,
        *COMPRESSION_OPERATIONS,
        *WRITEBACK_OPERATIONS,
        *ZRAM_OPERATIONS,
    )
    fault_points: tuple[Point, ...] = ()
    promises: tuple[Promise, ...] = ()
    cannot_be_searched = (
        "the target device answers as a real kernel does, which is no world to search in; "
        "`swapstorm conform` compares it with the model"
    )

    def check(self, kernel: str, settings: Mapping[str, Any]) -> None:
        """Take every configuration: the kernel itself says what it cannot be."""
        del kernel, settings

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> DeviceSystem:
        """Make ready to run the program; the kernel starts when the system boots."""
        del world, launch
        return DeviceSystem(lambda: Guest(kind_named(kernel)), settings, tasks)


TARGET: Final = DeviceTarget()
