"""zbud: two objects a page, one from each end."""

import pytest

from fuzz.values.refusal import Refusal
from fuzz.world.world import World
from targets.linux.kernel.versions import kernel_named
from targets.linux.machine.machine import Machine
from targets.linux.machine.memory import Memory
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zswap.store import POOL_MASK
from targets.linux.zswap.zbud import CHUNK, LARGEST, Zbud


def pool() -> tuple[World, Zbud]:
    world = World()
    return world, Zbud(Machine(world, kernel_named("4.9"), Memory(world)))


def test_the_second_object_of_a_page_lies_at_its_end() -> None:
    world, zbud = pool()
    handles: list[int] = []
    world.boot(lambda: handles.extend(zbud.malloc(size, POOL_MASK) for size in (100, 1000)))
    frame = handles[0] // PAGE_SIZE * PAGE_SIZE
    assert handles == [frame + CHUNK, frame + PAGE_SIZE - 16 * CHUNK]
    assert zbud.total_pages() == 1


@pytest.mark.parametrize(
    ("sizes", "pages"),
    [
        ((LARGEST, 64), 1),
        ((LARGEST, 65), 2),
        ((2000, 1984), 1),
        ((2000, 1985), 2),
        ((100, 100, 100), 2),
    ],
)
def test_objects_share_a_page_if_their_chunks_fit(sizes: tuple[int, ...], pages: int) -> None:
    world, zbud = pool()

    def body() -> None:
        for size in sizes:
            zbud.malloc(size, POOL_MASK)

    world.boot(body)
    assert zbud.total_pages() == pages


def test_an_object_leaves_room_for_a_chunk_at_least() -> None:
    world, zbud = pool()
    refused: list[str] = []

    def body() -> None:
        try:
            zbud.malloc(LARGEST + 1, POOL_MASK)
        except Refusal as refusal:
            refused.append(refusal.name)

    world.boot(body)
    assert (refused, zbud.total_pages()) == (["ENOSPC"], 0)


def test_what_was_written_is_read_and_a_page_goes_with_its_last_object() -> None:
    world, zbud = pool()
    read: list[bytes] = []
    pages: list[int] = []

    def body() -> None:
        handles = [zbud.malloc(100, POOL_MASK) for _ in range(2)]
        for handle, data in zip(handles, (b"a" * 100, b"b" * 100), strict=True):
            zbud.write(handle, data)
        read.extend(zbud.read(handle, 100) for handle in handles)
        for handle in handles:
            zbud.free(handle)
            pages.append(zbud.total_pages())

    world.boot(body)
    assert (read, pages) == ([b"a" * 100, b"b" * 100], [1, 0])


@pytest.mark.parametrize(
    ("errors", "answer", "evicted", "pages"),
    [((), "", 2, 1), (("EEXIST",), "", 2, 1), (("EEXIST",) * 8, "EAGAIN", 8, 2)],
    ids=["the oldest goes", "the next one goes", "none can go"],
)
def test_reclaim_evicts_page_by_page_from_the_oldest_on(
    errors: tuple[str, ...], answer: str, evicted: int, pages: int
) -> None:
    world, zbud = pool()
    left = list(errors)
    tried: list[int] = []
    answers: list[str] = []

    def evict(handle: int) -> str:
        tried.append(handle)
        if left:
            return left.pop(0)
        zbud.free(handle)
        return ""

    def body() -> None:
        handles = [zbud.malloc(size, POOL_MASK) for size in (3000, 900, 3100)]
        answers.append(zbud.reclaim_page(evict, 8))
        assert tried[0] == handles[0]

    world.boot(body)
    assert (answers, len(tried), zbud.total_pages()) == ([answer], evicted, pages)


def test_an_empty_pool_has_nothing_to_reclaim() -> None:
    world, zbud = pool()
    answers: list[str] = []
    world.boot(lambda: answers.append(zbud.reclaim_page(lambda _: "", 8)))
    assert answers == ["EINVAL"]
