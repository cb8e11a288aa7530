"""Every place where the model can fail, gathered from the files that declare them."""

from typing import Final

from targets.linux.block.crc_disk import DISK_READ, DISK_WRITE
from targets.linux.block.disk import MAKE_REQUEST
from targets.linux.block.ram_disk import RAM_DISK_READ, RAM_DISK_WRITE
from targets.linux.block.requests import BIO_ALLOC
from targets.linux.mm.copy_on_write import COPY_PAGE
from targets.linux.mm.fault import ANON_PAGE
from targets.linux.mm.fork import NEXT_AREA
from targets.linux.mm.ksm import KSM_COPY
from targets.linux.swap.cache import NODE
from targets.linux.swap.counts import CONTINUATION
from targets.linux.swap.header import HEADER_PAGE
from targets.linux.swap.io import BIO, TAGS
from targets.linux.swap.swapin import PRELOAD, SWAPIN_PAGE
from targets.linux.swap.swapoff import ENOUGH_MEMORY
from targets.linux.swap.swapon import SWAP_INFO, SWAP_MAP
from targets.linux.swap.unuse import SIGNAL
from targets.linux.zram.backing import BITMAP as BACKING_BITMAP
from targets.linux.zram.backing import CLAIM as BACKING_CLAIM
from targets.linux.zram.backing import PATH as BACKING_PATH
from targets.linux.zram.control import ADD
from targets.linux.zram.partial_io import PARTIAL_PAGE
from targets.linux.zram.post_processing import PP_CTL, PP_SLOT
from targets.linux.zram.recompress import PAGE as RECOMPRESS_PAGE
from targets.linux.zram.streams import STREAM
from targets.linux.zram.table import POOL, TABLE
from targets.linux.zram.writeback import SCRATCH_PAGE
from targets.linux.zram.writeback_batch import WB_CTL, WB_PAGE, WB_REQ
from targets.linux.zram.zcomp import COMPRESS
from targets.linux.zsmalloc.handle import NO_HANDLE
from targets.linux.zsmalloc.zspage import NO_PAGE, NO_STRUCT
from targets.linux.zswap.contexts import COMPRESS as ZSWAP_COMPRESS
from targets.linux.zswap.contexts import CONTEXT
from targets.linux.zswap.store import ZSWAP_ENTRY
from targets.linux.zswap.writeback import WRITEBACK_PAGE
from targets.linux.zswap.zbud import ZBUD_PAGE
from targets.shared.raw_io import BUFFER

WRITEBACK_FAULT_POINTS: Final = (
    BACKING_PATH,
    BACKING_BITMAP,
    BACKING_CLAIM,
    PP_CTL,
    PP_SLOT,
    SCRATCH_PAGE,
    WB_CTL,
    WB_REQ,
    WB_PAGE,
    RAM_DISK_READ,
    RAM_DISK_WRITE,
)

DEVICE_FAULT_POINTS: Final = (
    NO_PAGE,
    NO_HANDLE,
    NO_STRUCT,
    COMPRESS,
    STREAM,
    ADD,
    TABLE,
    POOL,
    RECOMPRESS_PAGE,
    MAKE_REQUEST,
    BIO_ALLOC,
    PARTIAL_PAGE,
    BUFFER,
    *WRITEBACK_FAULT_POINTS,
)

SWAP_FAULT_POINTS: Final = (
    *DEVICE_FAULT_POINTS,
    DISK_READ,
    DISK_WRITE,
    BIO,
    TAGS,
    NODE,
    PRELOAD,
    CONTINUATION,
    ANON_PAGE,
    COPY_PAGE,
    KSM_COPY,
    NEXT_AREA,
    SWAPIN_PAGE,
    SWAP_INFO,
    SWAP_MAP,
    HEADER_PAGE,
    ENOUGH_MEMORY,
    SIGNAL,
    ZSWAP_ENTRY,
    ZSWAP_COMPRESS,
    CONTEXT,
    WRITEBACK_PAGE,
    ZBUD_PAGE,
)
