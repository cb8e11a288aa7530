"""The algorithms: pure functions of bytes, each by the library that people use for it.

Sizes and damage are then those that a kernel would see, give or take the version of the library.
An algorithm without a library that is kept well (lzo-rle, 842) is one that a kernel lacks.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import lz4.block
import zstandard
from lzallright import LZOCompressor, LZOError

from targets.linux.crypto.codec import PLAIN, Params
from targets.linux.machine.page import PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable

LZ4HC_DEFAULT_LEVEL: Final = 9
ZSTD_DEFAULT_LEVEL: Final = 3
ZSTD_MAX_CLEVEL: Final = 22
"""The highest level; the kernel takes one beyond it for this one, and our library objects."""
DEFLATE_DEFAULT_WINBITS: Final = -11
"""Below zero: without zlib's header, and the checksum at the end."""
DEFLATE_MEMLEVEL: Final = 9
"""Of zlib: the defaults of the kernel's backends [6.12 drivers/block/zram/backend_*.c]."""


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One way to make a page smaller, and back."""

    compress: Callable[[bytes, Params], bytes]
    decompress: Callable[[bytes, Params], bytes | None]
    """None for what is no block, or is one of more than a page."""


def lz4_compress(page: bytes, params: Params) -> bytes:
    """Compress with LZ4; the level is its acceleration."""
    return lz4.block.compress(
        page, mode="fast", acceleration=params.level or 1, store_size=False, dict=params.dictionary
    )


def lz4hc_compress(page: bytes, params: Params) -> bytes:
    """Compress with LZ4's slower search, which writes the same format."""
    level = LZ4HC_DEFAULT_LEVEL if params.level is None else params.level
    return lz4.block.compress(
        page,
        mode="high_compression",
        compression=level,
        store_size=False,
        dict=params.dictionary,
    )


def lz4_decompress(block: bytes, params: Params) -> bytes | None:
    """Decompress what either of them wrote."""
    try:
        return lz4.block.decompress(block, uncompressed_size=PAGE_SIZE, dict=params.dictionary)
    except lz4.block.LZ4BlockError:
        return None


def lzo_compress(page: bytes, params: Params) -> bytes:
    """Compress with LZO1X, which has no parameters."""
    del params
    return LZOCompressor().compress(page)


def lzo_decompress(block: bytes, params: Params) -> bytes | None:
    """Decompress LZO1X."""
    del params
    try:
        page = LZOCompressor.decompress(block, output_size_hint=PAGE_SIZE)
    except LZOError:
        return None
    return page if len(page) <= PAGE_SIZE else None


@cache
def _zstd_compressor(params: Params) -> zstandard.ZstdCompressor:
    level = ZSTD_DEFAULT_LEVEL if params.level is None else min(params.level, ZSTD_MAX_CLEVEL)
    return zstandard.ZstdCompressor(level=level, dict_data=_zstd_dictionary(params.dictionary))


@cache
def _zstd_decompressor(params: Params) -> zstandard.ZstdDecompressor:
    return zstandard.ZstdDecompressor(dict_data=_zstd_dictionary(params.dictionary))


def _zstd_dictionary(content: bytes) -> zstandard.ZstdCompressionDict | None:
    if not content:
        return None
    return zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def zstd_compress(page: bytes, params: Params) -> bytes:
    """Compress with Zstandard, one frame without a checksum."""
    return _zstd_compressor(params).compress(page)


def zstd_decompress(block: bytes, params: Params) -> bytes | None:
    """Decompress one frame, if it says that it is no larger than a page."""
    try:
        if zstandard.frame_content_size(block) not in range(PAGE_SIZE + 1):
            return None
        return _zstd_decompressor(params).decompress(block)
    except zstandard.ZstdError:
        return None


def deflate_compress(page: bytes, params: Params) -> bytes:
    """Compress with deflate, within zlib's header and checksum if the window is above zero."""
    level = zlib.Z_DEFAULT_COMPRESSION if params.level is None else params.level
    deflate = zlib.compressobj(level, zlib.DEFLATED, _winbits(params), DEFLATE_MEMLEVEL)
    return deflate.compress(page) + deflate.flush()


def deflate_decompress(block: bytes, params: Params) -> bytes | None:
    """Decompress a whole stream of deflate of at most a page."""
    inflate = zlib.decompressobj(zlib.MAX_WBITS if _winbits(params) > 0 else -zlib.MAX_WBITS)
    try:
        page = inflate.decompress(block, PAGE_SIZE)
    except zlib.error:
        return None
    return page if inflate.eof else None


def _winbits(params: Params) -> int:
    return DEFLATE_DEFAULT_WINBITS if params.winbits is None else params.winbits


ALGORITHMS: Final = MappingProxyType(
    {
        "lzo": Algorithm(lzo_compress, lzo_decompress),
        "lz4": Algorithm(lz4_compress, lz4_decompress),
        "lz4hc": Algorithm(lz4hc_compress, lz4_decompress),
        "zstd": Algorithm(zstd_compress, zstd_decompress),
        "deflate": Algorithm(deflate_compress, deflate_decompress),
    }
)
"""By the names of the crypto API."""


def library_algorithms() -> tuple[str, ...]:
    """Name the algorithms that give the same bytes on every machine.

    Python takes deflate from the system, and zlib-ng, which some systems have instead of zlib,
    gives other sizes: there the model is a kernel without it.
    """
    own_zlib = "ng" not in zlib.ZLIB_RUNTIME_VERSION
    return tuple(name for name in ALGORITHMS if name != "deflate" or own_zlib)


class Libraries:
    """The codec that a machine has by default: the real thing."""

    def compress(self, algorithm: str, page: bytes, params: Params = PLAIN) -> bytes:
        """Compress a page."""
        return ALGORITHMS[algorithm].compress(page, params)

    def decompress(self, algorithm: str, block: bytes, params: Params = PLAIN) -> bytes | None:
        """Decompress a block, or say None to what is none."""
        return ALGORITHMS[algorithm].decompress(block, params)


LIBRARIES: Final = Libraries()
