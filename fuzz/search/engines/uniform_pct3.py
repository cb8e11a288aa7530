"""The same random programs under PCT of depth 3, the strategy of choice where one is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.search.engines.uniform import search_with

if TYPE_CHECKING:
    from fuzz.search.explorer import Explorer


def search(explorer: Explorer) -> None:
    """Run one random program after another, each under PCT of depth 3."""
    search_with(explorer, "pct3")
