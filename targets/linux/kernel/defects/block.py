"""Defects of what devices ask for: who wants stable pages, and who is synchronous."""

from typing import Final

from targets.linux.kernel.defects.defect import Defect, switch
from targets.linux.kernel.history.block import (
    IntegrityCapability,
    Revalidation,
    SynchronousWord,
    ZramCapability,
    ZramSynchronous,
)
from targets.linux.kernel.history.swap import StableAnon

_SET_AGAIN: Final = (ZramCapability.AFTER_REVALIDATE, ZramCapability.AT_CREATION_AND_AGAIN)

BLOCK_DEFECTS: Final = (
    Defect(
        "zram-revalidate-outside-init-lock",
        "disksize_store revalidates the disk after init_lock is released, "
        "so that swapon may look while the stable-writes capability is cleared.",
        introduced=None,
        fixed=None,
        came_with="the first version of the fix of 4.10, in review",
        catalogue="A02",
        switches=(
            switch(revalidation={Revalidation.OUTSIDE_INIT_LOCK: Revalidation.UNDER_INIT_LOCK}),
        ),
        needs=(
            ("zram_capability", _SET_AGAIN),
            ("integrity_capability", (IntegrityCapability.REVALIDATED,)),
        ),
    ),
    Defect(
        "zram-stable-flag-lost-on-revalidate",
        "A revalidation clears the stable-writes capability and zram sets it again, "
        "under init_lock, which swapon does not take.",
        introduced=(4, 10),
        fixed=(4, 12),
        came_with="b09ab054b69b",
        catalogue="A02",
        switches=(
            switch(
                integrity_capability={
                    IntegrityCapability.REVALIDATED: IntegrityCapability.REGISTERED
                }
            ),
        ),
        needs=(("zram_capability", _SET_AGAIN),),
    ),
    Defect(
        "zram-stable-flag-after-size",
        "A new zram asks for stable pages only once its disk has its first size, "
        "with which swapon takes it.",
        introduced=(4, 10),
        fixed=(4, 15),
        came_with="b09ab054b69b",
        went_with="e447a0151f7c",
        switches=(
            switch(
                zram_capability={
                    ZramCapability.AFTER_REVALIDATE: ZramCapability.AT_CREATION_AND_AGAIN
                }
            ),
        ),
    ),
    Defect(
        "zram-stable-flag-dropped-519",
        "zram stopped asking for stable pages when it stopped compressing twice: "
        "what it stores may be no state that the page was ever in.",
        introduced=(5, 19),
        fixed=(6, 0),
        came_with="e7be8d1dd983",
        went_with="37887783b3fe",
        catalogue="A05",
        switches=(switch(zram_capability={ZramCapability.NEVER: ZramCapability.AT_CREATION}),),
        needs=(
            ("revalidation", (Revalidation.NEVER,)),
            ("stable_anon", (StableAnon.SWAP_FLAG,)),
        ),
    ),
    Defect(
        "zram-sync-flag-async-read",
        "zram says that it is synchronous although blocks of its backing device are read later, "
        "so that a fault maps a page that is still being read.",
        introduced=(4, 15),
        fixed=(4, 19),
        came_with="539a6fea7fdc",
        went_with="4f7a7beaee77",
        catalogue="D08",
        switches=(
            switch(zram_synchronous={ZramSynchronous.ALWAYS: ZramSynchronous.UNLESS_BACKED}),
        ),
        needs=(("synchronous_word", (SynchronousWord.BDI,)),),
    ),
)
