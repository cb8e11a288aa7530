"""What a comparison with a real kernel checks."""

from __future__ import annotations

from typing import Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise

CONFORM_DIFFERS: Final = Promise(
    "conform-differs",
    "The model answers as the real kernel does, and shows the same statistics.",
    Harm.WRONG_REPORT,
    "swapstorm conform",
)
