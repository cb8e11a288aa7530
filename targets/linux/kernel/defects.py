"""Defects: historical bugs that can be switched on and off, on the kernels where they make sense.

A kernel carries by itself those that its release had.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from targets.linux.kernel.history.block import IntegrityCapability, ZramCapability
from targets.linux.kernel.history.swap import StableAnon

if TYPE_CHECKING:
    from targets.linux.kernel.features import Features
    from targets.linux.kernel.release import Release

ZRAM_REVALIDATE_OUTSIDE_INIT_LOCK: Final = "zram-revalidate-outside-init-lock"
AS_FLAG_NEVER_CLEARED: Final = "as-flag-never-cleared"


@dataclass(frozen=True, slots=True)
class Defect:
    """One bug: when it came, when it went, and what a kernel needs in order to have it."""

    slug: str
    introduced: Release | None
    """The first release with the bug; None for one that review kept out of every release."""
    fixed: Release | None
    """The first release without it again; None for one that no release had, or has lost."""
    sentence: str
    needs: tuple[tuple[str, Any], ...] = ()
    """Fields of `Features`, with the values without which the bug has no meaning."""

    def in_release(self, release: Release) -> bool:
        """Whether `release` had the bug."""
        begun = self.introduced is not None and self.introduced <= release
        return begun and (self.fixed is None or release < self.fixed)

    def makes_sense_on(self, features: Features) -> bool:
        """Whether a kernel with `features` can have the bug."""
        return all(getattr(features, name) is value for name, value in self.needs)


DEFECTS: Final = (
    Defect(
        ZRAM_REVALIDATE_OUTSIDE_INIT_LOCK,
        introduced=None,
        fixed=None,
        sentence="disksize_store revalidates the disk after init_lock is released, "
        "so that swapon may look while the stable-writes capability is cleared.",
        needs=(
            ("zram_capability", ZramCapability.AFTER_REVALIDATE),
            ("integrity_capability", IntegrityCapability.REVALIDATED),
        ),
    ),
    Defect(
        AS_FLAG_NEVER_CLEARED,
        introduced=None,
        fixed=None,
        sentence="swapon sets AS_STABLE_WRITES and never clears it, "
        "so that the next device of the same swap type inherits it.",
        needs=(("stable_anon", StableAnon.ADDRESS_SPACE),),
    ),
)
