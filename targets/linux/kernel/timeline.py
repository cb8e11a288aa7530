"""The one table of how kernels came to differ: a row for each change, oldest first.

A kernel has the defaults of `Features`, changed by every row up to its release.
A row names its commit where that was checked against a source; [tags] are snapshots that were read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, TypeAlias

from targets.linux.kernel.features import (
    Features,
    FreeLink,
    FullnessLists,
    ObjectMasks,
    Revalidation,
    StableAnon,
    Streams,
    ZramCapability,
)

Release: TypeAlias = tuple[int, int]
"""A release that can be compared: 4.10 comes after 4.9."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one release made different, by intent."""

    release: Release
    sentence: str
    commit: str
    fields: tuple[tuple[str, Any], ...]
    """The fields of `Features` that it set, with their new values."""

    def applied_to(self, features: Features) -> Features:
        """Return `features` with this change."""
        return replace(features, **dict(self.fields))


def change(release: Release, sentence: str, *, commit: str = "", **fields: object) -> Change:
    """Write a row of the table: `change((4, 7), "Why.", streams=Streams.PER_CPU)`."""
    return Change(release, sentence, commit, tuple(fields.items()))


ZRAM_ASKS_FOR_STABLE_PAGES: Final = (
    change(
        (4, 10),
        "zram revalidates its disk under init_lock, so that nobody sees it half set up.",
        revalidation=Revalidation.UNDER_INIT_LOCK,
    ),
    change(
        (4, 10),
        "zram asks for stable pages, because it compresses a page twice.",
        commit="b09ab054b69b",
        zram_capability=ZramCapability.AFTER_REVALIDATE,
    ),
)
"""Two of the three patches of the fix: each design of the third one needs them."""

TIMELINE: Final = (
    change(
        (4, 7),
        "Compression streams became per-CPU: who holds one cannot sleep.",
        commit="da9556a2367c",
        streams=Streams.PER_CPU,
    ),
    change(
        (4, 7),
        "zram asks for an object without sleeping first; when it has slept, it compresses again.",
        commit="da9556a2367c",
        object_masks=ObjectMasks.TWO,
    ),
    change((4, 7), "zram counts its second compressions in debug_stat.", debug_stat=True),
    change(
        (4, 8),
        "The link in a free zsmalloc object became an index within its zspage.",
        commit="bfd093f5e7f0",
        free_link=FreeLink.INDEX,
    ),
    change(
        (4, 8),
        "zsmalloc lists empty and full zspages too, so that their pages can be migrated.",
        commit="48b4800a1c6a",
        fullness_lists=FullnessLists.ALL,
    ),
    change(
        (4, 8),
        "A zspage got a struct of its own, from a slab.",
        commit="3783689a1aa8",
        zspage_struct=True,
    ),
    change((4, 8), "zram lets zsmalloc use movable pages.", movable_objects=True),
    change(
        (4, 8),
        "Compressors come from the crypto API, where decompression needs a stream as well.",
        decompression_stream=True,
    ),
    change(
        (4, 10),
        "A page under writeback is not reused on a swap device that asked for stable pages.",
        commit="f05714293a59",
        stable_anon=StableAnon.SWAP_FLAG,
    ),
    *ZRAM_ASKS_FOR_STABLE_PAGES,
)


@cache
def features_of(release: Release) -> Features:
    """Apply every change up to `release` to the defaults."""
    features = Features()
    for row in TIMELINE:
        if row.release <= release:
            features = row.applied_to(features)
    return features
