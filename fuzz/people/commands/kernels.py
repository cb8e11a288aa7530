"""`swapstorm kernels`: which kernels there are, what one is like, and how two differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

import click

from fuzz.people.errors import UserError
from fuzz.people.output import Status, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.program.target import Target


@runtime_checkable
class DescribesKernels(Protocol):
    """What a target may offer besides the target protocol: a kernel in words."""

    def kernel_notes(self, version: str) -> list[str]:
        """Say what a kernel is like, a line for each feature and each known defect."""
        ...


@runtime_checkable
class ComparesKernels(Protocol):
    """What a target may offer besides the target protocol: two kernels in words."""

    def kernel_differences(self, one: str, other: str) -> list[str]:
        """Say what changes from one kernel to another, a line each; nothing when nothing does."""
        ...


@click.command()
@click.argument("version", metavar="[V]", required=False)
@click.argument("other", metavar="[W]", required=False)
@click.pass_obj
def kernels(targets: Mapping[str, Target], version: str | None, other: str | None) -> Status:
    """List the kernels; describe V; or say in words how V and W differ."""
    if version is None:
        _say_grouped(dict(targets), lambda target: list(target.kernels))
        return Status.GOOD
    wanted = [version] if other is None else [version, other]
    able = {
        name: target
        for name, target in targets.items()
        if all(kernel in target.kernels for kernel in wanted)
    }
    if not able:
        raise UserError(f"kernels: expected {_known(targets)}, not {' and '.join(wanted)}")
    _say_grouped(able, lambda target: _described(target, version, other))
    return Status.GOOD


def _described(target: Target, version: str, other: str | None) -> list[str]:
    if other is None:
        if isinstance(target, DescribesKernels):
            return target.kernel_notes(version)
        return ["this target does not describe its kernels"]
    if isinstance(target, ComparesKernels):
        return target.kernel_differences(version, other) or [f"{version} and {other} do not differ"]
    return ["this target does not compare its kernels"]


def _say_grouped(targets: Mapping[str, Target], describe: Callable[[Target], list[str]]) -> None:
    """Say what each target answers; targets that answer the same are named together."""
    names: dict[tuple[str, ...], list[str]] = {}
    for name, target in targets.items():
        names.setdefault(tuple(describe(target)), []).append(name)
    for lines, together in names.items():
        say(f"{', '.join(together)}:")
        for line in lines:
            say(f"  {line}")


def _known(targets: Mapping[str, Target]) -> str:
    known = dict.fromkeys(kernel for target in targets.values() for kernel in target.kernels)
    return f"kernels of one target, from {', '.join(known)}"
