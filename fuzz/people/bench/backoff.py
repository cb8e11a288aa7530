"""A back-off: which of many occasions are worth a look, when each look costs runs."""

from __future__ import annotations

from typing import Final

EAGER: Final = 4
"""The gap between two looks grows by one for each so many looks in vain.

So n occasions have about the square root of 8 n looks, and the gaps come to that of n / 2: of
20,000 occasions 398 are looked at, and nothing is seen more than a hundred of them late.
"""


class Backoff:
    """Counts occasions; the first ones are all due, later ones with growing gaps."""

    def __init__(self) -> None:
        """No occasion has come yet."""
        self._looks = 0
        self._wait = 0

    def due(self) -> bool:
        """Count an occasion, and say whether to look at it."""
        if self._wait:
            self._wait -= 1
            return False
        self._looks += 1
        self._wait = self._looks // EAGER
        return True
