"""How a pool is used: what zram, reclaim and memory compaction do one thing after another."""

from __future__ import annotations

from typing import Final

POOL_HABITS: Final = (
    "malloc, write, read, free",
    "malloc, write, map, read",
    "free, malloc, write, read",
    "malloc, write, migrate, read, free",
    "malloc, migrate, read",
    "malloc, malloc, migrate, migrate, free, free",
    "malloc, write, compact, read",
    "free, free, free, compact, malloc",
    "free, free, shrink, malloc, write",
    "migrate, migrate, free, compact",
    "cpu, map, free",
    "malloc, malloc, free, free, compact",
    "malloc, malloc, write, write, free, read",
)
"""Lines for the search."""
