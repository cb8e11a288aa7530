"""The target `zram`, as the framework sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from targets.shared.backing_disk import BACKING, BACKING_IS, BACKING_PAGES
from targets.shared.compression_operations import COMPRESSION_OPERATIONS
from targets.shared.device import DEVICE_OPERATIONS
from targets.shared.direct_io import ZRAM_DIRECT_OPERATIONS
from targets.shared.fault_points import DEVICE_FAULT_POINTS
from targets.shared.modelled import ModelledTarget
from targets.shared.part_operations import PART_OPERATIONS
from targets.shared.settings import (
    ALGORITHM,
    BUILD,
    CPUS,
    DESIGN,
    DISK_PAGES,
    PAGE_BLOCKS,
    STREAMS,
    WITH,
    WITHOUT,
)
from targets.shared.writeback_operations import WRITEBACK_OPERATIONS
from targets.shared.zram_operations import MODULE_OPERATIONS, ZRAM_OPERATIONS
from targets.zram.habits import DEVICES_HABITS, ECHO_HABITS, ZRAM_HABITS
from targets.zram.promises import PROMISES
from targets.zram.system import ASYNCHRONOUS, ZramSystem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.program.operation import Operation
    from fuzz.world.world import World


class ZramTarget(ModelledTarget):
    """A zram device that several tasks use at once."""

    name = "zram"
    sentence = "a zram block device: raw reads, writes and discards, and its files in sysfs"
    settings = (
        CPUS,
        DISK_PAGES,
        ALGORITHM,
        STREAMS,
        BACKING,
        BACKING_PAGES,
        BACKING_IS,
        ASYNCHRONOUS,
        PAGE_BLOCKS,
        DESIGN,
        WITH,
        WITHOUT,
        *BUILD,
    )
    operations = (
        *DEVICE_OPERATIONS,
        *COMPRESSION_OPERATIONS,
        *WRITEBACK_OPERATIONS,
        *ZRAM_OPERATIONS,
        *MODULE_OPERATIONS,
        *ZRAM_DIRECT_OPERATIONS,
        *PART_OPERATIONS,
    )
    habits = (*ZRAM_HABITS, *DEVICES_HABITS, *ECHO_HABITS)
    fault_points = DEVICE_FAULT_POINTS
    promises = PROMISES

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> ZramSystem:
        """Make a machine with one zram device."""
        del tasks, launch
        return ZramSystem(world, self.kernel_in(world, kernel, settings), settings)


TARGET: Final = ZramTarget()
