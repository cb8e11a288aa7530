"""What every target on the reference model answers about kernels."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from targets.linux.kernel.versions import VERSIONS, kernel_named
from targets.linux.kernel.words import describe, differences
from targets.linux.machine.fault_injection import ORDER_OF_TESTS
from targets.linux.zram.backends import backends, zcomp_available_algorithm
from targets.shared.changes import changes_between, repairs_of, with_changes
from targets.shared.ground_truth import (
    BUGS,
    heard_features,
    listener,
    with_bugs,
    without_bugs,
)
from targets.shared.settings import ALGORITHM, KERNEL, check_libraries, kernel_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from fuzz.program.target import KernelChange
    from fuzz.world.faults import OrderOfTests
    from fuzz.world.world import World
    from targets.linux.kernel.features import Features
    from targets.linux.kernel.kernel import Kernel


class ModelledTarget:
    """The kernels of the model: which there are, how they differ, what they can be."""

    kernels = VERSIONS
    _changes: tuple[KernelChange, ...] = ()
    """What its kernels have besides their own: nothing, but where a report tries something."""
    _heard: type[Features] | None = None
    """What their features are instead, where a measurement listens to looks at them."""
    bugs = BUGS

    def kernel_of(self, version: str, settings: Mapping[str, Any]) -> Kernel:
        """Return the kernel that a case asks for; ValueError when there is none."""
        kernel = kernel_of(version, settings)
        return with_changes(kernel, self._changes) if self._changes else kernel

    def kernel_in(self, world: World, version: str, settings: Mapping[str, Any]) -> Kernel:
        """Return the kernel that a case asks for, for a machine in a world."""
        kernel = self.kernel_of(version, settings)
        if self._heard is None:
            return kernel
        return replace(kernel, features=heard_features(self._heard, kernel.features, world))

    def check(self, kernel: str, settings: Mapping[str, Any]) -> None:
        """Refuse a design, a defect or an algorithm that the kernel cannot have."""
        check_libraries(settings)
        wanted = self.kernel_of(kernel, settings)
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

    def changes(self, older: str, newer: str) -> list[KernelChange]:
        """List what leads from one kernel to a newer one."""
        return changes_between(kernel_named(older), kernel_named(newer))

    def repairs(self, kernel: str) -> list[KernelChange]:
        """List the defects of a kernel, each taken away."""
        return repairs_of(kernel_named(kernel))

    def changed(self, changes: Sequence[KernelChange]) -> Self:
        """Return the same target, whose kernels have some changes besides their own."""
        other = copy(self)
        vars(other).update(_changes=tuple(changes))
        return other

    def bugs_of(self, kernel: str, settings: Mapping[str, str]) -> frozenset[str]:
        """Name the defects of a kernel; ValueError when there is none like that."""
        texts = {setting.name: settings.get(setting.name, setting.default) for setting in KERNEL}
        values = {setting.name: setting.domain.parse(texts[setting.name]) for setting in KERNEL}
        return kernel_of(kernel, values).defects

    def with_bugs(self, settings: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
        """Put defects in."""
        return with_bugs(settings, names)

    def without_bugs(self, settings: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
        """Take defects out."""
        return without_bugs(settings, names)

    def heard_by(self, hear: Callable[[World, tuple[str, ...]], None]) -> Self:
        """Return the same target, whose kernels tell of each look at what a defect changes."""
        other = copy(self)
        vars(other).update(_heard=listener(hear))
        return other
