"""What can be wrong with memory, and what the owner of a memory calls it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise

if TYPE_CHECKING:
    from collections.abc import Mapping


class Damage(Enum):
    """What can be wrong with an access, a release or an allocation."""

    OUT_OF_BOUNDS = "out-of-bounds"
    USE_AFTER_FREE = "use-after-free"
    WILD_ACCESS = "wild-access"
    DOUBLE_FREE = "double-free"
    WILD_FREE = "wild-free"
    OVERLAP = "overlapping-allocation"
    UNINITIALISED = "uninit-value"
    LEAK = "memory-leak"


KEPT: Final = {
    Damage.OUT_OF_BOUNDS: "No access goes beyond the end of what was allocated.",
    Damage.USE_AFTER_FREE: "Nothing is used after it was freed.",
    Damage.WILD_ACCESS: "Every access begins in something that was allocated.",
    Damage.DOUBLE_FREE: "What is freed is freed once.",
    Damage.WILD_FREE: "Only what was allocated is freed.",
    Damage.OVERLAP: "No allocation is given the place of another that is in use.",
    Damage.UNINITIALISED: "Nobody makes use of bytes that were never written.",
    Damage.LEAK: "What is allocated at rest has an owner who can free it.",
}
"""What is kept where a damage never happens."""

SOURCES: Final = {Damage.UNINITIALISED: "KMSAN", Damage.LEAK: "kmemleak, oracle 5"}
"""What watches for a damage in the kernel; KASAN for all others."""

TITLES: Final = {Damage.UNINITIALISED: "KMSAN: uninit-value", Damage.LEAK: "memory leak"}
"""What those print of a damage who watch for it instead of KASAN."""

HARMS: Final = {Damage.UNINITIALISED: Harm.CORRUPTION_READ_BACK, Damage.LEAK: Harm.LEAK}
"""What a damage does before anything worse is shown; all others crash."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How the owner of a memory wants its findings to be called."""

    prefix: str
    """What kinds begin with: `heap` gives `heap-out-of-bounds`."""
    tool: str = ""
    """What a title says between `BUG: ` and the damage, with its space."""
    words: Mapping[Damage, str] = field(default_factory=dict[Damage, str])
    """What a title calls a damage that has another name there."""
    accessors: frozenset[str] = frozenset()
    """Functions that touch memory for whoever calls them, who is then the place of the finding."""
    damages: tuple[Damage, ...] = tuple(Damage)
    """Those that can happen to this memory."""

    def promise(self, damage: Damage) -> Promise:
        """Return the promise that a damage breaks, under its name here."""
        kind = f"{self.prefix}-{damage.value}"
        source = SOURCES.get(damage, "KASAN, oracles 4 and 6")
        return Promise(kind, KEPT[damage], HARMS.get(damage, Harm.CRASH), source, "memory")

    @property
    def promises(self) -> tuple[Promise, ...]:
        """All promises that a memory with this wording may report."""
        return tuple(self.promise(damage) for damage in self.damages)

    def title(self, damage: Damage, place: str) -> str:
        """Write the title of a finding."""
        told = f"{self.tool}{self.words.get(damage, damage.value)}"
        return f"BUG: {TITLES.get(damage, told)} in {place}"
