"""The peer that is a plain stress test: random programs, whose tasks run as threads would.

Real threads would make no campaign twice; the strategy `threads` says how they are imitated.
Faults come as in the other random programs, which a stress test would need fault injection for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.search.engines.uniform import search_with

if TYPE_CHECKING:
    from fuzz.search.explorer import Explorer


def search(explorer: Explorer) -> None:
    """Run one random program after another, each as threads would run."""
    search_with(explorer, "threads")
