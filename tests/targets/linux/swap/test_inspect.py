"""What judges can see without disturbing anything."""

from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import swap_in, user_store
from targets.linux.swap.inspect import (
    Slot,
    image_is_needed,
    is_written,
    pages_in_swap_cache,
    slots_in_use,
)
from targets.linux.swap.slots import get_swap_page
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, filled


def swap_a_page_out(rig: Rig) -> None:
    mkswap(rig.core, rig.disk)
    swapon(rig.core, rig.disk)
    user_store(rig.core, rig.mm, 0, filled("a"))
    swap_out(rig.core, rig.mm, 0)


def test_an_image_is_needed_until_there_is_a_newer_copy() -> None:
    """A clean copy in the swap cache may be dropped, and then the image is read again."""
    rig = Rig()

    def body() -> list[bool]:
        swap_a_page_out(rig)
        needed = [image_is_needed(rig.core, 1)]
        swap_in(rig.core, rig.mm, 0)
        needed.append(image_is_needed(rig.core, 1))
        (page,) = rig.core.spaces[0].pages.values()
        page.dirty = True
        needed.append(image_is_needed(rig.core, 1))
        rig.load(0)
        return [*needed, image_is_needed(rig.core, 1)]

    assert rig.run(body) == [[True, True, False, False]]


def test_a_slot_that_nobody_refers_to_has_leaked() -> None:
    rig = Rig()

    def body() -> list[Slot]:
        swap_a_page_out(rig)
        get_swap_page(rig.core)
        return slots_in_use(rig.core)

    used = Slot(1, counted=1, referring=1, has_cache=False, cached=False)
    lost = Slot(2, counted=0, referring=0, has_cache=True, cached=False)
    assert rig.run(body) == [[used, lost]]
    assert [(slot.consistent, slot.leaked) for slot in (used, lost)] == [
        (True, False),
        (False, True),
    ]


def test_a_page_under_writeback_is_seen_while_the_device_is_busy() -> None:
    rig = Rig()
    rig.driver.has_rw_page = False
    rig.driver.holds_bios = True

    def body() -> list[int]:
        swap_a_page_out(rig)
        busy = [len(list(filter(is_written, pages_in_swap_cache(rig.core))))]
        rig.driver.finish()
        return [*busy, len(list(filter(is_written, pages_in_swap_cache(rig.core))))]

    assert rig.run(body) == [[1, 0]]
