"""The target `swap`, as the framework sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from targets.linux.kernel.versions import VERSIONS, describe, differences, kernel_named
from targets.linux.machine.fault_injection import ORDER_OF_TESTS
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
    from fuzz.world.faults import OrderOfTests
    from fuzz.world.world import World


class SwapTarget:
    """Processes whose memory is swapped out and in while they use it."""

    name = "swap"
    sentence = "processes over swap, over zram or over a disk that checks CRCs"
    kernels = VERSIONS
    settings = (
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
    operations = (*PROCESS_OPERATIONS, *DEVICE_OPERATIONS)
    fault_points = SWAP_FAULT_POINTS

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
        """Make a machine with one swap device."""
        return SwapSystem(world, kernel_of(kernel, settings), settings, _children(tasks), launch)

    def order_of_tests(self, kernel: str) -> OrderOfTests:
        """Say how a kernel draws faults: all that are modelled do it alike."""
        del kernel
        return ORDER_OF_TESTS

    def kernel_notes(self, version: str) -> list[str]:
        """Say in words what a kernel is like."""
        return describe(kernel_named(version))

    def kernel_differences(self, one: str, other: str) -> list[str]:
        """Say in words what changes from one kernel to another."""
        return differences(kernel_named(one), kernel_named(other))


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
