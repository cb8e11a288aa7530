"""What the code of zswap keeps."""

from __future__ import annotations

from typing import Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise

ZSWAP_OVER_LIMIT: Final = Promise(
    "zswap-over-limit",
    "A page is taken only while the pool of zswap is within its limit.",
    Harm.LATENT,
    "oracle 8",
)
ZSWAP_NO_MEMCG: Final = Promise(
    "zswap-no-memcg",
    "A memory cgroup is asked only where there are some.",
    Harm.CRASH,
    "oracle 6",
)
ZSWAP_CODE_PROMISES: Final = (ZSWAP_OVER_LIMIT, ZSWAP_NO_MEMCG)
"""What zswap keeps while it runs."""
