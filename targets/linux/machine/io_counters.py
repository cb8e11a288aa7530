"""What the machine's block devices were asked to do since boot: one place for all of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class IoCounters:
    """Requests, by the way that they took; those for backing devices count as well."""

    bios: int = 0
    """Bios that entered a driver, or failed on the way there."""
    bios_completed: int = 0
    """Those among them whose end was told."""
    rw_pages: int = 0
    """Calls of rw_page, which does the I/O of a page without a bio."""
    rw_pages_refused: int = 0
    """Those among them that left the page to a bio."""
