"""Defects of the life of a zram device."""

from typing import Final

from targets.linux.kernel.defects.defect import Defect, switch
from targets.linux.kernel.history.compression import CpuCallbacks
from targets.linux.kernel.history.zram_life import (
    RESET_ONCE_MORE,
    BlockStateEnd,
    IndexAfterRemoval,
    MetaLook,
    Removal,
    RemovalClaim,
    ResetCheck,
    ResetFrees,
    SetUp,
)

ZRAM_LIFE_DEFECTS: Final = (
    Defect(
        "zram-umount-reset-mount",
        "A reset looks whether the device is open, and frees what it holds "
        "when somebody has opened it since.",
        introduced=None,
        fixed=None,
        came_with="releases up to 3.19",
        went_with="ba6b17d68c8e [4.0]",
        catalogue="C01",
        switches=(switch(reset_check={ResetCheck.LOOKS: ResetCheck.CLAIMS}),),
    ),
    Defect(
        "zram-reset-remove-abba",
        "hot_remove holds bd_mutex while it waits for who uses a file of the device, "
        "and a reset is a user of a file that waits for bd_mutex.",
        introduced=None,
        fixed=None,
        came_with="4.0 to 4.1, and the first version of hot_remove",
        went_with="f405c445a486 [4.2]",
        catalogue="C02",
        switches=(switch(removal_holds_mutex={True: False}),),
    ),
    Defect(
        "zram-memused-null",
        "Whoever asks how large the pool is looks for the table before he takes init_lock, "
        "and follows NULL when the device gets its size in between.",
        introduced=None,
        fixed=None,
        came_with="release candidates of 3.18",
        went_with="5a99e95b8d1c [3.18]",
        catalogue="C17",
        switches=(switch(meta_look={MetaLook.BEFORE_LOCK: MetaLook.UNDER_LOCK}),),
    ),
    Defect(
        "zram-reset-vs-disksize",
        "A reset frees what a device holds after init_lock is dropped, "
        "in which time another task may have set it up again.",
        introduced=(4, 12),
        fixed=(5, 16),
        went_with="6f1637795f28",
        catalogue="C03",
        switches=(switch(reset_frees={ResetFrees.AFTER_INIT_LOCK: ResetFrees.UNDER_INIT_LOCK}),),
    ),
    Defect(
        "zram-remove-vs-disksize",
        "A device that is being removed may get a size between its reset and its end.",
        introduced=(4, 14),
        fixed=(5, 16),
        went_with="5a4b653655d5",
        catalogue="C04",
        switches=(switch(removal={Removal.FILES_LAST: Removal.RESET_AGAIN}),),
    ),
    Defect(
        "zram-cpuhp-instance-left",
        "A device that gets a size while the module goes is told of CPUs "
        "when there is nobody left to tell it.",
        introduced=(4, 14),
        fixed=(5, 16),
        went_with="5a4b653655d5",
        catalogue="C06",
        switches=(switch(removal={Removal.FILES_LAST: Removal.RESET_AGAIN}),),
        needs=(("cpu_callbacks", (CpuCallbacks.STATES,)),),
    ),
    Defect(
        "zram-rmmod-claimed-skip",
        "A module that goes does not see that a device is not removed, as a reset has claimed it.",
        introduced=(4, 6),
        fixed=(5, 16),
        went_with="8c54499a59b0",
        catalogue="C05",
        switches=(switch(removal_claim={RemovalClaim.REFUSED: RemovalClaim.JOINED}),),
        along=(RESET_ONCE_MORE,),
    ),
    Defect(
        "zram-block-state-off-by-one",
        "Whoever reads so much of block_state that a line just fits without the zero behind it "
        "gets the zero in place of its newline.",
        introduced=(4, 18),
        fixed=(5, 16),
        came_with="c0265342bff4",
        catalogue="C21",
        switches=(switch(block_state_end={BlockStateEnd.BEYOND: BlockStateEnd.FITS}),),
        needs=(("block_state_letters", ("swh", "swhi", "swhirn")),),
    ),
    Defect(
        "zram-set-up-before-init-lock",
        "disksize makes a compressor by a name that it reads before it takes init_lock, "
        "and that comp_algorithm may be writing.",
        introduced=(4, 6),
        fixed=(4, 12),
        switches=(switch(set_up={SetUp.BEFORE_INIT_LOCK: SetUp.UNDER_INIT_LOCK}),),
    ),
    Defect(
        "zram-index-forgotten",
        "hot_remove forgets the number of a device that it could not remove, "
        "and gives it to the next one.",
        introduced=(4, 6),
        fixed=(4, 8),
        switches=(
            switch(
                index_after_removal={
                    IndexAfterRemoval.FORGETS: IndexAfterRemoval.FORGETS_IF_REMOVED
                }
            ),
        ),
    ),
)
