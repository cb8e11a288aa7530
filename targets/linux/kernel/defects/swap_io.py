"""Defects of the ways of pages to their slots and back."""

from typing import Final

from targets.linux.kernel.defects.defect import Defect, switch
from targets.linux.kernel.history.swap_io import DirectSwapin, EarlyFree

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
