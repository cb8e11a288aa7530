"""How zswap changed: its entries, its pool, its writeback."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class ZswapFull(Enum):
    """What a store does that finds the pool full."""

    SHRINK_ONCE = "it writes one piece of the pool back, and then stores, full or not"
    SHRINK_AND_CHECK = "it writes one piece of the pool back, and looks again"
    WORKER_ONCE = "it is refused until the pool is far from full; a worker writes one piece back"
    WORKER_LOOP = "it is refused until the pool is far from full; a worker sees to that"
    AT_LIMIT = "the same, and a pool that has just reached its limit is full already"


class ZswapShrink(Enum):
    """Who knows which entry is the oldest."""

    ZPOOL = "the allocator, page by page: all entries of a page go"
    LRU = "zswap, entry by entry; one that is tried is off the list"
    SECOND_CHANCE = "zswap; a new entry is passed over once, one that is tried stays on the list"


class ZswapShrinker(Enum):
    """For which requests reclaim lets zswap write entries back (shrink_slab)."""

    NONE = "for none: there is no such shrinker"
    ANY_MASK = "for any, whether it may do I/O or not"
    WITH_IO = "for those that may do I/O"


class ZswapRecheck(Enum):
    """Whether writeback looks again at its entry once it has a page in the swap cache."""

    NEVER = "no: the slot may have another owner by then"
    ABANDONS_PAGE = "yes, and gives up if it is gone, but forgets its page, locked and referenced"
    RELEASES_PAGE = "yes, and gives its page up if it is gone"


class ZswapCopy(Enum):
    """What becomes of an entry whose page is loaded."""

    KEPT = "it stays until its slot is free or written anew"
    DROPPED = "the swap cache takes over, with a dirty page; who reads past it leaves the entry"


class ZswapOlder(Enum):
    """When a store forgets an older copy of its slot."""

    FIRST = "before anything else"
    WHEN_REFUSED = "when the new one takes its place, or when there is none"


class ZswapContexts(Enum):
    """How a CPU's compression context is held."""

    PREEMPT_OFF = "with preemption disabled"
    MUTEX = "with a mutex, by who may sleep and move, even after its CPU has gone"
    MUTEX_FREES = "the same, but looked at again: it is freed with that mutex held"
    MUTEX_CHECKED = "with a mutex, and if its CPU has gone, that of another CPU instead"


class ZswapPoolKind(Enum):
    """The allocator of the pool, by default."""

    ZBUD = "zbud: at most two entries a page"
    ZSMALLOC = "zsmalloc"


@dataclass(frozen=True)
class ZswapFeatures:
    """The answers of zswap; the defaults are those of 4.6."""

    zswap_full: ZswapFull = ZswapFull.SHRINK_ONCE
    zswap_shrink: ZswapShrink = ZswapShrink.ZPOOL
    zswap_shrinker: ZswapShrinker = ZswapShrinker.NONE
    zswap_shrinker_needs_memcg: bool = False
    """Whether the shrinker counts what the memory cgroup has in zswap, if there is one or not."""
    zswap_recheck: ZswapRecheck = ZswapRecheck.NEVER
    zswap_copy: ZswapCopy = ZswapCopy.KEPT
    zswap_older: ZswapOlder = ZswapOlder.FIRST
    zswap_contexts: ZswapContexts = ZswapContexts.PREEMPT_OFF
    zswap_pool: ZswapPoolKind = ZswapPoolKind.ZBUD
    zswap_same_filled: bool = False
    zswap_references: bool = True
    zswap_skips_reserved: bool = False
    zswap_stores_incompressible: bool = False
    zswap_load_errors: bool = False
    zswap_queued_puts: bool = False
    """Whether who finds the worker queued already drops the reference that he took for it."""
    zswap_off_forgets: bool = True
    """Whether a store that is refused because zswap is off forgets an older copy of its slot."""


ZSWAP: Final = (
    change((4, 16), "zswap keeps a page of one word as that word.", zswap_same_filled=True),
    change(
        (4, 18),
        "zswap looks again at its limit after it has shrunk its pool.",
        commit="16e536ef4708",
        zswap_full=ZswapFull.SHRINK_AND_CHECK,
    ),
    change(
        (5, 6),
        "A full zswap refuses pages until a worker has brought it far below its limit.",
        commit="45190f01dd40",
        zswap_full=ZswapFull.WORKER_ONCE,
    ),
    change(
        (5, 11),
        "zswap compresses in a context that is held with a mutex.",
        commit="1ec3b5fe6eec",
        zswap_contexts=ZswapContexts.MUTEX,
    ),
    change(
        (6, 4),
        "Writeback of zswap sees that its slot has another owner, but loses a page then.",
        commit="04fc7816089c",
        zswap_recheck=ZswapRecheck.ABANDONS_PAGE,
    ),
    change(
        (6, 5),
        "zswap itself keeps its entries in order of age.",
        zswap_shrink=ZswapShrink.LRU,
        zswap_full=ZswapFull.WORKER_LOOP,
    ),
    change(
        (6, 6),
        "Who asks for a worker that is queued already drops his reference to the pool.",
        commit="969d63e1af3b",
        zswap_queued_puts=True,
    ),
    change(
        (6, 6),
        "Swap calls zswap itself, and a zswap that is off refuses at once.",
        commit="42c06a0e8ebe",
        zswap_off_forgets=False,
    ),
    change(
        (6, 8),
        "A zswap that is off forgets the older copy of a page that it refuses.",
        commit="678e54d4bb9a",
        zswap_off_forgets=True,
    ),
    change(
        (6, 8),
        "Writeback of zswap that finds another owner gives its page up.",
        commit="e3b63e966cac",
        zswap_recheck=ZswapRecheck.RELEASES_PAGE,
    ),
    change(
        (6, 8),
        "Reclaim may let zswap write entries back, if somebody has switched that on.",
        commit="b5ba474f3f51",
        zswap_shrinker=ZswapShrinker.ANY_MASK,
        zswap_shrinker_needs_memcg=True,
    ),
    change(
        (6, 9),
        "Without memory cgroups the shrinker of zswap counts all that zswap has.",
        commit="682886ec69d2",
        zswap_shrinker_needs_memcg=False,
    ),
    change(
        (6, 9),
        "Reclaim that may do no I/O leaves the entries of zswap alone.",
        commit="30fb6a8d9e33",
        zswap_shrinker=ZswapShrinker.WITH_IO,
    ),
    change(
        (6, 8),
        "zswap takes its memory from zsmalloc, unless it is told otherwise.",
        zswap_pool=ZswapPoolKind.ZSMALLOC,
    ),
    change(
        (6, 8),
        "Writeback of zswap does not wait for a slot that somebody is reading.",
        zswap_skips_reserved=True,
    ),
    change(
        (6, 12),
        "zswap gives its copy up when the swap cache has the page.",
        zswap_copy=ZswapCopy.DROPPED,
    ),
    change(
        (6, 12),
        "zswap finds entries without a lock of its own, so that nobody counts references.",
        zswap_references=False,
        zswap_older=ZswapOlder.WHEN_REFUSED,
    ),
    change(
        (6, 12),
        "zswap passes over an entry once, and is full when it reaches its limit.",
        zswap_shrink=ZswapShrink.SECOND_CHANCE,
        zswap_full=ZswapFull.AT_LIMIT,
    ),
    change(
        (6, 12),
        "Pages of one word are compressed like others; pages of zeros do not come to zswap.",
        zswap_same_filled=False,
    ),
    change(
        (6, 13),
        "A context of zswap is not used any more when its CPU has gone.",
        commit="12dcb0ef5406",
        zswap_contexts=ZswapContexts.MUTEX_FREES,
    ),
    change(
        (6, 15),
        "What belongs to a context of zswap is freed without its mutex.",
        commit="c11bcbc0a517",
        zswap_contexts=ZswapContexts.MUTEX_CHECKED,
    ),
    change(
        (6, 18),
        "An entry of zswap that does not decompress is an error of the read.",
        zswap_load_errors=True,
    ),
    change(
        (6, 18),
        "zswap keeps a page that does not compress as it is.",
        zswap_stores_incompressible=True,
    ),
)
