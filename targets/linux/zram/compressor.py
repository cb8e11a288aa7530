"""The compression algorithms: pure functions of bytes.

LZ4 is the real one, so that sizes and damage are those that a kernel would see.
A kernel may be built without the other algorithms; this one is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lz4.block import LZ4BlockError, compress, decompress

from targets.linux.machine.page import PAGE_SIZE

if TYPE_CHECKING:
    from targets.linux.machine.machine import Codec, Machine

ALGORITHMS: Final = ("lz4",)
"""What comp_algorithm accepts: lzo, the default of these kernels, has no binding to build on."""

COMPRESSED_MAX: Final = 2 * PAGE_SIZE
"""Room for one result: some pages grow when they are compressed."""


def compressed(page: bytes) -> bytes:
    """Compress a page."""
    block = compress(page, store_size=False)
    assert len(block) <= COMPRESSED_MAX, "a page never compresses to more than two"
    return block


def decompressed(block: bytes) -> bytes | None:
    """Decompress what may be anything; None when it is no block of at most a page."""
    try:
        return decompress(block, uncompressed_size=PAGE_SIZE)
    except LZ4BlockError:
        return None


class Libraries:
    """The real algorithms."""

    def compress(self, algorithm: str, page: bytes) -> bytes:
        """Compress a page."""
        del algorithm
        return compressed(page)

    def decompress(self, algorithm: str, block: bytes) -> bytes | None:
        """Decompress a block; None when it is none."""
        del algorithm
        return decompressed(block)


LIBRARIES: Final = Libraries()


def codec_of(machine: Machine) -> Codec:
    """Return what compresses on a machine."""
    return machine.codec or LIBRARIES
