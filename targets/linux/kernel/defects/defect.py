"""What a defect is: a bug of some kernels, said as values of features, and so switched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from targets.linux.kernel.features import Features
    from targets.linux.kernel.release import Change, Release


@dataclass(frozen=True, slots=True)
class Switch:
    """One field of `Features` that a bug lives in: each wrong value, with the one that mends it."""

    field: str
    mended: tuple[tuple[Any, Any], ...]
    """Pairs of a value with the bug and the value without it that takes its place."""

    def is_wrong(self, features: Features) -> bool:
        """Whether the field has a value with the bug."""
        return any(bad == getattr(features, self.field) for bad, _ in self.mended)

    def without(self, features: Features) -> Any:
        """Return the value that takes the bug out; the field has a value with it."""
        now = getattr(features, self.field)
        return next(good for bad, good in self.mended if bad == now)

    def wrong_for(self, features: Features) -> tuple[Any, ...]:
        """Return the values that put the bug in, the likeliest first; none where none would."""
        now = getattr(features, self.field)
        if self.is_wrong(features):
            return (now,)
        return tuple(bad for bad, good in self.mended if good == now)


def switch(**mended: Mapping[Any, Any]) -> Switch:
    """Write a switch: `switch(slot_freed={SlotFreed.FIRST: SlotFreed.LAST})`."""
    ((field, pairs),) = mended.items()
    return Switch(field, tuple(pairs.items()))


@dataclass(frozen=True, slots=True)
class Defect:
    """One bug: when it came, when it went, and which values of features are the bug."""

    slug: str
    sentence: str
    introduced: Release | None
    """The first modelled release with the bug; None where no release had it by itself."""
    fixed: Release | None
    """The first release without it again; None where none is known."""
    switches: tuple[Switch, ...]
    """The bug is there when each of them is wrong."""
    came_with: str = ""
    """The commit that brought it, or where to read of it."""
    went_with: str = ""
    """The commit that fixed it, or what takes its place here."""
    catalogue: str = ""
    """Its number in the catalogue of historical bugs; empty for one that is only told here."""
    needs: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    """Fields of `Features`, with the values without which the bug has no meaning."""
    along: tuple[Change, ...] = ()
    """What has to come along for the fix to work."""
    again: tuple[tuple[Release, Release | None], ...] = ()
    """Further ranges of releases that had it: some fixes were reverted, some were backported."""

    def tells(self, field: str, values: Collection[Any]) -> bool:
        """Whether having the bug or not says that a field has one or the other of two values."""
        brought = [name for row in self.along for name, _ in row.fields]
        pairs = [pair for each in self.switches if each.field == field for pair in each.mended]
        return field in brought or any(all(v in values for v in pair) for pair in pairs)

    def in_release(self, release: Release) -> bool:
        """Whether `release` had the bug."""
        ranges = (*self.again, (self.introduced, self.fixed)) if self.introduced else self.again
        return any(
            first <= release and (fixed is None or release < fixed) for first, fixed in ranges
        )

    def makes_sense_on(self, features: Features) -> bool:
        """Whether a kernel with `features` can have the bug."""
        return self._is_meant(features) and all(each.wrong_for(features) for each in self.switches)

    def is_in(self, features: Features) -> bool:
        """Whether a kernel with `features` has the bug."""
        return self._is_meant(features) and all(each.is_wrong(features) for each in self.switches)

    def _is_meant(self, features: Features) -> bool:
        return all(getattr(features, name) in values for name, values in self.needs)

    def put_into(self, features: Features) -> Features:
        """Return features with the bug, on which it makes sense."""
        wrong = {each.field: each.wrong_for(features)[0] for each in self.switches}
        return replace(features, **wrong)

    def taken_from(self, features: Features) -> Features:
        """Return features, which have the bug, without it: every wrong value is mended."""
        mended = {each.field: each.without(features) for each in self.switches}
        features = replace(features, **mended)
        for row in self.along:
            features = row.applied_to(features)
        return features


def defects_in(features: Features, table: Iterable[Defect]) -> frozenset[str]:
    """Return the slugs of the bugs of `table` that a kernel with `features` has."""
    return frozenset(defect.slug for defect in table if defect.is_in(features))
