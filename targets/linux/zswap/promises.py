"""What the code of zswap keeps."""

from __future__ import annotations

from typing import Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise

SLAB_USE_AFTER_FREE: Final = Promise(
    "slab-use-after-free",
    "The compression context of a CPU is there as long as anybody uses it.",
    Harm.CRASH,
    "KASAN, oracle 6",
)
ZSWAP_CODE_PROMISES: Final = (SLAB_USE_AFTER_FREE,)
"""What zswap keeps while it runs."""
