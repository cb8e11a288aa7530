"""How anonymous memory changed: faults, copy on write, fork, reclaim."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from targets.linux.kernel.release import Change


@dataclass(frozen=True)
class MmFeatures:
    """The answers of mm; the defaults are those of 4.6."""


MM: Final[tuple["Change", ...]] = ()
