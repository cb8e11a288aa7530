"""The LZ4 block format, as kernels use it: no frame around the bytes."""

from typing import Literal

from typing_extensions import Buffer

def compress(
    source: Buffer | str,
    mode: Literal["default", "fast", "high_compression"] = "default",
    acceleration: int = 1,
    compression: int = 0,
    *,
    store_size: bool = True,
    dict: Buffer | str = ...,
) -> bytes:
    """Compress one block."""

def decompress(
    source: Buffer | str,
    uncompressed_size: int = -1,
    *,
    dict: Buffer | str = ...,
) -> bytes:
    """Restore one block."""

class LZ4BlockError(Exception):
    """A block that is none, or a result that does not fit."""
