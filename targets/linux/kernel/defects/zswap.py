"""Defects of zswap."""

from typing import Final

from targets.linux.kernel.defects.defect import Defect, switch
from targets.linux.kernel.history.zswap import (
    ZswapContexts,
    ZswapFull,
    ZswapOlder,
    ZswapRecheck,
    ZswapShrinker,
)

ZSWAP_DEFECTS: Final = (
    Defect(
        "zswap-writeback-aba",
        "Writeback of zswap does not look again whether its entry is still that of its slot.",
        introduced=(4, 6),
        fixed=(6, 4),
        went_with="04fc7816089c",
        catalogue="G01",
        switches=(switch(zswap_recheck={ZswapRecheck.NEVER: ZswapRecheck.RELEASES_PAGE}),),
    ),
    Defect(
        "zswap-wb-folio-stranded",
        "Writeback of zswap that finds another owner forgets its page, locked and referenced.",
        introduced=(6, 4),
        fixed=(6, 8),
        came_with="04fc7816089c",
        went_with="e3b63e966cac",
        catalogue="G02",
        switches=(switch(zswap_recheck={ZswapRecheck.ABANDONS_PAGE: ZswapRecheck.RELEASES_PAGE}),),
    ),
    Defect(
        "zswap-disabled-dup-stale",
        "A zswap that is off refuses a page and keeps what it has of its slot, "
        "which whoever reads the slot is given.",
        introduced=(6, 6),
        fixed=(6, 8),
        came_with="42c06a0e8ebe",
        went_with="678e54d4bb9a",
        catalogue="G04",
        switches=(switch(zswap_off_forgets={False: True}),),
        needs=(("zswap_older", (ZswapOlder.FIRST,)),),
    ),
    Defect(
        "zswap-hotunplug-uaf",
        "A CPU goes while a store sleeps in its compression context, which is freed.",
        introduced=(5, 11),
        fixed=(6, 13),
        came_with="1ec3b5fe6eec",
        went_with="12dcb0ef5406",
        catalogue="G06",
        switches=(switch(zswap_contexts={ZswapContexts.MUTEX: ZswapContexts.MUTEX_CHECKED}),),
    ),
    Defect(
        "zswap-hotunplug-abba",
        "The context of a CPU that goes is freed with its mutex held: the compressor's own lock "
        "comes after it, and before it for who allocates a compressor and reclaims.",
        introduced=(6, 13),
        fixed=(6, 15),
        came_with="12dcb0ef5406",
        went_with="c11bcbc0a517",
        catalogue="G07",
        switches=(switch(zswap_contexts={ZswapContexts.MUTEX_FREES: ZswapContexts.MUTEX_CHECKED}),),
    ),
    Defect(
        "zswap-shrinker-null-memcg",
        "The shrinker of zswap asks a memory cgroup what it has, on a machine without any.",
        introduced=(6, 8),
        fixed=(6, 9),
        came_with="b5ba474f3f51",
        went_with="682886ec69d2",
        catalogue="G09",
        switches=(switch(zswap_shrinker_needs_memcg={True: False}),),
        needs=(("zswap_shrinker", (ZswapShrinker.ANY_MASK, ZswapShrinker.WITH_IO)),),
    ),
    Defect(
        "zswap-shrinker-gfp-recursion",
        "Reclaim for a request of the block layer, which must not do I/O, "
        "has zswap write pages back.",
        introduced=(6, 8),
        fixed=(6, 9),
        came_with="b5ba474f3f51",
        went_with="30fb6a8d9e33",
        catalogue="G12",
        switches=(switch(zswap_shrinker={ZswapShrinker.ANY_MASK: ZswapShrinker.WITH_IO}),),
    ),
    Defect(
        "zswap-pool-ref-leak",
        "Each store that finds zswap full holds the pool for the worker, which lets go once, "
        "however many have asked for it.",
        introduced=(5, 6),
        fixed=(6, 6),
        came_with="45190f01dd40",
        went_with="969d63e1af3b",
        catalogue="G10",
        switches=(switch(zswap_queued_puts={False: True}),),
        needs=(
            (
                "zswap_full",
                (ZswapFull.WORKER_ONCE, ZswapFull.WORKER_LOOP, ZswapFull.AT_LIMIT),
            ),
        ),
    ),
    Defect(
        "zswap-full-no-recheck",
        "A store that finds zswap full shrinks it once and then stores, full or not.",
        introduced=(4, 6),
        fixed=(4, 18),
        went_with="16e536ef4708",
        catalogue="G13",
        switches=(switch(zswap_full={ZswapFull.SHRINK_ONCE: ZswapFull.SHRINK_AND_CHECK}),),
    ),
)
