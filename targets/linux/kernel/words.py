"""Kernels in words: what one is like, and how two differ."""

from __future__ import annotations

from dataclasses import fields
from enum import Enum
from typing import TYPE_CHECKING

from targets.linux.kernel.defects import DEFECTS
from targets.linux.kernel.release import release_of
from targets.linux.kernel.timeline import TIMELINE

if TYPE_CHECKING:
    from collections.abc import Collection

    from targets.linux.kernel.features import Features
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.kernel.release import Change


def describe(kernel: Kernel) -> list[str]:
    """Say what a kernel is like, a line for each feature and each defect."""
    values = [f"{label(name)}: {words(value)}" for name, value in _values(kernel.features)]
    return values + [
        f"defect {defect.slug}: {defect.sentence}"
        for defect in DEFECTS
        if defect.slug in kernel.defects
    ]


def differences(one: Kernel, other: Kernel) -> list[str]:
    """Say what changes from one kernel to another: `+` what it gains, `-` what it is without.

    First what releases in between changed, oldest first, then designs and settings, then defects.
    A change that a later one in between took back or went beyond is not told.
    """
    apart = {
        name: (before, after)
        for (name, before), (_, after) in zip(
            _values(one.features), _values(other.features), strict=True
        )
        if before is not after
    }
    forwards = release_of(one.version) <= release_of(other.version)
    older, newer = (one, other) if forwards else (other, one)
    rows = [row for row in TIMELINE if _is_told(row, older, newer, apart)]
    changed = [
        each for each in DEFECTS if (each.slug in one.defects) is not (each.slug in other.defects)
    ]
    told = [name for row in rows for name, _ in row.fields]
    told += [
        name for name, values in apart.items() if any(each.tells(name, values) for each in changed)
    ]
    lines = [f"{'+' if forwards else '-'} {_release(row)} {row.sentence}" for row in rows]
    lines += [
        f"{label(name)}: {words(before)} -> {words(after)}"
        for name, (before, after) in apart.items()
        if name not in told
    ]
    for defect in changed:
        sign = "-" if defect.slug in one.defects else "+"
        lines.append(f"{sign} defect {defect.slug}: {defect.sentence}")
    return lines


def _is_told(row: Change, older: Kernel, newer: Kernel, apart: Collection[str]) -> bool:
    """Whether a row made one of the differences between two kernels."""
    if not release_of(older.version) < row.release <= release_of(newer.version):
        return False
    return any(
        name in apart and value is getattr(newer.features, name) for name, value in row.fields
    )


def _release(row: Change) -> str:
    commit = f" ({row.commit})" if row.commit else ""
    return f"{'.'.join(map(str, row.release))}{commit}:"


def _values(features: Features) -> list[tuple[str, object]]:
    return [(field.name, getattr(features, field.name)) for field in fields(features)]


def label(name: str) -> str:
    """Write the name of a feature as a person would."""
    return name.replace("_", " ")


def words(value: object) -> str:
    """Write the value of a feature as a person would."""
    match value:
        case Enum():
            return str(value.value)
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
