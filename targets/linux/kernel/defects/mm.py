"""Defects of anonymous memory."""

from typing import Final

from targets.linux.kernel.defects.defect import Defect, switch
from targets.linux.kernel.history.mm import UffdMove, WpReuse

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
        "cow-reuse-under-gup",
        "A write takes a page that no other process maps any more, although one still has it "
        "through get_user_pages, and goes on reading there.",
        introduced=(4, 6),
        fixed=(5, 8),
        again=(((5, 9), (5, 19)),),
        came_with="always; from 5.9 on only for pages that come from swap",
        went_with="17839856fd58, 09854ba94c6a, and in 5.18 the end of reuse_swap_page",
        catalogue="H25",
        switches=(switch(gup_breaks_cow={False: True}),),
        needs=(("anon_exclusive", (False,)),),
    ),
    Defect(
        "pin-desync-after-swap",
        "A page that a device writes to is unmapped for swap and comes back read-only; "
        "the next write gets the process a copy, and the device goes on with the old page.",
        introduced=(5, 9),
        fixed=(5, 19),
        came_with="09854ba94c6a",
        went_with="1493a1913e34; feb889fb40fa in 5.11 where the page is known to be pinned",
        catalogue="H26",
        switches=(switch(pinned_stays_mapped={False: True}),),
        needs=(("wp_reuse", (WpReuse.PAGE_COUNT, WpReuse.UNSHARED_SWAPCACHE)),),
    ),
    Defect(
        "unuse-pte-lost-bits",
        "swapoff maps a page without the soft-dirty bit of its swap entry, "
        "so that who asks what was written to misses it.",
        introduced=(4, 6),
        fixed=(5, 19),
        went_with="14a762dd1977",
        catalogue="H08",
        switches=(switch(unuse_keeps_soft_dirty={False: True}),),
    ),
    Defect(
        "uffd-move-swapcache",
        "A swap entry moves to another address, and its page in the swap cache is not told: "
        "the next fault maps it where it does not belong.",
        introduced=(6, 8),
        fixed=(6, 14),
        came_with="adef440691ba",
        went_with="c50f8e6053b0",
        catalogue="H18",
        switches=(switch(uffd_move={UffdMove.CACHE_UNMINDED: UffdMove.CACHE_MINDED}),),
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
        "cow-leaves-swap-cache-page",
        "A write copies each page of the swap cache, even one that nobody else has, "
        "and leaves it and its slot to reclaim, to find one day.",
        introduced=(5, 9),
        fixed=(5, 14),
        came_with="09854ba94c6a",
        went_with="f4c4a3f48480",
        switches=(switch(cow_frees_swap_cache={False: True}),),
        needs=(("wp_reuse", (WpReuse.PAGE_COUNT,)),),
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
