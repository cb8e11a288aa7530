"""Releases, and the rows of the table of what each of them changed."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    F = TypeVar("F", bound=DataclassInstance)

Release: TypeAlias = tuple[int, int]
"""A release that can be compared: 4.10 comes after 4.9."""


def release_of(version: str) -> Release:
    """Read a version such as `4.10`."""
    major, minor = version.split(".")
    return int(major), int(minor)


@dataclass(frozen=True, slots=True)
class Change:
    """What one release made different, by intent."""

    release: Release
    sentence: str
    commit: str
    """Empty where it was not checked against a source."""
    fields: tuple[tuple[str, Any], ...]
    """The features that it set, with their new values."""

    def applied_to(self, features: F) -> F:
        """Return `features` with this change; a field that they do not have is our bug."""
        known = {field.name for field in fields(features)}
        assert all(name in known for name, _ in self.fields), f"a feature of: {self.sentence}"
        return replace(features, **dict(self.fields))


def change(release: Release, sentence: str, *, commit: str = "", **fields: object) -> Change:
    """Write a row of the table: `change((4, 7), "Why.", streams=Streams.PER_CPU)`."""
    return Change(release, sentence, commit, tuple(fields.items()))
