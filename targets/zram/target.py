"""The target `zram`, as the framework sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from targets.linux.kernel.versions import VERSIONS, describe, differences, kernel_named
from targets.linux.machine.fault_injection import ORDER_OF_TESTS
from targets.shared.device import DEVICE_OPERATIONS
from targets.shared.fault_points import DEVICE_FAULT_POINTS
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
from targets.zram.system import ASYNCHRONOUS, ZramSystem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.program.operation import Operation
    from fuzz.world.faults import OrderOfTests
    from fuzz.world.world import World


class ZramTarget:
    """A zram device that several tasks use at once."""

    name = "zram"
    sentence = "a zram block device: raw reads, writes and discards, and its files in sysfs"
    kernels = VERSIONS
    settings = (CPUS, DISK_PAGES, ALGORITHM, STREAMS, ASYNCHRONOUS, DESIGN, WITH, WITHOUT)
    operations = DEVICE_OPERATIONS
    fault_points = DEVICE_FAULT_POINTS

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
    ) -> ZramSystem:
        """Make a machine with one zram device."""
        del tasks, launch
        return ZramSystem(world, kernel_of(kernel, settings), settings)

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


TARGET: Final = ZramTarget()
