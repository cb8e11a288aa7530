"""Defects of the life of a zram device."""

from typing import Final

from targets.linux.kernel.defects.defect import Defect, switch
from targets.linux.kernel.history.zram_life import IndexAfterRemoval, Removal, ResetFrees, SetUp

ZRAM_LIFE_DEFECTS: Final = (
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
