"""Ground truth: a target that knows its bugs one by one, so that searches in it can be measured.

Only who measures a search asks for any of this; a search and its judges see a target as ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from fuzz.program.target import Target
    from fuzz.world.world import World


@dataclass(frozen=True, slots=True)
class Bug:
    """One known bug."""

    name: str
    sentence: str
    number: str = ""
    """Its number in a catalogue of bugs; empty for one that is in none."""


@runtime_checkable
class KnowsItsBugs(Protocol):
    """A target whose bugs can be listed, put in, taken out, and heard of when they are near."""

    @property
    def bugs(self) -> tuple[Bug, ...]:
        """Every bug that some kernel has or can be given."""
        ...

    def bugs_of(self, kernel: str, settings: Mapping[str, str]) -> frozenset[str]:
        """Name the bugs that a kernel has with settings, as text, that its `check` takes."""
        ...

    def with_bugs(self, settings: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
        """Return settings that put bugs in; `check` says whether a kernel can have them."""
        ...

    def without_bugs(self, settings: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
        """Return settings that take bugs out, whether or not they were in."""
        ...

    def heard_by(self, hear: Callable[[World, tuple[str, ...]], None]) -> Target:
        """Return the same target, which besides calls `hear` in its runs.

        It names bugs each time the code comes to where it goes one way with them and another
        without, whether they are in or not. Nothing else about a run changes.
        """
        ...
