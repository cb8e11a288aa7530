"""A kernel: a version, how it was built, the features that it has, the defects that it carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from targets.linux.kernel.build import BUILD, Build

if TYPE_CHECKING:
    from targets.linux.kernel.features import Features


@dataclass(frozen=True, slots=True)
class Kernel:
    """What a case's `kernel` line, its settings of build, design and defects come to."""

    version: str
    features: Features
    defects: frozenset[str] = frozenset()
    build: Build = BUILD
