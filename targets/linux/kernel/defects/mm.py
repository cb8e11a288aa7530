"""Defects of anonymous memory."""

from typing import Final

from targets.linux.kernel.defects.defect import Defect, switch
from targets.linux.kernel.history.mm import WpReuse

MM_DEFECTS: Final = (
    Defect(
        "unuse-pte-random-data",
        "swapoff maps a page whose read failed, so that a process reads what happened to be there.",
        introduced=(4, 6),
        fixed=(5, 19),
        went_with="9f186f9e5fa9",
        catalogue="H07",
        switches=(switch(unread_page_is_lost={False: True}),),
    ),
    Defect(
        "swp-exclusive-inverted-stable-check",
        "Swap-in keeps the mark of an exclusive page whose device wants it stable, "
        "and takes the mark off pages whose device does not mind.",
        introduced=None,
        fixed=None,
        came_with="v2 of the series that remembers exclusive pages in swap entries",
        went_with="1493a1913e34, as it was merged",
        catalogue="A07",
        switches=(switch(swapin_test_inverted={True: False}),),
        needs=(("anon_exclusive", (True,)),),
    ),
    Defect(
        "wp-reuse-without-stable-check",
        "A write to a page that only the swap cache holds besides takes it, "
        "and does not ask whether a device looks at it.",
        introduced=None,
        fixed=None,
        came_with="a proposal of January 2022 for do_wp_page",
        catalogue="A08",
        switches=(switch(wp_reuse={WpReuse.UNSHARED_SWAPCACHE: WpReuse.PAGE_COUNT}),),
    ),
    Defect(
        "stable-copy-footprint",
        "Who copies a page because its device looks at it never lets go of the old one: "
        "the second page, which the fix was to cost for a moment, stays.",
        introduced=None,
        fixed=None,
        came_with="what the thread asked of the fix: is the memory given back?",
        catalogue="A13",
        switches=(switch(stable_copy_keeps_page={True: False}),),
    ),
)
