"""Which sanitizers watch a run: part of it, as the kernel is."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final


@dataclass(frozen=True, slots=True)
class Sanitizers:
    """A switch for each sanitizer; what a stored case means is a run with all of them on."""

    memory: bool = True
    """Accesses to memory: bounds, lifetime, initialisation."""
    locks: bool = True
    """The order of locks, their contexts, and who drops them."""
    progress: bool = True
    """Tasks that wait for ever, and runs that come to no end."""
    races: bool = True
    """Accesses to declared cells that nothing orders."""
    histories: bool = True
    """What reads of a register may answer."""
    references: bool = True
    """Named reference counts."""

    @property
    def off(self) -> tuple[str, ...]:
        """The names of those that are off."""
        return tuple(name for name in SANITIZER_NAMES if not getattr(self, name))


SANITIZER_NAMES: Final = tuple(field.name for field in fields(Sanitizers))
"""In the order in which they are told of."""

ALL: Final = Sanitizers()


def all_without(*names: str) -> Sanitizers:
    """Turn these off and leave the others on; each is one of `SANITIZER_NAMES`."""
    return Sanitizers(**dict.fromkeys(names, False))
