"""How a worker comes to eat memory: once, when it finds a file in its way."""

from __future__ import annotations

import os
from typing import Final

TARGET_VARIABLE: Final = "SWAPSTORM_SOAK_TARGET"
"""Names the variable of the environment that says which target is searched."""
HUNGER_VARIABLE: Final = "SWAPSTORM_SOAK_HUNGER"
"""The one that says which file makes hungry."""
BITE: Final = 64 << 20


def maybe_eat() -> None:
    """Look for the file; who takes it away is the one that eats, until somebody ends it."""
    hunger = os.environ[HUNGER_VARIABLE]
    if not os.access(hunger, os.F_OK):
        return
    try:
        os.unlink(hunger)
    except OSError:  # Another worker was faster.
        return
    eaten: list[bytes] = []
    while True:
        eaten.append(b"x" * BITE)
