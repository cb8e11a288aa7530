"""Where an area lies: a swap file begins behind blocks that are not its own."""

from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_store
from targets.linux.swap.extents import make_swap_file
from targets.linux.swap.header import header_bytes
from targets.linux.swap.swapoff import swapoff
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, filled, refusal_of


def test_pages_of_a_swap_file_go_to_its_blocks_and_come_back() -> None:
    rig = Rig("5.15", pages=8)

    def body() -> list[str]:
        make_swap_file(rig.core, rig.disk, 3)
        mkswap(rig.core, rig.disk)
        area = swapon(rig.core, rig.disk)
        assert (area.first_block, area.max) == (3, 5)
        busy = [refusal_of(lambda: mkswap(rig.core, rig.disk))]
        user_store(rig.core, rig.mm, 0, filled("a"))
        swap_out(rig.core, rig.mm, 0)
        swap_out(rig.core, rig.mm, 0)
        busy.append(rig.load(0))
        swapoff(rig.core, rig.disk)
        return busy

    assert rig.run(body) == [["EBUSY", "a"]]
    assert sorted(rig.driver.blocks) == [3, 4]
    assert rig.disk.openers == 1


def test_a_swap_file_has_no_bad_pages() -> None:
    rig = Rig("5.15", pages=8)

    def body() -> str:
        make_swap_file(rig.core, rig.disk, 3)
        mkswap(rig.core, rig.disk, header_bytes(4, (2,)))
        return refusal_of(lambda: swapon(rig.core, rig.disk))

    assert rig.run(body) == ["EINVAL"]
