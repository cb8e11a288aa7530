"""Promises that kernels make differently, by intent.

A judge asks whether a promise was made at all; it never learns by which kernel.
What a device or an area itself says of a promise (whether it asks for stable pages, whether it
notes that, which pages a statistic counts) a judge asks of the model's own functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from targets.linux.zram.write_page import failed_write_empties

if TYPE_CHECKING:
    from collections.abc import Callable

    from targets.linux.zram.device import Zram


@dataclass(frozen=True, slots=True)
class Differing:
    """A promise that some kernels do not make."""

    sentence: str
    """What those promise instead, and which they are."""
    applies: Callable[[Zram], bool]
    """Whether a device is of such a kernel."""


FAILED_WRITE: Final = Differing(
    "From 6.14 to 6.16 a write that fails leaves its slot empty: it was emptied first (I8).",
    failed_write_empties,
)
DIFFERING: Final = (FAILED_WRITE,)
"""All of them."""
