"""The designs of the 2016 thread: how the swap core knows which pages must stay stable.

Nothing else reads the feature. Each function shows what every design does about one question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.values.point import Access, Point
from targets.linux.block.capabilities import bdev_stable_writes
from targets.linux.kernel.history.swap import StableAnon
from targets.linux.machine.page import wait_on_page_writeback
from targets.linux.swap.flags import layout_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from targets.linux.block.disk import Disk
    from targets.linux.kernel.kernel import Kernel
    from targets.linux.machine.page import Page
    from targets.linux.swap.area import SwapArea
    from targets.linux.swap.flags import FlagLayout
    from targets.linux.swap.space import SwapperSpace

SPACE_FLAGS: Final = "swapper space flags"
SPACE_FLAGS_TEST: Final = Point(
    "swapper_space.test", "does the swapper space have AS_STABLE_WRITES?", Access.READ, SPACE_FLAGS
)
SPACE_FLAGS_SET: Final = Point(
    "swapper_space.set", "set or clear AS_STABLE_WRITES", Access.WRITE, SPACE_FLAGS
)


def flag_layout(kernel: Kernel) -> FlagLayout:
    """Return the layout of swap_info_struct.flags: only v2 adds a flag."""
    return layout_of(kernel, stable_writes=kernel.features.stable_anon is StableAnon.SWAP_FLAG)


def sample_stable_writes(kernel: Kernel, area: SwapArea, space: SwapperSpace, disk: Disk) -> None:
    """Do at swapon what the kernel's design does there: note what the device asks for, now."""
    match kernel.features.stable_anon:
        case StableAnon.NONE | StableAnon.WAITING:
            pass
        case StableAnon.HOST_INODE:
            space.host = disk
        case StableAnon.ADDRESS_SPACE:
            required = bdev_stable_writes(disk)
            if required or kernel.features.as_flag_cleared:
                space.world.reach(SPACE_FLAGS_SET, space.type)
                space.stable_writes = required
        case StableAnon.SWAP_FLAG:
            if bdev_stable_writes(disk):
                area.flags |= flag_layout(kernel).stable_writes


def writeback_is_awaited(kernel: Kernel, page: Page) -> bool:
    """Wait until a page is written, if the design does that; return whether it does.

    It asks no device whether it minds. A page table is locked here, so it must not sleep.
    """
    match kernel.features.stable_anon:
        case StableAnon.WAITING:
            wait_on_page_writeback(page)
            return True
        case _:
            return False


def stable_page_required(
    kernel: Kernel, find_area: Callable[[], SwapArea], space: SwapperSpace
) -> bool:
    """Whether pages on their way to an area must not change; runs atomically, so it cannot wait.

    `find_area` is called only by the design that needs the area to know.
    """
    match kernel.features.stable_anon:
        case StableAnon.NONE | StableAnon.WAITING:
            return False
        case StableAnon.HOST_INODE:
            assert space.host is not None, "swapon has set the host"
            return bdev_stable_writes(space.host)
        case StableAnon.ADDRESS_SPACE:
            space.world.reach(SPACE_FLAGS_TEST, space.type)
            return space.stable_writes
        case StableAnon.SWAP_FLAG:
            area = find_area()
            with area.lock:
                return bool(area.flags & flag_layout(kernel).stable_writes)


def stable_writes_believed(kernel: Kernel, area: SwapArea, space: SwapperSpace) -> bool | None:
    """Return what the area believes that its device wants; None when the design notes nothing."""
    match kernel.features.stable_anon:
        case StableAnon.NONE | StableAnon.HOST_INODE | StableAnon.WAITING:
            return None
        case StableAnon.ADDRESS_SPACE:
            return space.stable_writes
        case StableAnon.SWAP_FLAG:
            return bool(area.flags & flag_layout(kernel).stable_writes)
