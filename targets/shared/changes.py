"""Single changes of kernels: what reports try, to see which of them closes a finding."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fuzz.program.target import KernelChange
from targets.linux.kernel.defects import DEFECTS
from targets.linux.kernel.defects.defect import Defect
from targets.linux.kernel.release import Change, Release, release_of
from targets.linux.kernel.timeline import TIMELINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from targets.linux.kernel.kernel import Kernel


def changes_between(older: Kernel, newer: Kernel) -> list[KernelChange]:
    """List the rows of the table that lead from one kernel to another, oldest first."""
    first, last = release_of(older.version), release_of(newer.version)
    return [
        KernelChange(_name(row.release), row.sentence, row.commit, row)
        for row in TIMELINE
        if first < row.release <= last
    ]


def repairs_of(kernel: Kernel) -> list[KernelChange]:
    """List the defects that a kernel has, each taken out."""
    return [
        KernelChange(_name(one.fixed), f"{one.slug}: {one.sentence}", one.went_with, one)
        for one in DEFECTS
        if one.is_in(kernel.features)
    ]


def with_changes(kernel: Kernel, changes: Sequence[KernelChange]) -> Kernel:
    """Give a kernel some changes besides its own, in their order."""
    features = kernel.features
    for change in changes:
        match change.key:
            case Change() as row:
                features = row.applied_to(features)
            case Defect() as defect if defect.is_in(features):
                features = defect.taken_from(features)
            case _:
                pass
    return replace(kernel, features=features)


def _name(release: Release | None) -> str:
    return ".".join(map(str, release)) if release is not None else ""
