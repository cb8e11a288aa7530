"""What a zram device counts (struct zram_stats); all are atomics, so that nothing is announced."""

from dataclasses import dataclass


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
    same_pages: int = 0
    pages_stored: int = 0
    """Slots with an object; zero pages have none."""
    max_used_pages: int = 0
    writestall: int = 0
    """Times the try without sleeping found no object."""
