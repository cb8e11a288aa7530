"""The target `swap`, as the framework sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from targets.linux.swap.swapon import PAGES_MIN
from targets.shared.backing_disk import BACKING, BACKING_PAGES
from targets.shared.compression_operations import CpuOffline, CpuOnline
from targets.shared.device import DEVICE_OPERATIONS
from targets.shared.direct_io import DIRECT_OPERATIONS
from targets.shared.fault_points import SWAP_FAULT_POINTS
from targets.shared.modelled import ModelledTarget
from targets.shared.settings import (
    ALGORITHM,
    BUILD,
    CPUS,
    DESIGN,
    DISK_PAGES,
    STREAMS,
    WITH,
    WITHOUT,
)
from targets.shared.writeback_operations import WRITEBACK_OPERATIONS
from targets.shared.zswap_operations import (
    ZSWAP,
    ZSWAP_OPERATIONS,
    ZSWAP_POOL_PAGES,
    ZSWAP_SHRINKER,
)
from targets.swap.habits import SWAP_HABITS
from targets.swap.header_operations import MkSwapBad
from targets.swap.life_operations import LIFE_OPERATIONS
from targets.swap.operations import PROCESS_OPERATIONS, Fork
from targets.swap.pin_operations import PIN_OPERATIONS
from targets.swap.promises import PROMISES
from targets.swap.settings import (
    CRC,
    DISK,
    MEMORY_PAGES,
    PAGE_CLUSTER,
    SECOND,
    SLOT_BATCH,
    SLOTS_MAX,
    SWAP_FILE_AT,
    SWAPPING,
)
from targets.swap.system import SwapSystem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.program.operation import Operation
    from fuzz.world.world import World


class SwapTarget(ModelledTarget):
    """Processes whose memory is swapped out and in while they use it."""

    name = "swap"
    sentence = "processes over swap, over zram or over a disk that checks CRCs"
    settings = (
        CPUS,
        DISK,
        DISK_PAGES,
        ALGORITHM,
        STREAMS,
        BACKING,
        BACKING_PAGES,
        SWAPPING,
        MEMORY_PAGES,
        ZSWAP,
        ZSWAP_POOL_PAGES,
        ZSWAP_SHRINKER,
        PAGE_CLUSTER,
        SLOT_BATCH,
        SECOND,
        SWAP_FILE_AT,
        SLOTS_MAX,
        DESIGN,
        WITH,
        WITHOUT,
        *BUILD,
    )
    operations = (
        *PROCESS_OPERATIONS,
        *PIN_OPERATIONS,
        *LIFE_OPERATIONS,
        MkSwapBad,
        *DEVICE_OPERATIONS,
        *WRITEBACK_OPERATIONS,
        *DIRECT_OPERATIONS,
        *ZSWAP_OPERATIONS,
        CpuOffline,
        CpuOnline,
    )
    habits = SWAP_HABITS
    fault_points = SWAP_FAULT_POINTS
    promises = PROMISES

    def check(self, kernel: str, settings: Mapping[str, Any]) -> None:
        """Refuse, besides, a swap file that its disk has no room for."""
        super().check(kernel, settings)
        pages, start = settings[DISK_PAGES.name], settings[SWAP_FILE_AT.name]
        if settings[DISK.name] == CRC and start and pages - start < PAGES_MIN:
            raise ValueError(f"a swap file at {start} has no room on a disk of {pages} pages")

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> SwapSystem:
        """Make a machine with one swap device."""
        return SwapSystem(
            world, self.kernel_in(world, kernel, settings), settings, _children(tasks), launch
        )


def _children(tasks: Mapping[str, tuple[Operation[Any], ...]]) -> frozenset[str]:
    """Return the tasks that wait for a `fork` to name them; the first task waits for nobody."""
    first = next(iter(tasks), "")
    return frozenset(
        operation.task
        for operations in tasks.values()
        for operation in operations
        if isinstance(operation, Fork) and operation.task in tasks and operation.task != first
    )


TARGET: Final = SwapTarget()
