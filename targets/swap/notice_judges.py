"""A device that holds swap slots in memory is told of each slot that is freed, once.

An observer stands between swap and the device, and compares what the device is told with how often
each slot was taken.
A device may also be told of a slot that was just read: the swap cache has that, so it is not free.
No promise looks at features, defects, designs or versions: judges are blind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.finding import Harm
from fuzz.values.promise import Promise
from fuzz.world.cell import Unseen
from targets.linux.swap.area import SWAP_MAP_BAD, swap_map_once
from targets.linux.swap.inspect import areas_in_use
from targets.linux.zram.device import init_done
from targets.linux.zram.inspection import slot_image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from targets.linux.block.disk import Disk
    from targets.linux.swap.area import SwapArea
    from targets.linux.swap.core import SwapCore
    from targets.linux.zram.device import Zram
    from targets.swap.system import SwapSystem

SLOT_NOTICE_WRONG: Final = Promise(
    "slot-notice-wrong",
    "A device that wants to know is told of each swap slot that is freed, and exactly once.",
    Harm.LEAK,
    "I10",
)
FREED_SLOT_HELD: Final = Promise(
    "freed-slot-held",
    "A zram holds nothing in a slot that swap has freed, but where it has counted a miss.",
    Harm.LEAK,
    "miss_free, I10",
)
NOTICE_PROMISES: Final = (SLOT_NOTICE_WRONG, FREED_SLOT_HELD)


class Notices:
    """What a device is told of its slots, seen on the way there: it stands for the driver."""

    has_slot_free_notify = True

    def __init__(self, core: SwapCore, disk: Disk) -> None:
        """Stand between swap and the driver of a disk."""
        driver = disk.operations
        self.has_rw_page = driver.has_rw_page
        self.open = driver.open
        self.make_request = driver.make_request
        self.rw_page = driver.rw_page
        self.told: dict[int, int] = {}
        """For each slot, how often the device was told that it is free."""
        self.freed: dict[int, None] = {}
        """Slots of which the device was told since the area was last set up."""
        self.disk = disk
        self._core = core
        self._driver = driver
        self._map = bytearray()
        disk.operations = self

    def swap_slot_free_notify(self, index: int) -> None:
        """Let the device learn of a slot, and note it if the slot is free."""
        with Unseen(self._core.world):
            area = self.area()
            if area is not None and not swap_map_once(area, index):
                self._note(area, index)
        self._driver.swap_slot_free_notify(index)

    def area(self) -> SwapArea | None:
        """Return the area on the device, if it is swapped to."""
        areas = (area for area in areas_in_use(self._core) if area.disk is self.disk)
        return next(areas, None)

    def freed_of(self, area: SwapArea) -> tuple[int, ...]:
        """Return the slots of an area that were freed since it was set up.

        Before that the device was anybody's, who may have written to it.
        """
        return tuple(self.freed) if area.swap_map is self._map else ()

    def taken(self, index: int) -> int:
        """Count how often a slot was taken, ever."""
        return self._core.counters.taken.get((self.disk.name, index), 0)

    def _note(self, area: SwapArea, index: int) -> None:
        if area.swap_map is not self._map:
            self._map = area.swap_map
            self.freed = {}
        self.freed[index] = None
        self.told[index] = self.told.get(index, 0) + 1
        if self.told[index] > self.taken(index):
            self.told[index] -= 1
            self._core.world.report(
                SLOT_NOTICE_WRONG,
                f"{self.disk.name}: told again that slot {index} is free",
                "it was told before, and nobody has taken the slot since",
                place="swap_slot_free_notify",
            )


def notices_of(core: SwapCore, disk: Disk) -> Notices | None:
    """Observe what a disk is told, if it is one that wants to know of free slots."""
    return Notices(core, disk) if disk.operations.has_slot_free_notify else None


def judge_notices(system: SwapSystem) -> None:
    """Check, at rest, that the device was told of every free slot, and holds nothing in it."""
    notices, world = system.notices, system.machine.world
    if notices is None:
        return
    untold = [index for index, missed in _untold(system.core, notices) if missed]
    if untold:
        world.report(
            SLOT_NOTICE_WRONG,
            f"{system.disk.name}: never told that slot {untold[0]} is free",
            f"of {len(untold)} slots that were freed it was told too seldom",
            place="release_slot",
        )
    zram, area = system.zram, notices.area()
    if zram is not None and area is not None and init_done(zram):
        held = _held(zram, area, notices)
        if len(held) > zram.stats.miss_free:
            world.report(
                FREED_SLOT_HELD,
                f"BUG: memory leak in {system.disk.name}: slot {held[0]} is free, and holds a page",
                f"{len(held)} slots do, and {zram.stats.miss_free} misses are counted",
                place="zram_slot_free_notify",
            )


def _untold(core: SwapCore, notices: Notices) -> Iterator[tuple[int, int]]:
    """Yield the slots that were ever taken, and how often the device was not told of their end."""
    area = notices.area()
    for name, index in core.counters.taken:
        if name == notices.disk.name:
            yield index, notices.taken(index) - _in_use(area, index) - notices.told.get(index, 0)


def _in_use(area: SwapArea | None, index: int) -> bool:
    """Whether a slot is taken; a bad page never was, though it may have been one of an old area."""
    return area is not None and index < area.max and area.swap_map[index] not in (0, SWAP_MAP_BAD)


def _held(zram: Zram, area: SwapArea, notices: Notices) -> list[int]:
    """Return the slots that are free again, and still hold something."""
    free = [index for index in notices.freed_of(area) if not area.swap_map[index]]
    return [index for index in free if slot_image(zram, index) is not None]
