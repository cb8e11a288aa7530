"""The bytes of a zspage: links in free objects, headers in allocated ones."""

import struct

import pytest

from targets.linux.kernel.kernel import Kernel
from targets.linux.kernel.versions import kernel_named
from targets.linux.machine.memory import FIRST_PFN
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zsmalloc.layout import layout_of, location_to_obj, obj_to_location
from targets.linux.zsmalloc.migration import migrate_page
from targets.linux.zsmalloc.pool import class_for, zs_free, zs_malloc
from targets.linux.zsmalloc.size_class import get_size_class_index
from targets.linux.zsmalloc.structs import Pool, Zspage
from targets.linux.zsmalloc.zspage import alloc_zspage, obj_malloc
from tests.targets.linux.zsmalloc.bench import (
    INDEX,
    KERNELS,
    LOCATION,
    SLOW,
    number_of,
    pool_on,
    run,
)

MINUS_ONE = (1 << 64) - 2
"""-1 << 1, in 64 bits."""

MINUS_ONE_BEFORE_TWO_TAGS = (1 << 64) - 4
"""-1 << 2, as in 6.3."""


def fresh(pool: Pool, request: int) -> Zspage:
    """Allocate a zspage for requests of a size, without an object in it."""
    made: list[Zspage] = []

    def body() -> None:
        zspage = alloc_zspage(
            pool, class_for(pool, pool.table[get_size_class_index(request)]), SLOW
        )
        assert zspage is not None
        made.append(zspage)

    assert run(pool, body) == []
    return made[0]


def words(zspage: Zspage) -> dict[tuple[int, int], int]:
    """The words of a zspage that are not zero, by page and offset."""
    return {
        (number, offset): word
        for number, page in enumerate(zspage.pages)
        for offset in range(0, PAGE_SIZE, 8)
        if (word := struct.unpack_from("<Q", page.bytes, offset)[0])
    }


def location(page: int, index: int) -> int:
    return ((FIRST_PFN + page) << 29 | index) << 1


def test_links_by_location_name_the_next_frame_and_the_index_in_it() -> None:
    zspage = fresh(pool_on(LOCATION), 2500)
    assert zspage.freeobj == location(0, 0)
    assert words(zspage) == {
        (0, 0): location(0, 1),
        (0, 2720): location(1, 0),
        (1, 1344): location(1, 1),
    }


def test_links_by_index_count_through_the_zspage_and_end_with_minus_one() -> None:
    zspage = fresh(pool_on(INDEX), 2500)
    assert zspage.freeobj == 0
    assert words(zspage) == {(0, 0): 2, (0, 2720): 4, (1, 1344): 6, (1, 4064): MINUS_ONE}


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [
        (LOCATION, {(0, 0): location(0, 1)}),
        (INDEX, {(0, 0): 2, (0, 2048): MINUS_ONE}),
    ],
)
def test_a_class_that_fills_its_pages_has_no_stub(
    kernel: Kernel, expected: dict[tuple[int, int], int]
) -> None:
    assert words(fresh(pool_on(kernel), 2040)) == expected


def test_objects_lie_one_behind_the_other_across_page_borders() -> None:
    layout = layout_of(3264, 4)
    assert layout.places == ((0, 0), (0, 3264), (1, 2432), (2, 1600), (3, 768), (3, 4032))
    assert layout.firsts == (0, 2, 3, 4)


@pytest.mark.parametrize("location", [(FIRST_PFN, 0), (FIRST_PFN + 7, 255), ((1 << 34) - 1, 1)])
def test_a_location_can_be_taken_apart_again(location: tuple[int, int]) -> None:
    assert obj_to_location(location_to_obj(*location)) == location
    assert obj_to_location(location_to_obj(*location) | 1) == location


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.version)
def test_an_allocated_object_begins_with_its_handle_and_the_tag(kernel: Kernel) -> None:
    pool = pool_on(kernel)
    handles: list[int] = []

    def body() -> None:
        handles.extend(zs_malloc(pool, 2040, SLOW) for _ in range(2))

    assert run(pool, body) == []
    page = pool.memory.page(FIRST_PFN)
    heads = [struct.unpack_from("<Q", page.bytes, offset)[0] for offset in (0, 2048)]
    assert heads == [handle | 1 for handle in handles]


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.version)
def test_a_huge_object_keeps_its_header_outside_the_page(kernel: Kernel) -> None:
    pool = pool_on(kernel)
    handles: list[int] = []

    def body() -> None:
        handles.append(zs_malloc(pool, 4096, SLOW))

    assert run(pool, body) == []
    zspage = pool.zspages[FIRST_PFN]
    assert zspage.huge_head == handles[0] | 1
    assert set(words(zspage).values()) <= {MINUS_ONE, MINUS_ONE_BEFORE_TWO_TAGS}


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.version)
def test_the_object_freed_last_is_handed_out_first(kernel: Kernel) -> None:
    pool = pool_on(kernel)
    numbers: list[int] = []

    def body() -> None:
        first, second, _ = [zs_malloc(pool, 1300, SLOW) for _ in range(3)]
        zs_free(pool, first)
        zs_free(pool, second)
        numbers.extend(number_of(pool, zs_malloc(pool, 1300, SLOW)) for _ in range(2))

    assert run(pool, body) == []
    assert numbers == [1, 0]


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.version)
def test_a_full_chain_that_is_taken_from_stops_the_machine(kernel: Kernel) -> None:
    pool = pool_on(kernel)

    def body() -> None:
        zspage = alloc_zspage(pool, class_for(pool, pool.table[INDEX_2040]), SLOW)
        assert zspage is not None
        for _ in range(3):
            obj_malloc(pool, zspage, 8)

    assert run(pool, body) == ["zsmalloc-wild-access"]
    [finding] = pool.world.findings
    assert (finding.place, finding.title) == (
        "obj_malloc",
        "BUG: unable to handle kernel paging request in obj_malloc",
    )


INDEX_2040 = get_size_class_index(2040)


def test_a_header_that_is_no_address_stops_who_follows_it() -> None:
    pool = pool_on(kernel_named("4.14", with_defects=("zs-huge-obj-to-head",)))

    def body() -> None:
        zs_malloc(pool, 4096, SLOW)
        zspage = pool.zspages[FIRST_PFN]
        zspage.huge_head = 0
        migrate_page(pool, zspage.pages[0])

    assert run(pool, body) == ["zsmalloc-wild-access"]
    [finding] = pool.world.findings
    assert finding.place == "migrate_pinned"
    assert finding.detail.startswith("0x0 is not a handle")
