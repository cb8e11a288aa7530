"""What the allocator of compressed objects keeps, whoever uses it."""

from __future__ import annotations

from typing import Final

from fuzz.sanitize.memory.damage import Damage, Wording
from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from targets.linux.machine.memory import ACCESSORS

HOLDERS: Final = frozenset(
    {"check_address", "check_balance", "check_cell", "hold_object", "lock_to_free"}
    | {"release_object", "try_hold", "handles_in", "obj_to_head", "word_at_header"}
)
"""Functions of the model that follow a handle for a function of the kernel."""
KASAN: Final = Wording(
    "zsmalloc",
    tool="KASAN: ",
    words={
        Damage.OUT_OF_BOUNDS: "slab-out-of-bounds",
        Damage.WILD_ACCESS: "wild-memory-access",
        Damage.WILD_FREE: "invalid-free",
    },
    accessors=ACCESSORS
    | HOLDERS
    | {"cache_free_handle", "judge_access", "move_object", "move_objects", "note_object"}
    | {"pin_tag", "trypin_tag", "zs_obj_write"}
    | {"judge_use", "note_moved", "note_written", "use"},
    damages=tuple(damage for damage in Damage if damage is not Damage.LEAK),
)
"""Findings are called what the kernel's own sanitizer would call them."""
USE_AFTER_FREE: Final = KASAN.promise(Damage.USE_AFTER_FREE)
WILD_ACCESS: Final = KASAN.promise(Damage.WILD_ACCESS)

ZSMALLOC_LEAK: Final = Promise(
    "zsmalloc-leak",
    "Every object belongs to somebody who can free it.",
    Harm.LEAK,
    "kmem_cache_destroy, oracle 5",
)
ZSMALLOC_BROKEN_CHAIN: Final = Promise(
    "zsmalloc-broken-chain",
    "The free chain of a zspage visits each free object once, and ends.",
    Harm.LATENT,
    "I6, oracle 4",
)
ZSMALLOC_BROKEN_HEADER: Final = Promise(
    "zsmalloc-broken-header",
    "A live handle leads to an object whose header names that handle.",
    Harm.LATENT,
    "I6, oracle 4",
)
BAD_UNLOCK: Final = Promise(
    "bad-unlock",
    "Nobody releases a zspage that he does not hold.",
    Harm.HANG,
    "lockdep",
)
POOL_PROMISES: Final = (
    *KASAN.promises,
    ZSMALLOC_LEAK,
    ZSMALLOC_BROKEN_CHAIN,
    ZSMALLOC_BROKEN_HEADER,
    BAD_UNLOCK,
)
"""What every pool keeps."""
