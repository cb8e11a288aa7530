"""The target `swap`, as the framework sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from targets.linux.kernel.versions import VERSIONS, differences, kernel_named
from targets.shared.device import DEVICE_OPERATIONS
from targets.shared.fault_points import SWAP_FAULT_POINTS
from targets.shared.settings import (
    ALGORITHM,
    CPUS,
    DESIGN,
    DISK_PAGES,
    STREAMS,
    WITH,
    WITHOUT,
    kernel_of,
)
from targets.swap.operations import PROCESS_OPERATIONS, Fork
from targets.swap.system import DISK, SWAPPING, SwapSystem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.program.operation import Operation
    from fuzz.world.world import World


class SwapTarget:
    """Processes whose memory is swapped out and in while they use it."""

    name: Final = "swap"
    sentence: Final = "processes over swap, over zram or over a disk that checks CRCs"
    kernels: Final = VERSIONS
    settings: Final = (
        CPUS,
        DISK,
        DISK_PAGES,
        ALGORITHM,
        STREAMS,
        SWAPPING,
        DESIGN,
        WITH,
        WITHOUT,
    )
    operations: Final = (*PROCESS_OPERATIONS, *DEVICE_OPERATIONS)
    fault_points: Final = SWAP_FAULT_POINTS

    def check(self, kernel: str, settings: Mapping[str, Any]) -> None:
        """Refuse a design or a defect that the kernel cannot have."""
        kernel_of(kernel, settings)

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> SwapSystem:
        """Make a machine with one swap device; a task that some `fork` names waits for it."""
        children = frozenset(
            operation.task
            for operations in tasks.values()
            for operation in operations
            if isinstance(operation, Fork) and operation.task in tasks
        )
        return SwapSystem(world, kernel_of(kernel, settings), settings, children, launch)

    def kernel_differences(self, one: str, other: str) -> list[str]:
        """Say in words what changes from one kernel to another."""
        return differences(kernel_named(one), kernel_named(other))


TARGET: Final = SwapTarget()
