"""A zone of few frames: who gets one at which watermark, and who reclaims first."""

import pytest

from fuzz.values.point import fault_point
from fuzz.world.world import World
from targets.linux.machine.errno import ENOMEM
from targets.linux.machine.gfp import (
    GFP_ATOMIC,
    GFP_KERNEL,
    GFP_NOIO,
    Gfp,
)
from targets.linux.machine.memory import Memory
from targets.linux.machine.page import Page
from targets.linux.machine.zone import NO_PROGRESS_LOOPS_MAX, Watermarks, watermarks_of

PAGE = fault_point("test.page", "a page", ENOMEM)
NOWAIT = Gfp.KSWAPD_RECLAIM | Gfp.NOWARN


class Hoard:
    """Reclaims pages of its own, one for each direct reclaim, and notes who asked for what."""

    def __init__(self, memory: Memory, pages: list[Page]) -> None:
        self.memory = memory
        self.pages = pages
        self.asked: list[str] = []

    def wake_kswapd(self) -> None:
        self.asked.append("kswapd")

    def try_to_free_pages(self, gfp: Gfp) -> int:
        self.asked.append("direct")
        if not self.pages or Gfp.IO not in gfp:
            return 0
        self.memory.free_page(self.pages.pop())
        return 1


def request(
    free: int, gfp: Gfp, *, memalloc: bool = False, reclaimable: int = 0
) -> tuple[bool, list[str]]:
    """Ask a zone of 32 frames (min 8, low 10, high 12) for one when `free` are left."""
    world = World()
    memory = Memory(world, 32)
    answers: list[bool] = []
    hoard = Hoard(memory, [])

    def body() -> None:
        with memory.fs_reclaim.memalloc():
            pages = [memory.alloc_page(GFP_KERNEL, PAGE) for _ in range(32 - free)]
        hoard.pages = [page for page in pages if page is not None][:reclaimable]
        assert memory.zone is not None
        assert memory.zone.free == free
        memory.zone.reclaimer = hoard
        if memalloc:
            with memory.fs_reclaim.memalloc():
                answers.append(memory.alloc_page(gfp, PAGE) is not None)
        else:
            answers.append(memory.alloc_page(gfp, PAGE) is not None)

    world.spawn("A", body)
    world.run()
    return answers[0], hoard.asked


def test_the_watermarks_keep_the_proportions_of_the_kernel() -> None:
    assert [watermarks_of(frames) for frames in (6, 32, 64)] == [
        Watermarks(1, 2, 3),
        Watermarks(8, 10, 12),
        Watermarks(16, 20, 24),
    ]


@pytest.mark.parametrize(
    ("free", "gfp", "expected"),
    [
        (11, NOWAIT, (True, [])),
        (10, NOWAIT, (True, ["kswapd"])),
        (9, NOWAIT, (True, ["kswapd"])),
        (8, NOWAIT, (False, ["kswapd"])),
        (8, GFP_ATOMIC, (True, ["kswapd"])),
        (4, GFP_ATOMIC, (True, ["kswapd"])),
        (3, GFP_ATOMIC, (False, ["kswapd"])),
        (8, Gfp.HIGHMEM, (False, [])),
    ],
)
def test_who_cannot_sleep_gets_a_frame_down_to_a_mark(
    free: int, gfp: Gfp, expected: tuple[bool, list[str]]
) -> None:
    assert request(free, gfp) == expected


def test_who_reclaims_gets_the_last_frame_and_does_not_reclaim_again() -> None:
    assert request(1, GFP_NOIO, memalloc=True) == (True, ["kswapd"])
    assert request(0, GFP_NOIO, memalloc=True, reclaimable=5) == (False, ["kswapd"])


def test_who_may_sleep_reclaims_and_looks_again() -> None:
    assert request(8, GFP_KERNEL, reclaimable=5) == (True, ["kswapd", "direct"])
    assert request(6, GFP_KERNEL, reclaimable=5) == (True, ["kswapd", *["direct"] * 3])


def test_without_progress_a_request_fails_soon_and_norety_at_once() -> None:
    rounds = ["direct"] * NO_PROGRESS_LOOPS_MAX
    assert request(8, GFP_KERNEL) == (False, ["kswapd", *rounds])
    assert request(8, GFP_NOIO, reclaimable=5) == (False, ["kswapd", *rounds])
    assert request(6, GFP_KERNEL | Gfp.NORETRY, reclaimable=9) == (False, ["kswapd", "direct"])


def test_unlimited_memory_has_no_zone() -> None:
    assert Memory(World()).zone is None
