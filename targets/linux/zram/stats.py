"""What a zram device counts (struct zram_stats); all are atomics, so that no lock guards them.

Announced is only what lets a count be seen when it is not true: a page that was stored is counted
late, and somebody looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point

if TYPE_CHECKING:
    from targets.linux.kernel.kernel import Kernel

COUNT_STORED: Final = Point(
    "zram.stats.stored", "count a page that was stored", Access.WRITE, "zram stats"
)
LOOK_AT_STATS: Final = Point("zram.stats.show", "look at the counts", Access.READ, "zram stats")


@dataclass(slots=True)
class ZramStats:
    """Counters of a device; they start again at zero with each reset."""

    compr_data_size: int = 0
    """Bytes of compressed data, without what the allocator adds."""
    num_reads: int = 0
    num_writes: int = 0
    failed_reads: int = 0
    failed_writes: int = 0
    invalid_io: int = 0
    """Requests outside the device, or not of whole pages."""
    notify_free: int = 0
    """Slots that swap or a discard said are free, even if they were empty."""
    miss_free: int = 0
    """Slots that swap said are free while somebody held their lock: they keep their page [5.0]."""
    same_pages: int = 0
    """Slots that one word fills (zero_pages, up to 4.10)."""
    huge_pages: int = 0
    """Slots whose page is stored as it is [4.20]."""
    huge_pages_since: int = 0
    """Pages that were ever stored as they are [5.15]."""
    pages_stored: int = 0
    """Slots with an object or a block elsewhere; from 4.14 on, those that one word fills too."""
    max_used_pages: int = 0
    """The most pages that the pool had when a write looked."""
    writestall: int = 0
    """Times the try without sleeping found no object."""
    bd_count: int = 0
    """Blocks of the backing device in use, or about to be [4.14]."""
    bd_reads: int = 0
    """Pages read from the backing device [5.0]."""
    bd_writes: int = 0
    """Pages written to the backing device [5.0]."""


def same_pages_stored(kernel: Kernel) -> bool:
    """Whether `pages_stored` counts pages that one word fills."""
    return kernel.features.same_pages_stored
