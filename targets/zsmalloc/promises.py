"""What the target `zsmalloc` keeps: all of it, in one place."""

from __future__ import annotations

from typing import Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from targets.linux.machine.promises import MACHINE_PROMISES
from targets.linux.zsmalloc.promises import POOL_PROMISES
from targets.shared.pool_judges import REST_PROMISES as POOL_REST_PROMISES
from targets.shared.promises import REFUSED_WITHOUT_CAUSE
from targets.zsmalloc.progress_judges import POOL_PROGRESS_PROMISES

ZSMALLOC_WRONG_CONTENTS: Final = Promise(
    "zsmalloc-wrong-contents",
    "An object holds what its owner wrote last.",
    Harm.CORRUPTION_READ_BACK,
    "oracle 1",
)
ZSMALLOC_EMPTY_ZSPAGE: Final = Promise(
    "zsmalloc-empty-zspage",
    "A zspage is given back when its last object goes.",
    Harm.LEAK,
    "oracle 10",
)
ZSMALLOC_WRONG_COUNT: Final = Promise(
    "zsmalloc-wrong-count",
    "Every statistic of a pool is what a recount says.",
    Harm.WRONG_REPORT,
    "I4, oracle 8",
)
ZSMALLOC_PROMISES_TOO_MUCH: Final = Promise(
    "zsmalloc-promises-too-much",
    "The shrinker promises no more pages than there ever were.",
    Harm.WRONG_REPORT,
    "shrink_slab, oracle 8",
)
PROMISES: Final = (
    *MACHINE_PROMISES,
    REFUSED_WITHOUT_CAUSE,
    *POOL_PROMISES,
    ZSMALLOC_WRONG_CONTENTS,
    ZSMALLOC_EMPTY_ZSPAGE,
    ZSMALLOC_WRONG_COUNT,
    ZSMALLOC_PROMISES_TOO_MUCH,
    *POOL_REST_PROMISES,
    *POOL_PROGRESS_PROMISES,
)
"""Every kind of finding that the target reports, but for those of the world."""
