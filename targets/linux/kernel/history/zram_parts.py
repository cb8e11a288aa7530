"""How zram changed where requests are not for whole pages: a page may have several blocks."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from targets.linux.kernel.release import change


class PartialIo(Enum):
    """What a segment of a request is that is no whole page, where pages have 4 KiB."""

    KNOWN = "a part of a page"
    UNKNOWN = "the whole page that it lies in"


class PartUnmapped(Enum):
    """When a part of a user's page that was copied is unmapped."""

    ONCE = "when it was copied"
    AGAIN_IF_ZERO = "when it was copied, and again if all of the page is zeros then"


class SegmentCut(Enum):
    """Where a segment of a request is cut."""

    DEVICE = "where pages of the device end"
    NOWHERE = "nowhere: it is taken to lie within one page of the device"


class PartialDiscard(Enum):
    """What a discard does that begins within a page."""

    REST_SKIPPED = "it leaves the rest of that page alone"
    NEVER_ENDS = "the same; but one that ends in that page is never completed"
    OFFSET_SKIPPED = "it leaves alone as many bytes as it begins within, and ends that much early"


class FailedReads(Enum):
    """Which reads of a part count as failed."""

    ALL = "all that fail"
    DECOMPRESSION = "those that find something, and cannot use it"


@dataclass(frozen=True)
class ZramPartFeatures:
    """The answers of zram to requests for parts; the defaults are those of 4.6."""

    partial_io: PartialIo = PartialIo.KNOWN
    parts_enter_reclaim: bool = False
    """Whether memory for a page of zram's own is asked for in a way that may do I/O; no release."""
    parts_written_alone: bool = False
    """Whether who writes a part of a page keeps other writers of that away; no release does."""
    part_unmapped: PartUnmapped = PartUnmapped.ONCE
    segment_cut: SegmentCut = SegmentCut.DEVICE
    partial_discard: PartialDiscard = PartialDiscard.REST_SKIPPED
    failed_reads: FailedReads = FailedReads.ALL


ZRAM_PARTS: Final = (
    change(
        (4, 12),
        "With pages of 4 KiB, zram takes every segment of a request for a whole page.",
        partial_io=PartialIo.UNKNOWN,
    ),
    change(
        (6, 4),
        "A segment is no longer cut where pages of the device end.",
        commit="af8b04c63708",
        segment_cut=SegmentCut.NOWHERE,
    ),
    change(
        (6, 5),
        "A segment is cut again where pages of the device end.",
        commit="95848dcb9d67",
        segment_cut=SegmentCut.DEVICE,
    ),
    change(
        (6, 4),
        "A discard completes itself, unless it ends in the page in which it begins.",
        commit="0120dd6e4e20",
        partial_discard=PartialDiscard.NEVER_ENDS,
    ),
)
