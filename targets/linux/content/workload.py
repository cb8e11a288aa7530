"""A program with ordinary things in its memory: it builds them, says "ready" and waits.

It is started by path in an isolated interpreter, so it imports the standard library only.
What it builds is fixed; only addresses differ from one start to the next.
"""

import json
import sys
import zlib
from array import array
from hashlib import shake_128
from math import sin
from typing import Final

READY: Final = b"ready\n"
"""Written to standard output once everything is in memory."""

COUNT: Final = 6000
"""Things of each sort: a few hundred pages each, enough to choose from in every size."""

RECORD_BYTES: Final = 64
"""Bytes of a row of the table whose rows hold more and more data and less and less padding."""


def build() -> list[object]:
    """Build one of each sort of data that programs keep."""
    numbers = list(range(0, COUNT * 37, 37))
    rows = [
        {"id": number, "name": f"row {number % 97}", "ok": not number % 3} for number in numbers
    ]
    text = json.dumps(rows)
    noise = shake_128(b"noise").digest(COUNT * RECORD_BYTES)
    return [
        rows,
        text,
        text.split(),
        zlib.compress(text.encode()),
        _log(numbers),
        _hexadecimal(noise),
        _table(noise),
        {f"key of {number}": float(number) for number in numbers},
        [number**5 for number in numbers],
        array("d", map(sin, numbers)),
        array("d", (number / 8 for number in numbers)),
        array("I", noise),
        array("q", (number << 20 for number in numbers)),
        noise,
    ]


def _log(numbers: list[int]) -> bytes:
    """Write the lines that a server would."""
    lines = (f"{number:08} worker {number % 7} served in {number % 1013} us" for number in numbers)
    return "\n".join(lines).encode()


def _hexadecimal(noise: bytes) -> list[str]:
    """Write digests, one string object each."""
    return [noise[at : at + 20].hex() for at in range(0, len(noise), RECORD_BYTES)]


def _table(noise: bytes) -> bytearray:
    """Fill fixed rows with data, from none in the first to the whole row in the last."""
    table = bytearray(len(noise))
    for at in range(0, len(noise), RECORD_BYTES):
        used = RECORD_BYTES * at // len(noise)
        table[at : at + used] = noise[at : at + used]
    return table


def main() -> None:
    """Hold everything until the other end closes standard input."""
    held = build()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    sys.stdin.buffer.read()
    held.clear()


if __name__ == "__main__":
    main()
