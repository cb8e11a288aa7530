"""Compressed sizes as a real kernel's statistics tell them, replayed into the model.

How small a page becomes is the compressor's business, and libraries differ in it. So each page is
written once to a device of its own on the real kernel, and the growth of `compr_data_size` is what
the model's compressor makes of it. Everything else has to follow from that.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from targets.linux.crypto.codec import PLAIN, Params
from targets.linux.machine.page import PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from targets.device.real_kernel import RealKernel, Reply, Step

STATISTICS: Final = "mm_stat"
COMPRESSED: Final = 1
"""The column of `mm_stat` with the bytes of compressed data."""

SERIAL_BYTES: Final = 8
"""Of a stand-in block: which page it stands for. No compressor writes so few bytes."""


class RecordedSizes:
    """A codec whose blocks have the sizes that a kernel gave; what is in them is no real format."""

    def __init__(self, kernel: RealKernel) -> None:
        """Know no page yet; the kernel is asked when one has to be known."""
        self._kernel = kernel
        self._sizes: dict[tuple[str, Params, bytes], int] = {}
        self._pages: dict[bytes, bytes] = {}
        """The page that each block stands for."""
        self._serials: dict[bytes, int] = {}

    def measure(self, algorithm: str, pages: Iterable[bytes], params: Params = PLAIN) -> None:
        """Learn the sizes of those pages that are new: cheaper for many than one by one."""
        new = [
            page for page in dict.fromkeys(pages) if (algorithm, params, page) not in self._sizes
        ]
        if not new:
            return
        steps = _measuring(algorithm, params, new)
        replies = self._kernel.run(steps, [STATISTICS])[-len(new) :]
        before = 0
        for page, reply in zip(new, replies, strict=True):
            after = _compressed_bytes(reply)
            self._sizes[algorithm, params, page] = after - before
            before = after

    def compress(self, algorithm: str, page: bytes, params: Params = PLAIN) -> bytes:
        """Return a block of the size that the kernel gave, which stands for the page.

        What the kernel does not compress, a page of one word, takes no bytes there: here it is
        stored whole, and the sums will tell.
        """
        self.measure(algorithm, [page], params)
        size = self._sizes[algorithm, params, page] or PAGE_SIZE
        assert SERIAL_BYTES < size <= PAGE_SIZE, f"{algorithm} made {size} bytes of a page"
        serial = self._serials.setdefault(page, len(self._serials))
        block = serial.to_bytes(SERIAL_BYTES, "little").ljust(size, b"\0")
        self._pages[block] = page
        return block

    def decompress(self, algorithm: str, block: bytes, params: Params = PLAIN) -> bytes | None:
        """Return the page that a block stands for; None for what stands for none."""
        del algorithm, params  # any parameters read what others wrote
        return self._pages.get(block)


def _measuring(algorithm: str, params: Params, pages: Sequence[bytes]) -> list[Step]:
    """Write each page to a block of its own."""
    chosen = [f"level={params.level}"] if params.level is not None else []
    chosen += [f"deflate.winbits={params.winbits}"] if params.winbits is not None else []
    text = " ".join(["priority=0", *chosen])
    level: list[Step] = [{"op": "store", "file": "algorithm_params", "text": text}]
    return [
        {"op": "store", "file": "comp_algorithm", "text": algorithm},
        *(level if chosen else []),
        {"op": "store", "file": "disksize", "text": str(len(pages) * PAGE_SIZE)},
        *(
            {"op": "write", "block": block, "data": base64.b64encode(page).decode()}
            for block, page in enumerate(pages)
        ),
    ]


def _compressed_bytes(reply: Reply) -> int:
    assert "ok" in reply, f"a page is written to a device of its own: {reply}"
    return int(reply["seen"][0][STATISTICS].split()[COMPRESSED])
