"""A watcher of memory: it knows every region that was handed out, and judges every access to one.

An access belongs to the region in which it begins.
The watcher only reports: the system under test goes on with whatever damage it did.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from inspect import currentframe
from typing import TYPE_CHECKING, Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from fuzz.world.event import model_frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fuzz.world.world import World

NEIGHBOURS_MAX: Final = 3
"""Damaged neighbours that a detail names; more would bury the first, which explains the most."""


class Damage(Enum):
    """What can be wrong with an access, a release or an allocation."""

    OUT_OF_BOUNDS = "out-of-bounds"
    USE_AFTER_FREE = "use-after-free"
    WILD_ACCESS = "wild-access"
    DOUBLE_FREE = "double-free"
    WILD_FREE = "wild-free"
    OVERLAP = "overlapping-allocation"


KEPT: Final = {
    Damage.OUT_OF_BOUNDS: "No access goes beyond the end of what was allocated.",
    Damage.USE_AFTER_FREE: "Nothing is used after it was freed.",
    Damage.WILD_ACCESS: "Every access begins in something that was allocated.",
    Damage.DOUBLE_FREE: "What is freed is freed once.",
    Damage.WILD_FREE: "Only what was allocated is freed.",
    Damage.OVERLAP: "No allocation is given the place of another that is in use.",
}
"""What is kept where a damage never happens."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How the owner of a shadow wants its findings to be called."""

    prefix: str
    """What kinds begin with: `heap` gives `heap-out-of-bounds`."""
    tool: str = ""
    """What a title says between `BUG: ` and the damage, with its space."""
    words: Mapping[Damage, str] = field(default_factory=dict[Damage, str])
    """What a title calls a damage that has another name there."""
    accessors: frozenset[str] = frozenset()
    """Functions that touch memory for whoever calls them, who is then the place of the finding."""

    def promise(self, damage: Damage) -> Promise:
        """Return the promise that a damage breaks, under its name here."""
        kind = f"{self.prefix}-{damage.value}"
        return Promise(kind, KEPT[damage], Harm.CRASH, "KASAN, oracles 4 and 6", "memory")

    @property
    def promises(self) -> tuple[Promise, ...]:
        """All promises that a shadow with this wording may report."""
        return tuple(self.promise(damage) for damage in Damage)

    def title(self, damage: Damage, place: str) -> str:
        """Write the title of a finding."""
        return f"BUG: {self.tool}{self.words.get(damage, damage.value)} in {place}"


class Region:
    """Consecutive addresses that were handed out together, and their history."""

    __slots__ = ("allocated", "freed", "owner", "size", "start")

    def __init__(
        self, start: int, size: int, owner: str, allocated: tuple[str, str] | None
    ) -> None:
        """Note that `size` units from `start` on belong to `owner`."""
        self.start = start
        self.size = size
        self.owner = owner
        self.allocated = allocated
        """The task that allocated it, and the function in which that happened."""
        self.freed: tuple[str, str] | None = None

    @property
    def end(self) -> int:
        """The first address behind the region."""
        return self.start + self.size

    @property
    def history(self) -> str:
        """Who allocated the region, and who freed it."""
        steps = (("allocated", self.allocated), ("freed", self.freed))
        texts = [f"{verb} by task {by[0]} in {by[1]}" for verb, by in steps if by is not None]
        return ", ".join(texts) or "never allocated by a task"

    def holds(self, address: int) -> bool:
        """Whether the region contains `address`."""
        return self.start <= address < self.start + self.size


class Shadow:
    """What is known of one address space: the regions in use, and those that were freed."""

    __slots__ = ("_freed", "_judges", "_live", "_wording", "_world")

    def __init__(self, world: World, wording: Wording) -> None:
        """Start with an address space in which nothing was ever handed out."""
        self._world = world
        self._wording = wording
        self._judges = world.sanitizers.memory
        """When off, it keeps books for who asks, and reports nothing."""
        self._live: dict[int, Region] = {}
        self._freed: dict[int, Region] = {}

    @property
    def regions(self) -> list[Region]:
        """The regions in use, by start address."""
        return [self._live[start] for start in sorted(self._live)]

    def is_live(self, start: int) -> bool:
        """Whether a region that begins at `start` is in use."""
        return start in self._live

    def allocate(self, start: int, size: int, owner: str, place: str = "") -> bool:
        """Note a region that the function `place` hands out; False when it was in use already.

        Without `place` the region was there before any task ran.
        """
        known = self._live.get(start)
        by = (self._world.running.name, place) if place else None
        self._live[start] = Region(start, size, owner, by)
        if known is None:
            self._freed.pop(start, None)
            return True
        self._report(
            Damage.OVERLAP, f"{owner} was given the place of {known.owner}, {known.history}"
        )
        return False

    def free(self, start: int, place: str) -> bool:
        """Note that the function `place` takes a region back; False when there is none to take."""
        region = self._live.pop(start, None)
        if region is not None:
            region.freed = (self._world.running.name, place)
            self._freed[start] = region
            return True
        gone = self._freed.get(start)
        if gone is None:
            self._report(Damage.WILD_FREE, f"nothing was allocated at {start:#x}")
        else:
            self._report(Damage.DOUBLE_FREE, f"{gone.owner} is freed again; {gone.history}")
        return False

    def check(self, start: int, length: int, *, write: bool) -> bool:
        """Judge an access to `length` units from `start` on; False when it is reported."""
        if not self._judges:
            return True
        region = self._live.get(start)
        if region is not None and length <= region.size:
            return True
        region = region or _holder(self._live.values(), start)
        if region is not None and start + length <= region.end:
            return True
        access = f"{'write' if write else 'read'} of {length} at {start:#x}"
        if region is not None:
            self._report(Damage.OUT_OF_BOUNDS, f"{access}: {self._overrun(region, start + length)}")
        elif (gone := _holder(self._freed.values(), start)) is not None:
            self._report(Damage.USE_AFTER_FREE, f"{access}: {gone.owner}, {gone.history}")
        else:
            self._report(Damage.WILD_ACCESS, f"{access}: nothing was allocated there")
        return False

    def _overrun(self, region: Region, end: int) -> str:
        """Describe an access that left `region` and went on to `end`."""
        behind = [
            f"{min(end, other.end) - other.start} of the {other.size} of {other.owner}"
            for other in self.regions
            if region.end <= other.start < end
        ]
        return (
            f"{end - region.end} beyond the {region.size} of {region.owner}, {region.history}; "
            f"it touches {', '.join(behind[:NEIGHBOURS_MAX]) or 'nothing else that is in use'}"
        )

    def _report(self, damage: Damage, detail: str) -> None:
        if not self._judges:
            return
        wording = self._wording
        place = accessing_place(wording.accessors)
        title = wording.title(damage, place)
        self._world.report(wording.promise(damage), title, detail, place=place)


def accessing_place(accessors: frozenset[str]) -> str:
    """Name the running function of the system under test, looking through the `accessors`."""
    frame = model_frame(currentframe())
    while frame is not None and frame.f_code.co_name in accessors:
        frame = model_frame(frame.f_back)
    return frame.f_code.co_name if frame is not None else "world"


def _holder(regions: Iterable[Region], address: int) -> Region | None:
    """Find the region that contains an address; a few dozen live at a time, so a search will do."""
    return next((region for region in regions if region.holds(address)), None)
