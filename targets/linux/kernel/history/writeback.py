"""How zram's backing device changed: writeback, idle pages, their limits."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from targets.linux.kernel.release import Change


@dataclass(frozen=True)
class WritebackFeatures:
    """The answers of zram's writeback; the defaults are those of 4.6."""


WRITEBACK: Final[tuple["Change", ...]] = ()
