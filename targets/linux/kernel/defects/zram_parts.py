"""Defects of parts of pages, which only machines meet whose pages have several blocks of a zram."""

from typing import Final

from targets.linux.kernel.defects.backing import BACKED
from targets.linux.kernel.defects.defect import Defect, switch
from targets.linux.kernel.history.backing import PartRead
from targets.linux.kernel.history.zram import WritePath
from targets.linux.kernel.history.zram_parts import (
    FailedReads,
    PartialDiscard,
    PartUnmapped,
    SegmentCut,
)

ZRAM_PART_DEFECTS: Final = (
    Defect(
        "zram-sync-read-uninit-bvec",
        "The worker that reads a block for a part of it reads into a bio_vec on its stack "
        "that nobody has filled in.",
        introduced=(4, 14),
        fixed=(5, 1),
        came_with="8e654f8fbff5",
        catalogue="D11",
        switches=(switch(part_read={PartRead.LOST: PartRead.WAITED_FOR}),),
        needs=BACKED,
    ),
    Defect(
        "zram-partial-write-uaf",
        "A write of a part reads the rest from the backing device, and frees its page before that "
        "is there.",
        introduced=(5, 1),
        fixed=None,
        came_with="8e654f8fbff5, where a worse bug hides it up to 5.0",
        went_with="732fd9f0b9c1 in 7.1 (CVE-2026-53185)",
        catalogue="D09",
        switches=(
            switch(
                part_read={
                    PartRead.CHAINED: PartRead.WAITED_FOR,
                    PartRead.WRITE_CHAINED: PartRead.WAITED_FOR,
                }
            ),
        ),
        needs=BACKED,
    ),
    Defect(
        "zram-partial-discard-no-endio",
        "A discard that ends in the page within which it begins is never completed.",
        introduced=(6, 4),
        fixed=None,
        came_with="0120dd6e4e20",
        went_with="e3668b371329 in 7.1 (CVE-2026-46089)",
        catalogue="D12",
        switches=(
            switch(partial_discard={PartialDiscard.NEVER_ENDS: PartialDiscard.REST_SKIPPED}),
        ),
    ),
    Defect(
        "zram-discard-offset",
        "A discard that begins within a page is shortened by what it leaves before it, "
        "and not by what it leaves behind: it empties a page that it only begins to cover.",
        introduced=None,
        fixed=None,
        came_with="f4659d8e620d in 3.15",
        went_with="38515c73398a in 3.16",
        catalogue="D13",
        switches=(
            switch(partial_discard={PartialDiscard.OFFSET_SKIPPED: PartialDiscard.REST_SKIPPED}),
        ),
    ),
    Defect(
        "zram-device-page-crossing",
        "A piece of a request that crosses into the next page of the device is taken for one "
        "within the first: all of it goes there, to the wrong place.",
        introduced=(6, 4),
        fixed=(6, 5),
        came_with="af8b04c63708",
        went_with="95848dcb9d67",
        catalogue="D14",
        switches=(switch(segment_cut={SegmentCut.NOWHERE: SegmentCut.DEVICE}),),
    ),
    Defect(
        "zram-failed-reads-uncounted",
        "A read of a part that finds no memory for the page around it does not count as failed.",
        introduced=None,
        fixed=None,
        came_with="6444724939db in 3.15",
        went_with="0cf1e9d6c34d in 3.17",
        catalogue="B09",
        switches=(switch(failed_reads={FailedReads.DECOMPRESSION: FailedReads.ALL}),),
    ),
    Defect(
        "zram-partial-zero-kunmap",
        "A write of a part that makes the page all zeros unmaps the user's page a second time, "
        "by a pointer that is NULL.",
        introduced=None,
        fixed=None,
        came_with="3.15",
        went_with="c40651523937 in 3.18",
        catalogue="B10",
        switches=(switch(part_unmapped={PartUnmapped.AGAIN_IF_ZERO: PartUnmapped.ONCE}),),
        needs=(("write_path", (WritePath.ONE_PASS, WritePath.TWO_PASSES)),),
    ),
    Defect(
        "zram-partial-gfp-kernel",
        "Memory for the page around a part is asked for in a way that may do I/O, "
        "by who serves a request that reclaim may be waiting for.",
        introduced=None,
        fixed=None,
        came_with="staging, where parts came",
        went_with="7e5a5104c6af in 3.9",
        catalogue="D01",
        switches=(switch(parts_enter_reclaim={True: False}),),
    ),
    Defect(
        "zram-part-written-over",
        "Who writes a part of a page puts the rest back as he read it, "
        "whatever another has written there meanwhile.",
        introduced=(4, 6),
        fixed=None,
        switches=(switch(parts_written_alone={False: True}),),
    ),
)
