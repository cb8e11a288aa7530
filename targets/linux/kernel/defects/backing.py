"""Defects of zram's backing device."""

from typing import Final

from targets.linux.kernel.defects.defect import Defect, switch
from targets.linux.kernel.history.backing import (
    BackingKept,
    BackingName,
    BackingShow,
    BackingSize,
    BlockLook,
    Blocks,
    ClaimRefused,
)
from targets.linux.kernel.history.zram import FreeNotify

BACKED: Final = (("backing_device", (True,)),)

BACKING_DEFECTS: Final = (
    Defect(
        "zram-backing-name-truncated",
        "backing_dev_store takes the last character of a path for a newline, "
        "and opens another device if there is one.",
        introduced=(4, 14),
        fixed=(4, 18),
        came_with="013bf95a83ec",
        went_with="c8bd134a4bdd",
        catalogue="C09",
        switches=(switch(backing_name={BackingName.SHORT: BackingName.WHOLE}),),
        needs=BACKED,
    ),
    Defect(
        "zram-backing-double-put",
        "backing_dev_store puts a block device that it could not get.",
        introduced=(4, 14),
        fixed=(5, 0),
        came_with="013bf95a83ec",
        went_with="5547932dc67a",
        catalogue="C08",
        switches=(switch(claim_refused={ClaimRefused.PUT: ClaimRefused.LEFT}),),
        needs=BACKED,
    ),
    Defect(
        "zram-backing-show-null",
        "backing_dev_show looks which device there is before it takes init_lock.",
        introduced=(4, 14),
        fixed=(5, 4),
        came_with="013bf95a83ec",
        went_with="f7daefe4231e",
        catalogue="C07",
        switches=(switch(backing_show={BackingShow.BEFORE_LOCK: BackingShow.UNDER_LOCK}),),
        needs=BACKED,
    ),
    Defect(
        "zram-uninit-backing-leak",
        "A reset of a zram without a size leaves its backing device attached, and busy.",
        introduced=(4, 14),
        fixed=(6, 1),
        came_with="013bf95a83ec",
        went_with="74363ec674cb",
        catalogue="C10",
        again=(((6, 2), (6, 12)),),
        switches=(switch(backing_kept={BackingKept.WITHOUT_SIZE: BackingKept.NEVER}),),
        needs=BACKED,
    ),
    Defect(
        "zram-zero-size-backing-loop",
        "A device without a size is taken for a backing device, even the zram's own.",
        introduced=(4, 14),
        fixed=(6, 13),
        came_with="013bf95a83ec",
        went_with="be48c412f6eb",
        catalogue="C11",
        switches=(switch(backing_size={BackingSize.ANY: BackingSize.SOME}),),
        needs=BACKED,
    ),
    Defect(
        "zram-block-given-before-written",
        "A write gives its slot a block of the backing device before the page is there: "
        "what the slot held is lost if that fails, and a read meanwhile finds neither.",
        introduced=(4, 14),
        fixed=(5, 0),
        came_with="db8ffbd4e763",
        went_with="a939888ec38b, which drops such writes",
        switches=(switch(inline_writeback={True: False}),),
        needs=BACKED,
    ),
    Defect(
        "zram-bitmap-lock-softirq",
        "A slot that is freed when a read of its block ends waits for locks in the interrupt "
        "that tasks hold with interrupts enabled.",
        introduced=(4, 14),
        fixed=(5, 0),
        went_with="3c9959e02547",
        catalogue="D05",
        switches=(
            switch(blocks={Blocks.LOCKED: Blocks.ATOMIC}),
            switch(free_notify={FreeNotify.WAIT: FreeNotify.MISS}),
        ),
        needs=BACKED,
    ),
    Defect(
        "zram-read-block-unlocked",
        "A read learns which block to read once its slot is unlocked, "
        "which may hold anything by then.",
        introduced=(4, 14),
        fixed=(6, 19),
        came_with="8e654f8fbff5",
        switches=(
            switch(
                block_look={
                    BlockLook.TOGETHER: BlockLook.LOCKED,
                    BlockLook.APART: BlockLook.LOCKED,
                }
            ),
        ),
        needs=BACKED,
    ),
)
