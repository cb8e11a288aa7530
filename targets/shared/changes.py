"""Single changes of kernels: what reports try, to see which of them closes a finding."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fuzz.program.target import KernelChange
from targets.linux.kernel.defects import DEFECTS
from targets.linux.kernel.release import release_of
from targets.linux.kernel.timeline import TIMELINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from targets.linux.kernel.defects import Defect
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.kernel.release import Change


@dataclass(frozen=True, slots=True)
class Taken:
    """A defect that a kernel is spared."""

    slug: str


@dataclass(frozen=True, slots=True)
class Given:
    """A defect that a kernel gets."""

    slug: str


def changes_between(older: Kernel, newer: Kernel) -> list[KernelChange]:
    """List the rows of the table, and the defects, that make the difference; oldest first."""
    first, last = release_of(older.version), release_of(newer.version)
    rows = [_row(row) for row in TIMELINE if first < row.release <= last]
    gone = [_without(defect) for defect in _defects(older) if defect.slug not in newer.defects]
    come = [_with(defect) for defect in _defects(newer) if defect.slug not in older.defects]
    return [*rows, *gone, *come]


def repairs_of(kernel: Kernel) -> list[KernelChange]:
    """List the defects that a kernel has, each taken away."""
    return [_without(defect) for defect in _defects(kernel)]


def with_changes(kernel: Kernel, changes: Sequence[KernelChange]) -> Kernel:
    """Give a kernel some changes besides its own, in their order."""
    features, defects = kernel.features, dict.fromkeys(sorted(kernel.defects))
    for change in changes:
        match change.key:
            case Taken(slug):
                defects.pop(slug, None)
            case Given(slug):
                defects[slug] = None
            case row:
                features = row.applied_to(features)
    return replace(kernel, features=features, defects=frozenset(defects))


def _defects(kernel: Kernel) -> list[Defect]:
    return [defect for defect in DEFECTS if defect.slug in kernel.defects]


def _row(row: Change) -> KernelChange:
    return KernelChange(".".join(map(str, row.release)), row.sentence, row.commit, row)


def _without(defect: Defect) -> KernelChange:
    fixed = ".".join(map(str, defect.fixed)) if defect.fixed else ""
    return KernelChange(fixed, f"without {defect.slug}: {defect.sentence}", "", Taken(defect.slug))


def _with(defect: Defect) -> KernelChange:
    came = ".".join(map(str, defect.introduced)) if defect.introduced else ""
    return KernelChange(came, f"{defect.slug}: {defect.sentence}", "", Given(defect.slug))
