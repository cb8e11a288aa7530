"""Defects of zram's reads and writes."""

from typing import Final

from targets.linux.kernel.defects.defect import Defect, switch
from targets.linux.kernel.history.block import DirectAlignment
from targets.linux.kernel.history.swap import StableAnon
from targets.linux.kernel.history.zram import (
    Accessed,
    FreeNotify,
    PieceFailed,
    SlotFreed,
    WritePath,
)
from targets.linux.kernel.history.zram_life import SetUp
from targets.linux.kernel.history.zram_parts import PartialIo

FREES_FIRST_OBJECT: Final = (switch(first_object_freed={False: True}),)

ZRAM_DEFECTS: Final = (
    Defect(
        "zram-second-pass-handle-leak",
        "The object of the first pass is left to nobody when the second one finds a page of zeros, "
        "or its compressor fails.",
        introduced=(4, 7),
        fixed=(4, 12),
        came_with="da9556a2367c",
        catalogue="A03",
        switches=FREES_FIRST_OBJECT,
        needs=(("write_path", (WritePath.TWO_PASSES,)),),
    ),
    Defect(
        "zram-second-pass-wb-leak",
        "The object of the first pass is left to nobody when the second one finds a page "
        "that does not compress, and sends it to the backing device.",
        introduced=(4, 14),
        fixed=(5, 0),
        went_with="a939888ec38b",
        catalogue="A04",
        switches=FREES_FIRST_OBJECT,
        needs=(
            ("write_path", (WritePath.SAME_TESTED_ONCE,)),
            ("inline_writeback", (True,)),
        ),
    ),
    Defect(
        "zram-second-pass-whole-leak",
        "The object of the first pass is left to nobody when the second one finds a page "
        "that does not compress, which then goes a way of its own.",
        introduced=(6, 14),
        fixed=(6, 15),
        switches=FREES_FIRST_OBJECT,
        needs=(("write_path", (WritePath.APART,)),),
    ),
    Defect(
        "zram-odirect-double-fetch",
        "A buffer of O_DIRECT changes between two compressions, which no stable page prevents; "
        "the second result is longer than the object that the first one asked for.",
        introduced=(6, 0),
        fixed=(6, 15),
        came_with="da9556a2367c",
        catalogue="A11",
        switches=(switch(longer_pass_checked={False: True}),),
        needs=(
            (
                "write_path",
                (
                    WritePath.TWO_PASSES,
                    WritePath.SAME_TESTED_ONCE,
                    WritePath.WHOLE_PAGES_ONCE,
                    WritePath.APART,
                ),
            ),
        ),
        again=(((4, 7), (5, 19)),),
    ),
    Defect(
        "zram-slot-write-race",
        "A write empties its slot before it compresses: of two writers one loses his object, "
        "and a write that fails has destroyed what there was.",
        introduced=(6, 14),
        fixed=(6, 17),
        came_with="71268035f5d7",
        went_with="ce4be9e4307c",
        catalogue="B01, B02",
        switches=(switch(slot_freed={SlotFreed.FIRST: SlotFreed.LAST}),),
    ),
    Defect(
        "zram-driver-clamp-torn-slot",
        "zram asks for a larger object when a second result is longer, instead of a stable page: "
        "nothing is overrun, but what it stores may be no state that the page was ever in.",
        introduced=None,
        fixed=None,
        came_with="an alternative of the thread, in review",
        catalogue="A10",
        switches=(switch(stable_anon={StableAnon.NONE: StableAnon.SWAP_FLAG}),),
        needs=(("longer_pass_checked", (True,)),),
    ),
    Defect(
        "zram-no-direct-reclaim-eio",
        "A write fails when it finds no object without sleeping, "
        "although it could have slept until memory was reclaimed.",
        introduced=(5, 19),
        fixed=(6, 0),
        came_with="e7be8d1dd983",
        went_with="37887783b3fe",
        catalogue="A06",
        switches=(switch(write_path={WritePath.NO_SLEEP: WritePath.WHOLE_PAGES_ONCE}),),
    ),
    Defect(
        "zram-init-lock-in-reclaim",
        "A request takes init_lock, which who sets the device up holds while he asks for memory.",
        introduced=None,
        fixed=None,
        came_with="3.x",
        went_with="08eee69fcf6b in 4.0",
        catalogue="D02",
        switches=(switch(requests_hold_init_lock={True: False}),),
        needs=(("set_up", (SetUp.UNDER_INIT_LOCK,)),),
    ),
    Defect(
        "zram-notify-sleeps-under-swap-lock",
        "A slot that swap does not need any more is freed under a lock that sleeps, "
        "although swap holds a spinlock.",
        introduced=None,
        fixed=None,
        came_with="57ab048532c0 in 3.11",
        went_with="a0c516cbfc74 in 3.12",
        catalogue="D04",
        switches=(switch(free_notify={FreeNotify.SLEEP: FreeNotify.WAIT}),),
    ),
    Defect(
        "zram-stat-transient-underflow",
        "A write counts its page once the slot is unlocked; "
        "whoever empties the slot in between counts it less first, and there is less than nothing.",
        introduced=(4, 6),
        fixed=None,
        came_with="3.15, where the statistics became atomics",
        catalogue="B08",
        switches=(switch(counted_locked={False: True}),),
    ),
    Defect(
        "zram-failed-io-clears-idle",
        "A request that fails counts as an access all the same: its page is idle no more.",
        introduced=(4, 20),
        fixed=(6, 4),
        came_with="e82592c4fd7e",
        catalogue="B11",
        switches=(switch(accessed={Accessed.ALWAYS: Accessed.ON_SUCCESS}),),
    ),
    Defect(
        "zram-failed-piece-shifts-rest",
        "After a page of a bio that failed, the next ones go to the slots before theirs.",
        introduced=(5, 8),
        fixed=(6, 4),
        switches=(switch(piece_failed={PieceFailed.SHIFT: PieceFailed.STOP}),),
    ),
    Defect(
        "zram-part-taken-for-page",
        "zram lets a buffer of O_DIRECT begin within a page, and takes each of its two parts "
        "for a whole page.",
        introduced=(6, 0),
        fixed=None,
        came_with="b1a000d3b8ec",
        went_with="a dma_alignment of a page, which refuses such buffers",
        switches=(switch(direct_alignment={DirectAlignment.DMA: DirectAlignment.BLOCK}),),
        needs=(("partial_io", (PartialIo.UNKNOWN,)),),
    ),
)
