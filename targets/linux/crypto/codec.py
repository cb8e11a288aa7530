"""What compresses for a machine: by default the libraries, in a comparison what a kernel gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol


@dataclass(frozen=True, slots=True)
class Params:
    """Parameters of an algorithm, where one can choose them [6.12 struct zcomp_params]."""

    level: int | None = None
    winbits: int | None = None
    """Of deflate: the logarithm of its window, negative for a stream without a header [6.16]."""
    dictionary: bytes = b""


PLAIN: Final = Params()
"""Nothing chosen: every backend has its default."""


class Codec(Protocol):
    """Compresses and decompresses by the names of the crypto API."""

    def compress(self, algorithm: str, page: bytes, params: Params = PLAIN) -> bytes:
        """Compress a page; the result may be longer than the page."""
        ...

    def decompress(self, algorithm: str, block: bytes, params: Params = PLAIN) -> bytes | None:
        """Decompress what may be anything; None when it is no block of at most a page."""
        ...
