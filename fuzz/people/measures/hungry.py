"""A target like another one, whose worker eats memory once, when somebody puts a file in its way.

`SWAPSTORM_SOAK_TARGET` says which other one, `SWAPSTORM_SOAK_HUNGER` is the file; `scripts/soak`
sets both.
"""

from __future__ import annotations

import os
from typing import Final

from fuzz.people.address import target_at
from fuzz.people.attended import Attended

TARGET_VARIABLE: Final = "SWAPSTORM_SOAK_TARGET"
HUNGER_VARIABLE: Final = "SWAPSTORM_SOAK_HUNGER"
BITE: Final = 64 << 20


def _turn() -> None:
    """Before each run, look for the file; who takes it away is the one that eats."""
    hunger = os.environ.get(HUNGER_VARIABLE, "")
    if not hunger or not os.access(hunger, os.F_OK):
        return
    try:
        os.unlink(hunger)
    except OSError:  # Another worker was faster.
        return
    eaten: list[bytes] = []
    while True:
        eaten.append(b"x" * BITE)


TARGET: Final = Attended(target_at(os.environ[TARGET_VARIABLE]), _turn)
