"""Kernels in words: what one is like, and how two differ."""

from __future__ import annotations

from dataclasses import fields
from enum import Enum
from typing import TYPE_CHECKING

from targets.linux.kernel.defects import DEFECTS
from targets.linux.kernel.timeline import TIMELINE

if TYPE_CHECKING:
    from targets.linux.kernel.features import Features
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.kernel.release import Change


def describe(kernel: Kernel) -> list[str]:
    """Say what a kernel is like, a line for each feature and each defect."""
    values = [f"{label(name)}: {words(value)}" for name, value in _values(kernel.features)]
    return values + [f"defect: {slug}" for slug in sorted(kernel.defects)]


def differences(one: Kernel, other: Kernel) -> list[str]:
    """Say what changes from one kernel to another: `+` what it gains, `-` what it is without.

    First what releases changed, oldest first, then what a design changed, then defects.
    """
    apart = [
        (name, before, after)
        for (name, before), (_, after) in zip(
            _values(one.features), _values(other.features), strict=True
        )
        if before is not after
    ]
    rows = [(sign, row) for row in TIMELINE if (sign := _sign(row, apart))]
    told = [name for _, row in rows for name, _ in row.fields]
    lines = [f"{sign} {_release(row)} {row.sentence}" for sign, row in rows]
    lines += [f"{label(n)}: {words(b)} -> {words(a)}" for n, b, a in apart if n not in told]
    for defect in DEFECTS:
        if (defect.slug in one.defects) is not (defect.slug in other.defects):
            sign = "-" if defect.slug in one.defects else "+"
            lines.append(f"{sign} defect {defect.slug}: {defect.sentence}")
    return lines


def _sign(row: Change, apart: list[tuple[str, object, object]]) -> str:
    """Whether a row is what one kernel gains (+) or loses (-), or has nothing to do with it."""
    for field, value in row.fields:
        for name, before, after in apart:
            if field == name and value is after:
                return "+"
            if field == name and value is before:
                return "-"
    return ""


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
