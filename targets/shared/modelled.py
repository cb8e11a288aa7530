"""What every target on the reference model answers about kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from targets.linux.kernel.versions import VERSIONS, kernel_named
from targets.linux.kernel.words import describe, differences
from targets.linux.machine.fault_injection import ORDER_OF_TESTS
from targets.linux.zram.backends import backends, zcomp_available_algorithm
from targets.shared.settings import ALGORITHM, check_libraries, kernel_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.world.faults import OrderOfTests


class ModelledTarget:
    """The kernels of the model: which there are, how they differ, what they can be."""

    kernels = VERSIONS

    def check(self, kernel: str, settings: Mapping[str, Any]) -> None:
        """Refuse a design, a defect or an algorithm that the kernel cannot have."""
        check_libraries(settings)
        wanted = kernel_of(kernel, settings)
        algorithm = settings.get(ALGORITHM.name)
        if algorithm is not None and not zcomp_available_algorithm(wanted, algorithm):
            known = ", ".join(backends(wanted))
            raise ValueError(f"{kernel} has no algorithm {algorithm} here; it has {known}")

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
