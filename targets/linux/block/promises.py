"""What a disk that checks CRCs keeps."""

from __future__ import annotations

from typing import Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise

CRC_MISMATCH: Final = Promise(
    "crc-mismatch",
    "What a disk stores of a page matches the CRC that it was sent with.",
    Harm.LATENT,
    "DIF/DIX, oracle 3",
)
CRC_MISMATCH_READ: Final = Promise(
    "crc-mismatch-read",
    "Whoever reads a block gets bytes that match its CRC.",
    Harm.LATENT,
    "DIF/DIX, oracles 3 and 9",
)
DISK_PROMISES: Final = (
    CRC_MISMATCH,
    CRC_MISMATCH_READ,
)
"""What a disk keeps."""
