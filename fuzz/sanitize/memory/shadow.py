"""The shadow of an address space: it knows every region that was handed out, and judges accesses.

An access belongs to the region in which it begins.
Freed regions stay known until the same address is handed out again, and to tagged pointers longer:
a pointer that carries its region, or its region's generation, is never taken for a younger one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.sanitize.memory.damage import Damage
from fuzz.sanitize.memory.region import Region
from fuzz.sanitize.memory.surroundings import Surroundings, surroundings
from fuzz.sanitize.memory.written import Written
from fuzz.world.event import accessing_place

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from fuzz.sanitize.memory.damage import Wording
    from fuzz.world.world import World

NEIGHBOURS_MAX: Final = 3
"""Damaged neighbours that a detail names; more would bury the first, which explains the most."""


class Shadow:
    """What is known of one address space: the regions in use, and those that were freed.

    With the sanitizer of memory off it still knows what is in use, and reports nothing.
    """

    __slots__ = ("_freed", "_judges", "_live", "_wording", "_world")

    def __init__(self, world: World, wording: Wording) -> None:
        """Start with an address space in which nothing was ever handed out."""
        self._world = world
        self._wording = wording
        self._judges = world.sanitizers.memory
        self._live: dict[int, Region] = {}
        self._freed: dict[int, list[Region]] = {}
        """The regions that began at an address and were freed, the latest last."""

    @property
    def regions(self) -> list[Region]:
        """The regions in use, by start address."""
        return [self._live[start] for start in sorted(self._live)]

    def is_live(self, start: int, tag: int | None = None) -> bool:
        """Whether a region that begins at `start` is in use; with `tag`, of that generation."""
        region = self._live.get(start)
        return region is not None and tag in (None, region.generation)

    def region(self, start: int) -> Region | None:
        """Return the region in use that begins at `start`."""
        return self._live.get(start)

    def around(self, address: int) -> Surroundings:
        """Return what lies around an address; for reports and pictures."""
        return surroundings(address, self._live.values(), self._quarantine())

    def allocate(self, start: int, size: int, owner: str, place: str = "") -> Region:
        """Note a region that the function `place` hands out, and return it.

        Without `place` the region was there before any task ran.
        """
        known = self._live.get(start)
        by = (self._world.running.name, place) if place else None
        region = self._live[start] = Region(start, size, owner, by)
        former = self._freed.get(start)
        if former:
            region.generation = len(former)
        if known is not None:
            self._report(
                Damage.OVERLAP, f"{owner} was given the place of {known.owner}, {known.history}"
            )
        return region

    def free(self, start: int, place: str, tag: int | None = None) -> bool:
        """Note that the function `place` takes a region back; False when there is none to take.

        With the `tag` of a pointer, a younger region at its address is not the one that it means.
        """
        region = self._live.get(start)
        if region is not None and tag in (None, region.generation):
            del self._live[start]
            region.freed = (self._world.running.name, place)
            self._freed.setdefault(start, []).append(region)
            return True
        gone = self._gone(start, tag)
        if gone is None:
            self._report(Damage.WILD_FREE, f"nothing was allocated at {start:#x}", start)
        else:
            self._report(Damage.DOUBLE_FREE, f"{gone.owner} is freed again; {gone.history}", start)
        return False

    def check(self, start: int, length: int, *, write: bool, tag: int | None = None) -> bool:
        """Judge an access to `length` units from `start` on; False when it is reported.

        With the `tag` of a pointer to a whole region, a younger one there is not what it means.
        """
        if not self._judges:
            return True
        region = self._live.get(start)
        if region is not None and length <= region.size and tag in (None, region.generation):
            if write and region.written is not None:
                region.written.add(0, length)
            return True
        return self._check_closely(start, length, tag, write=write)

    def _check_closely(self, start: int, length: int, tag: int | None, *, write: bool) -> bool:
        access = f"{'write' if write else 'read'} of {length} at {start:#x}"
        region = _holder(self._live.values(), start)
        if region is not None and tag not in (None, region.generation):
            region = None
        gone = self._gone(start, tag)
        if region is not None and start + length <= region.end:
            if write and region.written is not None:
                offset = start - region.start
                region.written.add(offset, offset + length)
            return True
        if region is not None:
            overrun = self._overrun(region, start + length)
            self._report(Damage.OUT_OF_BOUNDS, f"{access}: {overrun}", start)
        elif gone is not None:
            detail = f"{access}: {gone.owner}, {gone.history}"
            self._report(Damage.USE_AFTER_FREE, detail, start)
        else:
            self._report(Damage.WILD_ACCESS, f"{access}: nothing was allocated there", start)
        return False

    def track(self, region: Region, *written: tuple[int, int]) -> None:
        """Take what a region holds for uninitialised from now on, but for these ranges."""
        if self._judges:
            region.written = Written(*written)

    def wrote(self, region: Region, offset: int, length: int) -> None:
        """Note that bytes of a region were written by whoever need not be judged."""
        if region.written is not None:
            region.written.add(offset, offset + length)

    def copied(self, source: Region | None, copy: Region) -> None:
        """Note that a region became a copy of another: what was never written stays so."""
        if source is not None and source.written is not None:
            copy.written = source.written.copy()

    def used(self, region: Region, offset: int, length: int) -> bool:
        """Judge that somebody makes use of bytes of a region, which copying them is not."""
        if region.written is None or not self._judges:
            return True
        gap = region.written.gap(offset, offset + length)
        if gap is None:
            return True
        low, high = gap
        written = ", ".join(f"[{a}, {b})" for a, b in region.written.ranges) or "nothing"
        self._report(
            Damage.UNINITIALISED,
            f"{length} from {offset} on of {region.owner} are used; of them [{low}, {high}) "
            f"were never written; {written} was; {region.history}",
        )
        return False

    def judge_leaks(self, roots: Collection[int]) -> None:
        """Report each function that allocated regions which nobody in `roots` has the start of."""
        lost: dict[str, list[Region]] = {}
        for region in self.regions:
            if region.allocated is not None and region.start not in roots:
                lost.setdefault(region.allocated[1], []).append(region)
        for place, regions in lost.items():
            size, first = sum(region.size for region in regions), regions[0]
            self._report(
                Damage.LEAK,
                f"{len(regions)} regions of {size} together have no owner; the first is "
                f"{first.owner} at {first.start:#x}, {first.history}",
                place=place,
            )

    def _quarantine(self) -> Iterable[Region]:
        return (regions[-1] for _, regions in sorted(self._freed.items()))

    def _gone(self, address: int, tag: int | None) -> Region | None:
        """Find the freed region that a pointer means: of its own tag, or the latest there."""
        for region in self._freed.get(address, ()):
            if region.generation == tag:
                return region
        return _holder(self._quarantine(), address)

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

    def _report(
        self, damage: Damage, detail: str, address: int | None = None, place: str = ""
    ) -> None:
        if not self._judges:
            return
        wording = self._wording
        where = place or accessing_place(wording.accessors)
        if address is not None:
            detail = f"{detail}; {self.around(address)}"
        self._world.report(
            wording.promise(damage), wording.title(damage, where), detail, place=where
        )


def _holder(regions: Iterable[Region], address: int) -> Region | None:
    """Find the region that contains an address; a few dozen live at a time, so a search will do."""
    return next((region for region in regions if region.holds(address)), None)
