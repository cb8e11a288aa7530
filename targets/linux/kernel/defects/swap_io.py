"""Defects of the ways of pages to their slots and back."""

from typing import Final

from targets.linux.kernel.defects.defect import Defect, switch
from targets.linux.kernel.history.swap_io import DirectSwapin, EarlyFree, ReservationWait

PAST_THE_CACHE: Final = (DirectSwapin.UNPINNED, DirectSwapin.PINNED, DirectSwapin.PINNED_LATE)

SWAP_IO_DEFECTS: Final = (
    Defect(
        "zram-slot-free-notify-zero-page",
        "A zram forgets a slot when the swap cache has read it, "
        "while another fault is about to read it past the swap cache, and finds zeros.",
        introduced=(5, 17),
        fixed=(5, 18),
        came_with="0bcac06f27d7",
        went_with="e914d8f00391",
        catalogue="B06",
        again=(((4, 20), (5, 15)),),
        switches=(
            switch(
                early_free={
                    EarlyFree.COUNTED_ONCE: EarlyFree.NEVER,
                    EarlyFree.ALWAYS: EarlyFree.NEVER,
                }
            ),
        ),
        needs=(("direct_swapin", PAST_THE_CACHE),),
    ),
    Defect(
        "swapfile-offset-zero",
        "The pages of a swap file are written as if the file began where its disk begins, "
        "over the file system.",
        introduced=None,
        fixed=None,
        came_with="48d15436fde6, of 5.12-rc1 alone",
        went_with="caf6912f3f4a",
        catalogue="H14",
        switches=(switch(swap_extents_minded={False: True}),),
    ),
    Defect(
        "swapin-readahead-livelock",
        "A real-time task looks for ever at a place in the swap cache that is reserved; "
        "who would fill it, or give it up, waits for its CPU.",
        introduced=(4, 6),
        fixed=(5, 17),
        went_with="029c4628b2eb",
        catalogue="H10",
        switches=(switch(reservation_wait={ReservationWait.YIELDS: ReservationWait.SLEEPS}),),
    ),
    Defect(
        "vma-readahead-other-device",
        "Readahead by address holds the area of its fault only; a neighbour may lie in another, "
        "which swapoff takes away.",
        introduced=(6, 15),
        fixed=(6, 18),
        came_with="78524b05f1a3",
        went_with="1c2a936edd71",
        catalogue="H06",
        switches=(switch(readahead_holds_others={False: True}),),
        needs=(("vma_readahead", (True,)),),
    ),
    Defect(
        "swap-space-readonly",
        "The error of a page that could not be prepared for swap is noted in its address space, "
        "which is mapped read-only.",
        introduced=(6, 18),
        fixed=(6, 19),
        came_with="8b47299a411a",
        went_with="a0f3c0845a4f",
        catalogue="H23",
        switches=(switch(swap_space_read_only={True: False}),),
    ),
    Defect(
        "swapin-direct-stale",
        "Two faults read one slot past the swap cache; the first maps what it read "
        "although the second has written to its page and swapped it out to the same slot.",
        introduced=(4, 15),
        fixed=(6, 8),
        came_with="0bcac06f27d7",
        went_with="13ddaf26be32",
        catalogue="CVE-2024-26759",
        switches=(switch(direct_swapin={DirectSwapin.UNPINNED: DirectSwapin.PINNED}),),
    ),
)
