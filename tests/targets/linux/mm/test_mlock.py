"""mlock: pages that stay, the slots that they give up, and what it answers without memory."""

import pytest

from targets.linux.mm.fork import fork
from targets.linux.mm.madvise import madvise_dontneed, madvise_pageout
from targets.linux.mm.mlock import mlock, munlock
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_store
from targets.linux.swap.inspect import slots_in_use
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, faults, filled, refusal_of

KERNELS = ["4.9", "5.10", "5.19", "6.12"]


def swap_on(rig: Rig) -> None:
    mkswap(rig.core, rig.disk)
    swapon(rig.core, rig.disk)


@pytest.mark.parametrize("version", KERNELS)
def test_mlock_brings_a_page_back_and_gives_its_slot_up(version: str) -> None:
    rig = Rig(version)

    def body() -> list[object]:
        swap_on(rig)
        user_store(rig.core, rig.mm, 0, filled("a"))
        swap_out(rig.core, rig.mm, 0)
        mlock(rig.core, rig.mm, 0)
        return [rig.where(0), slots_in_use(rig.core), swap_out(rig.core, rig.mm, 0), rig.load(0)]

    assert rig.run(body) == [["writable", [], False, "a"]]


def test_a_page_that_is_mlocked_can_be_reclaimed_after_munlock() -> None:
    rig = Rig()

    def body() -> list[object]:
        swap_on(rig)
        mlock(rig.core, rig.mm, 0)
        first = swap_out(rig.core, rig.mm, 0)
        munlock(rig.core, rig.mm, 0)
        return [first, swap_out(rig.core, rig.mm, 0), rig.load(0)]

    assert rig.run(body) == [[False, True, "\0"]]


def test_a_child_does_not_inherit_a_lock_but_shares_a_page_that_stays() -> None:
    rig = Rig()

    def body() -> list[object]:
        swap_on(rig)
        mlock(rig.core, rig.mm, 0)
        child = fork(rig.core, rig.mm)
        shared = swap_out(rig.core, child, 0)
        user_store(rig.core, child, 0, filled("b"))
        return [child.vm_locked, shared, swap_out(rig.core, child, 0), rig.load(0, child)]

    assert rig.run(body) == [[{}, False, True, "b"]]


def test_mlocked_pages_refuse_dontneed_and_pageout() -> None:
    rig = Rig("6.12")

    def body() -> list[str]:
        swap_on(rig)
        mlock(rig.core, rig.mm, 0)
        return [
            refusal_of(lambda: madvise_dontneed(rig.core, rig.mm, 0)),
            refusal_of(lambda: madvise_pageout(rig.core, rig.mm, 0)),
        ]

    assert rig.run(body) == [["EINVAL", "EINVAL"]]


@pytest.mark.parametrize(
    ("fault", "answer"),
    [("A do_anonymous_page.page#1 ENOMEM", "EAGAIN"), ("A swap.bio#2 ENOMEM", "ENOMEM")],
)
def test_mlock_answers_as_posix_wants(fault: str, answer: str) -> None:
    """A page that cannot be read is ENOMEM; only want of memory may be tried again."""
    rig = Rig(faults=faults(fault))
    rig.driver.has_rw_page = False

    def body() -> None:
        swap_on(rig)
        mlock(rig.core, rig.mm, 0)
        munlock(rig.core, rig.mm, 0)
        swap_out(rig.core, rig.mm, 0)
        mlock(rig.core, rig.mm, 0)

    assert rig.run(body) == [answer]
