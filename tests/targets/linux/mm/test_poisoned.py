"""Pages that were lost: from 5.19 on, swapoff says so, and whoever touches them is told."""

import pytest

from targets.linux.mm.exit import exit_mm
from targets.linux.mm.fork import fork
from targets.linux.mm.madvise import madvise_dontneed
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_store
from targets.linux.swap.swapoff import swapoff
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, filled, refusal_of


def lose_page(rig: Rig) -> None:
    """Let swapoff fail to read the page that was swapped out."""
    rig.driver.has_rw_page = False
    rig.driver.read_errors = ["EIO"]
    mkswap(rig.core, rig.disk)
    swapon(rig.core, rig.disk)
    user_store(rig.core, rig.mm, 0, filled("a"))
    swap_out(rig.core, rig.mm, 0)
    swapoff(rig.core, rig.disk)


@pytest.mark.parametrize("version", ["4.9", "5.0", "5.10", "5.17", "5.19", "6.1", "6.12"])
def test_a_page_that_swapoff_cannot_read_is_mapped_until_5_18_and_lost_then(version: str) -> None:
    rig = Rig(version)
    mapped = version in ("4.9", "5.0", "5.10", "5.17")
    rig.expected = ["page-uninit-value"] if mapped else []

    def body() -> list[str]:
        lose_page(rig)
        return [rig.where(0), refusal_of(lambda: rig.load(0))]

    assert rig.run(body) == [["read-only", ""] if mapped else ["poisoned", "SIGBUS"]]


def test_a_lost_page_is_inherited_and_forgotten_like_others() -> None:
    rig = Rig("6.12")

    def body() -> list[object]:
        lose_page(rig)
        child = fork(rig.core, rig.mm)
        places = [rig.where(0, child), refusal_of(lambda: rig.load(0, child))]
        madvise_dontneed(rig.core, rig.mm, 0)
        exit_mm(rig.core, child)
        return [*places, rig.load(0), child.page_table]

    assert rig.run(body) == [["poisoned", "SIGBUS", "\0", {}]]
