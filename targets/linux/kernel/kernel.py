"""A kernel: a version, how it was built, and its features, some of which are defects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from targets.linux.kernel.build import BUILD, Build
from targets.linux.kernel.defects import DEFECTS
from targets.linux.kernel.defects.defect import defects_in

if TYPE_CHECKING:
    from targets.linux.kernel.features import Features


@dataclass(frozen=True, slots=True)
class Kernel:
    """What a case's `kernel` line, its settings of build, design and defects come to."""

    version: str
    features: Features
    build: Build = BUILD

    @property
    def defects(self) -> frozenset[str]:
        """The slugs of the defects that its features come to."""
        return defects_in(self.features, DEFECTS)
