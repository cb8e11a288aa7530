"""Soft-dirty bits: what a process has written to since they were cleared."""

import pytest

from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.soft_dirty import clear_refs, pagemap_read
from targets.linux.mm.user import user_store
from targets.linux.swap.swapoff import swapoff
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, filled


def test_a_page_counts_as_written_to_until_bits_are_cleared_and_after_a_write() -> None:
    rig = Rig("6.19")

    def body() -> list[bool]:
        user_store(rig.core, rig.mm, 0, filled("a"))
        told = [pagemap_read(rig.core, rig.mm, 0)]
        clear_refs(rig.core, rig.mm)
        told.append(pagemap_read(rig.core, rig.mm, 0))
        rig.load(0)
        told.append(pagemap_read(rig.core, rig.mm, 0))
        user_store(rig.core, rig.mm, 0, filled("b"))
        return [*told, pagemap_read(rig.core, rig.mm, 0)]

    assert rig.run(body) == [[True, False, False, True]]


@pytest.mark.parametrize(("version", "kept"), [("4.10", False), ("5.17", False), ("5.19", True)])
def test_swapoff_loses_the_bit_until_5_18(version: str, *, kept: bool) -> None:
    rig = Rig(version)

    def body() -> list[bool]:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        clear_refs(rig.core, rig.mm)
        user_store(rig.core, rig.mm, 0, filled("a"))
        swap_out(rig.core, rig.mm, 0)
        told = pagemap_read(rig.core, rig.mm, 0)
        swapoff(rig.core, rig.disk)
        return [told, pagemap_read(rig.core, rig.mm, 0)]

    assert rig.run(body) == [[True, kept]]
