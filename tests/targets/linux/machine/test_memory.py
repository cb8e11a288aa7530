"""Page frames: allocation that can fail, access by address, and what lies behind a page."""

from collections.abc import Callable

import pytest

from fuzz.values.finding import Harm
from fuzz.values.point import Point, fault_point
from fuzz.world.task import Task
from fuzz.world.world import World
from targets.linux.machine.errno import ENOMEM
from targets.linux.machine.gfp import GFP_KERNEL, GFP_NOIO, Gfp
from targets.linux.machine.memory import FIRST_PFN, Memory
from targets.linux.machine.page import PAGE_SIZE, Page, fill_page

FRAME = fault_point("driver.page", "a page for the driver", ENOMEM, capability="fail_page_alloc")
FAST = Gfp.KSWAPD_RECLAIM | Gfp.NOWARN | Gfp.HIGHMEM


class FailAll:
    """A fault plan that fails what is not exempt, as fail_page_alloc at 100 percent."""

    def decide(
        self, task: Task, point: Point, visit: int, size: int, *, exempt: bool
    ) -> str | None:
        del task, visit, size
        return None if exempt else point.faults[0]


def run(body: Callable[[Memory], None], *, faults: FailAll | None = None) -> World:
    world = World(faults=faults)
    memory = Memory(world)
    world.spawn("A", lambda: body(memory))
    world.run()
    return world


def alloc(memory: Memory) -> Page:
    page = memory.alloc_page(FAST, FRAME)
    assert page is not None
    return page


def test_frames_are_handed_out_from_the_lowest_and_the_last_freed_comes_back_first() -> None:
    def body(memory: Memory) -> None:
        pages = [alloc(memory) for _ in range(3)]
        assert [page.pfn - FIRST_PFN for page in pages] == [0, 1, 2]
        memory.free_page(pages[0])
        memory.free_page(pages[1])
        assert [alloc(memory).pfn - FIRST_PFN for _ in range(3)] == [1, 0, 3]

    assert run(body).findings == []


def test_a_frame_that_is_used_again_is_zeroed() -> None:
    def body(memory: Memory) -> None:
        page = alloc(memory)
        fill_page(page, b"old")
        memory.free_page(page)
        assert alloc(memory).bytes == bytes(PAGE_SIZE)

    run(body)


def test_memory_counts_frames_in_use_and_their_peak() -> None:
    def body(memory: Memory) -> None:
        pages = [alloc(memory) for _ in range(3)]
        for page in pages[1:]:
            memory.free_page(page)
        assert (memory.in_use, memory.peak) == (1, 3)
        assert memory.page(FIRST_PFN) is pages[0]
        assert memory.find(FIRST_PFN + 1) is None

    run(body)


def test_freeing_a_frame_twice_is_a_bug_of_the_model() -> None:
    def body(memory: Memory) -> None:
        page = alloc(memory)
        memory.free_page(page)
        with pytest.raises(AssertionError, match="freed once"):
            memory.free_page(page)

    run(body)


@pytest.mark.parametrize(
    ("gfp", "fails"), [(FAST, True), (GFP_NOIO, False), (GFP_KERNEL | Gfp.HIGHMEM, False)]
)
def test_drawn_faults_hit_only_masks_that_do_not_reclaim(gfp: Gfp, *, fails: bool) -> None:
    pages: list[Page | None] = []
    run(lambda memory: pages.append(memory.alloc_page(gfp, FRAME)), faults=FailAll())
    assert (pages[0] is None) is fails


@pytest.mark.parametrize(("gfp", "sleeps"), [(FAST, False), (GFP_NOIO, True)])
def test_an_allocation_that_may_reclaim_may_sleep(gfp: Gfp, *, sleeps: bool) -> None:
    def body(memory: Memory) -> None:
        memory.world.preempt_disable()
        memory.alloc_page(gfp, FRAME)
        memory.world.preempt_enable()

    world = run(body)
    names = [point.name for _, point, _, _ in world.trace]
    assert names == ["begin", "driver.page", *(["alloc_page.sleep"] if sleeps else []), "end"]
    assert [finding.kind for finding in world.findings] == ["sleeping-while-atomic"] * sleeps


def test_what_is_written_at_an_address_is_read_there() -> None:
    def body(memory: Memory) -> None:
        address = alloc(memory).pfn * PAGE_SIZE + 100
        memory.write(address, b"here")
        assert memory.read(address - 1, 6) == b"\0here\0"

    assert run(body).findings == []


def test_a_write_past_the_end_of_a_frame_corrupts_the_physically_next_one() -> None:
    def overrun(memory: Memory) -> None:
        first, second = alloc(memory), alloc(memory)
        address = second.pfn * PAGE_SIZE - 2
        memory.write(address, b"over")
        assert (first.bytes[-2:], second.bytes[:3]) == (b"ov", b"er\0")
        assert memory.read(address, 4) == b"over"

    world = World()
    memory = Memory(world)
    world.spawn("A", lambda: overrun(memory))
    world.run()
    [finding] = world.findings
    assert (finding.kind, finding.harm, finding.place, finding.detail) == (
        "foreign-memory-corrupted",
        Harm.CRASH,
        "overrun",
        "2 bytes went past the end of a page into frame 0x100001, "
        "which was allocated at driver.page",
    )


def test_a_write_past_the_last_frame_in_use_is_lost() -> None:
    def body(memory: Memory) -> None:
        page = alloc(memory)
        end = (page.pfn + 1) * PAGE_SIZE
        memory.write(end - 2, b"over")
        assert memory.read(end - 2, 4) == b"ov\0\0"

    assert run(body).findings == []


def test_a_leak_is_blamed_on_the_function_that_has_the_oldest_frame_which_nobody_knows() -> None:
    def writer(memory: Memory) -> Page:
        return alloc(memory)

    def reader(memory: Memory) -> Page:
        return alloc(memory)

    def body(memory: Memory) -> None:
        known, lost, newer = writer(memory), reader(memory), writer(memory)
        assert memory.leaked_by({known.pfn, newer.pfn}) == "alloc"
        memory.lost[lost.pfn] = None
        assert memory.leaked_by({known.pfn, newer.pfn}) == "free_page"

    assert run(body).findings == []
