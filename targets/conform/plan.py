"""What a comparison is asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fuzz.program.operation import Operation


@dataclass(frozen=True, slots=True)
class Plan:
    """Which programs are drawn, how many, and for which kernel of the model."""

    kernel: str
    """The version that the model is."""
    settings: dict[str, str]
    """How the model was built and what machine it is: what the real kernel said of itself."""
    algorithms: tuple[str, ...]
    """What a program may compress with from the start."""
    kinds: tuple[type[Operation[Any]], ...]
    """The operations that the real kernel can do."""
    programs: int
    """How many at most, at least 1."""
    seconds: float
    """For how long at most; 0 for no limit."""
    seed: int
