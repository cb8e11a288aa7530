"""Exclusive pages: does only one page table entry lead to a page, and nothing else? [5.19]

PG_anon_exclusive says so of a page that is mapped; when it is unmapped for swap, its entry does.
fork takes the mark off both copies; whoever lacks it has to find out from the counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from targets.linux.kernel.kernel import Kernel


def exclusive_pages_are_tracked(kernel: Kernel) -> bool:
    """Whether this kernel remembers which pages are exclusive."""
    return kernel.features.anon_exclusive
