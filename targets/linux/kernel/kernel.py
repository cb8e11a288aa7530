"""A kernel: a version, the features that it has, the defects that it carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from targets.linux.kernel.features import Features


@dataclass(frozen=True, slots=True)
class Kernel:
    """What a case's `kernel` line, design and defect settings come to."""

    version: str
    features: Features
    defects: frozenset[str] = frozenset()
