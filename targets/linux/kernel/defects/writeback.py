"""Defects of zram's writeback."""

from typing import Final

from targets.linux.kernel.defects.defect import Defect, Switch, switch
from targets.linux.kernel.history.writeback import (
    BatchCompletion,
    IdleMarking,
    IndexCheck,
    LimitLock,
    Writeback,
    WritebackAnswer,
    WritebackPage,
)

LOOPS: Final = (("writeback", (Writeback.LOOP,)),)

WRITEBACK_DEFECTS: Final = (
    Defect(
        "zram-wb-ret-masked",
        "Writeback answers that all went well, or with what became of its last page only.",
        introduced=(5, 0),
        fixed=(5, 12),
        came_with="a939888ec38b",
        went_with="3b82a051c101, 57e0076e6575",
        catalogue="E02",
        switches=(
            switch(
                writeback_answer={
                    WritebackAnswer.LAST_BIO: WritebackAnswer.LAST_ERROR,
                    WritebackAnswer.LENGTH: WritebackAnswer.LAST_ERROR,
                }
            ),
        ),
        needs=LOOPS,
    ),
    Defect(
        "zram-wb-index-stuck",
        "Writeback looks at the first slot again and again, and says that all went well.",
        introduced=None,
        fixed=None,
        came_with="0d8359620d9b [5.12-rc1]",
        went_with="2766f1821600 [5.12]",
        catalogue="E01",
        switches=(switch(writeback_goes_on={False: True}),),
        needs=LOOPS,
    ),
    Defect(
        "zram-wb-mode-check-broken",
        "Writeback of idle or of huge pages takes any: no page fails both tests.",
        introduced=None,
        fixed=None,
        came_with="5.0-rc1",
        went_with="1d69a3f8ae77 [5.0]",
        catalogue="E03",
        switches=(switch(writeback_minds_mode={False: True}),),
        needs=LOOPS,
    ),
    Defect(
        "zram-underwb-idle-aba",
        "A slot that is on its way to the backing device is marked as idle, "
        "so that one that was freed and written again passes for untouched.",
        introduced=None,
        fixed=None,
        came_with="a mutant of 5.0 to 6.12: its comment says why the test is there",
        went_with="the test of ZRAM_UNDER_WB; from 6.13 on ZRAM_PP_SLOT",
        catalogue="E06",
        switches=(switch(idle_spares_under_wb={False: True}),),
        needs=(*LOOPS, ("idle_marking", (IdleMarking.ALL, IdleMarking.BY_AGE))),
    ),
    Defect(
        "zram-wb-uninit-ret",
        "Writeback that meets no error answers with whatever was on the stack.",
        introduced=None,
        fixed=None,
        came_with="4529d2d13fd1 [linux-next, April 2025]",
        went_with="before 6.16",
        catalogue="E13",
        switches=(switch(writeback_answer_set={False: True}),),
        needs=(("writeback", (Writeback.SELECTED,)),),
    ),
    Defect(
        "zram-wb-pp-released-early",
        "The end of a request deselects its slot, and then asks whether it is still selected: "
        "nothing is ever written back, and the block stays taken.",
        introduced=None,
        fixed=None,
        came_with="the third version of the series that became f405066a1f0d [6.19], in review",
        went_with="its fourth version",
        catalogue="E09",
        switches=(
            switch(
                batch_completion={BatchCompletion.RELEASED_FIRST: BatchCompletion.RELEASED_LAST}
            ),
        ),
        needs=(("writeback", (Writeback.BATCHED,)),),
    ),
    Defect(
        "zram-wb-limit-store-shared-lock",
        "The budget of writeback may be set while writeback, which takes from it, is under way.",
        introduced=(5, 0),
        fixed=(6, 19),
        went_with="7c929664fddf",
        catalogue="E05",
        switches=(
            Switch(
                "limit_lock",
                (
                    (LimitLock.SPINLOCK, LimitLock.BOTH),
                    (LimitLock.SPINLOCK, LimitLock.INIT_LOCK),
                ),
            ),
        ),
        needs=(("writeback", (Writeback.LOOP, Writeback.SELECTED, Writeback.BATCHED)),),
    ),
    Defect(
        "zram-wb-limit-shown-while-taken",
        "The budget of writeback is shown while writeback takes from it: both only read-lock "
        "init_lock, and there is no spinlock any more.",
        introduced=(6, 19),
        fixed=None,
        switches=(switch(limit_shown_alone={False: True}),),
        needs=(("limit_lock", (LimitLock.INIT_LOCK,)),),
    ),
    Defect(
        "zram-wb-stale-size",
        "Writeback looks up the size of the device before it takes init_lock, "
        "and then looks at slots that a smaller table has not.",
        introduced=(5, 0),
        fixed=(6, 1),
        came_with="a939888ec38b",
        went_with="6.1.176",
        again=(((6, 2), None),),
        switches=(switch(index_check={IndexCheck.AS_READ: IndexCheck.AT_LAST}),),
        needs=(("writeback", (Writeback.LOOP, Writeback.SELECTED, Writeback.BATCHED)),),
    ),
    Defect(
        "zram-idle-stale-size",
        "Whoever marks all slots as idle looks up the size of the device before init_lock is "
        "taken, and then looks at slots that a smaller table has not.",
        introduced=(5, 0),
        fixed=(5, 16),
        came_with="e82592c4fd7e",
        went_with="marking by age, which looks up the size under init_lock",
        switches=(switch(idle_size_locked={False: True}),),
        needs=(("idle_marking", (IdleMarking.ALL,)),),
    ),
    Defect(
        "zram-pp-ctl-page-leak",
        "The page through which pages are written back is lost when there is no memory "
        "to select them with.",
        introduced=(6, 13),
        fixed=(6, 16),
        came_with="330edc2bc059",
        catalogue="E07",
        switches=(
            switch(writeback_page={WritebackPage.BEFORE_SELECTION: WritebackPage.AFTER_SELECTION}),
        ),
        needs=(("writeback", (Writeback.SELECTED,)),),
    ),
    Defect(
        "zram-wb-batch-blk-leak",
        "A block that was taken for the next page is left to nobody when no page comes.",
        introduced=(6, 19),
        fixed=None,
        came_with="f405066a1f0d",
        went_with="3e8d8eb8d7f5 [7.1]",
        catalogue="E08",
        switches=(switch(batch_returns_block={False: True}),),
        needs=(("writeback", (Writeback.BATCHED,)),),
    ),
    Defect(
        "zram-wb-endio-uaf",
        "The end of a request wakes a wait queue that its waiter may have freed.",
        introduced=(6, 19),
        fixed=None,
        came_with="f405066a1f0d",
        went_with="bf62f69574b1 [7.1]",
        catalogue="E10",
        switches=(switch(batch_freed_late={False: True}),),
        needs=(("writeback", (Writeback.BATCHED,)),),
    ),
)
