"""Pages of zeros: a bit instead of I/O, from 6.12 on."""

import pytest

from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_store
from targets.linux.swap.swapoff import swapoff
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import ZEROS, Rig, filled


def swap_out_page(rig: Rig, data: bytes) -> None:
    user_store(rig.core, rig.mm, 0, data)
    assert swap_out(rig.core, rig.mm, 0)


@pytest.mark.parametrize(
    ("version", "blocks", "counted"), [("6.8", [0, 1], (0, 0)), ("6.12", [0], (1, 1))]
)
def test_a_page_of_zeros_does_no_io(version: str, blocks: list[int], counted: object) -> None:
    rig = Rig(version)

    def body() -> list[object]:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        swap_out_page(rig, ZEROS)
        return [sorted(rig.driver.blocks), rig.load(0)]

    assert rig.run(body) == [[blocks, "\0"]]
    assert (rig.core.counters.swpout_zero, rig.core.counters.swpin_zero) == counted


def test_a_slot_that_held_zeros_holds_what_is_written_next() -> None:
    rig = Rig("6.12", pages=2)

    def body() -> list[str]:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        loads: list[str] = []
        for data in (ZEROS, filled("a"), ZEROS, filled("b")):
            swap_out_page(rig, data)
            loads.append(rig.load(0))
        return loads

    assert rig.run(body) == [["\0", "a", "\0", "b"]]
    (area,) = rig.core.swap_info
    assert list(area.zeromap) == [0, 0]


def test_swapoff_brings_zeros_back_and_forgets_the_map() -> None:
    rig = Rig("6.12")

    def body() -> str:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        swap_out_page(rig, ZEROS)
        swapoff(rig.core, rig.disk)
        return rig.load(0)

    assert rig.run(body) == ["\0"]
    (area,) = rig.core.swap_info
    assert area.zeromap == b""
