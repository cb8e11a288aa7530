"""How zswap changed: its entries, its pool, its writeback."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from targets.linux.kernel.release import Change


@dataclass(frozen=True)
class ZswapFeatures:
    """The answers of zswap; the defaults are those of 4.6."""


ZSWAP: Final[tuple["Change", ...]] = ()
