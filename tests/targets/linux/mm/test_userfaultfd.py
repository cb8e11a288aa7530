"""UFFDIO_MOVE: what the page table has at one index is at another one then."""

import pytest

from targets.linux.mm.fork import fork
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_store
from targets.linux.mm.userfaultfd import userfaultfd_move
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, filled, refusal_of


@pytest.mark.parametrize("version", ["6.8", "6.14", "6.19"])
@pytest.mark.parametrize("swapped", [False, True])
def test_a_page_is_found_where_it_moved_to(version: str, *, swapped: bool) -> None:
    rig = Rig(version)

    def body() -> tuple[str, str]:
        mkswap(rig.core, rig.disk)
        swapon(rig.core, rig.disk)
        user_store(rig.core, rig.mm, 0, filled("a"))
        if swapped:
            swap_out(rig.core, rig.mm, 0)
            swap_out(rig.core, rig.mm, 0)
        userfaultfd_move(rig.core, rig.mm, 0, 1)
        return rig.where(0), rig.load(1)

    assert rig.run(body) == [("none", "a")]


@pytest.mark.parametrize(
    ("version", "source", "target", "answer"),
    [
        ("6.5", 0, 1, "EINVAL"),
        ("6.8", 0, 0, "EINVAL"),
        ("6.8", 2, 1, "ENOENT"),
        ("6.8", 0, 3, "EEXIST"),
        ("6.8", 3, 1, "EBUSY"),
        ("6.8", 0, 1, ""),
    ],
    ids=["too early", "nowhere else", "nothing there", "taken", "shared", "moved"],
)
def test_a_move_is_refused_with_a_reason(
    version: str, source: int, target: int, answer: str
) -> None:
    rig = Rig(version)

    def body() -> str:
        user_store(rig.core, rig.mm, 3, filled("b"))
        fork(rig.core, rig.mm)
        user_store(rig.core, rig.mm, 0, filled("a"))
        return refusal_of(lambda: userfaultfd_move(rig.core, rig.mm, source, target))

    assert rig.run(body) == [answer]
