"""Kernels by name: what a case's `kernel` line, its design and its defects come to."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from targets.linux.kernel.build import BUILD
from targets.linux.kernel.defects.switching import switched
from targets.linux.kernel.history.block import ZRAM_ASKS_FOR_STABLE_PAGES
from targets.linux.kernel.history.swap import StableAnon
from targets.linux.kernel.kernel import Kernel
from targets.linux.kernel.release import release_of
from targets.linux.kernel.timeline import features_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from targets.linux.kernel.build import Build
    from targets.linux.kernel.features import Features

VERSIONS: Final = (
    "4.6", "4.7", "4.9", "4.10", "4.14", "4.15", "4.20",
    "5.0", "5.4", "5.10", "5.15", "5.17", "5.19",
    "6.1", "6.3", "6.5", "6.8", "6.12", "6.14", "6.17", "6.18", "6.19",
)  # fmt: skip
"""The kernels that are modelled, oldest first."""

DESIGNS: Final = MappingProxyType(
    {
        "none": StableAnon.NONE,
        "v1": StableAnon.HOST_INODE,
        "as-flag": StableAnon.ADDRESS_SPACE,
        "v2": StableAnon.SWAP_FLAG,
        "wait": StableAnon.WAITING,
    }
)
"""The designs of the 2016 thread, in the order in which they were proposed.

The last one was only named there: "reuse_swap_page should be atomic so that we cannot wait".
"""

FIRST_WITH_DESIGNS: Final = (4, 7)
"""Per-CPU streams made unstable pages dangerous; stable trees were to get the fix from here on."""

FIRST_WITHOUT_REUSE_SWAP_PAGE: Final = (5, 19)
"""Where a write may change a page is decided at swap-in from here on.

That looks at the flag of the area: the designs that keep their note elsewhere mean nothing.
"""

FLAG_OR_NOTHING: Final = (StableAnon.NONE, StableAnon.SWAP_FLAG)


def kernel_named(
    version: str,
    *,
    design: str | None = None,
    with_defects: Collection[str] = (),
    without_defects: Collection[str] = (),
    build: Build = BUILD,
) -> Kernel:
    """Return the kernel `version`, with another design and other defects when they are given.

    Raises `ValueError` with one sentence for a person when there is no such kernel.
    """
    if version not in VERSIONS:
        raise ValueError(f"no kernel {version} is modelled; there are {', '.join(VERSIONS)}")
    features = features_of(release_of(version))
    if design is not None:
        features = _with_design(features, design, version)
    features = switched(features, with_defects, without_defects)
    return Kernel(version, features, build)


def _with_design(features: Features, design: str, version: str) -> Features:
    """Choose how anonymous pages become stable; any way needs zram to ask for stable pages."""
    if design not in DESIGNS:
        raise ValueError(f"there is no design {design}; there are {', '.join(DESIGNS)}")
    stable_anon = DESIGNS[design]
    late = release_of(version) >= FIRST_WITHOUT_REUSE_SWAP_PAGE
    if late and stable_anon not in FLAG_OR_NOTHING:
        raise ValueError(f"{version} has no reuse_swap_page, which the design {design} changes")
    if stable_anon is not StableAnon.NONE:
        if release_of(version) < FIRST_WITH_DESIGNS:
            known = ", ".join(name for name in VERSIONS if release_of(name) >= FIRST_WITH_DESIGNS)
            raise ValueError(f"{version} has no design {design}; designs are for {known}")
        for row in ZRAM_ASKS_FOR_STABLE_PAGES:
            if row.release > release_of(version):
                features = row.applied_to(features)
    return replace(features, stable_anon=stable_anon)
