"""Defects of swap areas and their slots: stable pages, swapoff, who holds an area."""

from typing import Final

from targets.linux.kernel.defects.defect import Defect, switch
from targets.linux.kernel.history.block import ZRAM_ASKS_FOR_STABLE_PAGES
from targets.linux.kernel.history.swap import (
    AreaUsers,
    AvailRemoval,
    HalfCopiedMm,
    StableAnon,
    Unuse,
)
from targets.linux.kernel.history.swap_io import DirectSwapin
from targets.linux.kernel.history.zram import WritePath

STABLE: Final = (switch(stable_anon={StableAnon.NONE: StableAnon.SWAP_FLAG}),)

SWAP_DEFECTS: Final = (
    Defect(
        "anon-stable-overrun",
        "A process rewrites its page while zram compresses it for the second time; "
        "the result is longer than the object that the first one asked for.",
        introduced=(4, 7),
        fixed=(4, 10),
        came_with="da9556a2367c",
        went_with="f05714293a59, b09ab054b69b",
        catalogue="A01",
        switches=STABLE,
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
        along=ZRAM_ASKS_FOR_STABLE_PAGES,
    ),
    Defect(
        "crc-swapdev-mutation",
        "A process rewrites its page while the device that it is swapped to looks at it, "
        "so that a checksum does not fit, or half of the page is new.",
        introduced=(4, 6),
        fixed=(4, 10),
        went_with="f05714293a59, b09ab054b69b",
        catalogue="A09",
        switches=STABLE,
        along=ZRAM_ASKS_FOR_STABLE_PAGES,
    ),
    Defect(
        "reuse-swap-page-waits",
        "reuse_swap_page waits for a page under writeback, with the page table locked.",
        introduced=None,
        fixed=None,
        came_with="what the thread calls impossible",
        switches=(switch(stable_anon={StableAnon.WAITING: StableAnon.SWAP_FLAG}),),
    ),
    Defect(
        "as-flag-never-cleared",
        "swapon sets AS_STABLE_WRITES and never clears it, "
        "so that the next device of the same swap type inherits it.",
        introduced=None,
        fixed=None,
        came_with="a design of the thread, in review",
        catalogue="A12",
        switches=(switch(as_flag_cleared={False: True}),),
        needs=(("stable_anon", (StableAnon.ADDRESS_SPACE,)),),
    ),
    Defect(
        "swapoff-vs-swap-ops",
        "Who looks at the count of a slot does not hold the area, "
        "and swapoff frees the map under him.",
        introduced=(4, 15),
        fixed=(5, 3),
        went_with="eb085574a752",
        catalogue="H01",
        switches=(switch(area_users={AreaUsers.NONE: AreaUsers.LOOK}),),
        needs=(
            (
                "direct_swapin",
                (DirectSwapin.UNPINNED, DirectSwapin.PINNED, DirectSwapin.PINNED_LATE),
            ),
        ),
    ),
    Defect(
        "do-swap-page-vs-swapoff",
        "A fault that reads past the swap cache does not hold the area, "
        "which swapoff takes away under it.",
        introduced=(5, 3),
        fixed=(5, 14),
        came_with="0bcac06f27d7",
        went_with="2799e77529c2",
        catalogue="H02",
        switches=(switch(area_users={AreaUsers.LOOK: AreaUsers.FAULT}),),
        needs=(
            (
                "direct_swapin",
                (DirectSwapin.UNPINNED, DirectSwapin.PINNED, DirectSwapin.PINNED_LATE),
            ),
        ),
    ),
    Defect(
        "swapoff-avail-list",
        "swapoff takes an area off the list of those with free slots before it locks it; "
        "whoever frees a slot of a full area meanwhile lists it again.",
        introduced=(4, 6),
        fixed=(6, 3),
        came_with="in the releases of 2016 as well; CVE-2023-53623 names a2468cc9bfdf",
        went_with="6fe7d6b99211",
        catalogue="H05",
        switches=(switch(avail_removal={AvailRemoval.BEFORE_LOCK: AvailRemoval.UNDER_LOCK}),),
    ),
    Defect(
        "setup-clusters-badpage-oob",
        "swapon counts the bad pages that a header names in their clusters, "
        "also those behind the last slot that the machine can name.",
        introduced=(6, 12),
        fixed=(6, 17),
        came_with="b843786b0bd0",
        went_with="152c1339dc13",
        catalogue="H15",
        switches=(switch(clusters_trust_header={True: False}),),
    ),
    Defect(
        "unuse-mm-zero-entry",
        "swapoff finds the child of a fork that failed half way, "
        "and takes the mark in its tree of memory areas for an area.",
        introduced=(6, 8),
        fixed=(6, 18),
        came_with="d24062914837",
        went_with="1367da7eb875",
        catalogue="H16",
        switches=(switch(half_copied_mm={HalfCopiedMm.MARKED: HalfCopiedMm.SKIPPED}),),
    ),
    Defect(
        "drain-mmlist-looks-early",
        "swapoff sees that no slot is in use, and then empties the list of processes with slots, "
        "among them who swapped to another area in between.",
        introduced=(4, 6),
        fixed=None,
        came_with="ec8acf20afb8 [3.11], which gives each area a lock of its own",
        switches=(switch(mmlist_drain_looks_locked={False: True}),),
    ),
    Defect(
        "unuse-ignores-failed-write",
        "swapoff writes the page of a slot that somebody still needs, "
        "and drops it whether that went well or not.",
        introduced=(4, 6),
        fixed=(5, 1),
        went_with="b56a2d8af914, which writes none",
        switches=(switch(unuse_minds_failed_write={False: True}),),
        needs=(("unuse", (Unuse.BY_SLOT,)),),
    ),
)
