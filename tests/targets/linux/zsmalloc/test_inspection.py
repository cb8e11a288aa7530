"""What judges see of a pool: broken chains, broken headers, leaks."""

import struct
from collections.abc import Callable

import pytest

from targets.linux.kernel.kernel import Kernel
from targets.linux.machine.memory import FIRST_PFN
from targets.linux.zsmalloc.inspection import (
    broken_chains,
    broken_headers,
    leaked_objects,
    live_handles,
)
from targets.linux.zsmalloc.pool import zs_free, zs_malloc
from targets.linux.zsmalloc.structs import Pool
from tests.targets.linux.zsmalloc.bench import INDEX, KERNELS, LOCATION, SLOW, pool_on, run

on_both_kernels = pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.version)


def with_objects(kernel: Kernel, request: int, count: int, *freed: int) -> Pool:
    """Make a pool, allocate objects of one size and free some again, by number."""
    pool = pool_on(kernel)

    def body() -> None:
        handles = [zs_malloc(pool, request, SLOW) for _ in range(count)]
        for number in freed:
            zs_free(pool, handles[number])

    assert run(pool, body) == []
    return pool


@on_both_kernels
@pytest.mark.parametrize("request_size", [24, 40, 1000, 1300, 2040, 2500, 3256, 4096])
@pytest.mark.parametrize("freed", [(), (0,), (0, 2, 1)])
def test_a_pool_that_was_only_used_is_whole(
    kernel: Kernel, request_size: int, freed: tuple[int, ...]
) -> None:
    pool = with_objects(kernel, request_size, 4, *freed)
    assert [*broken_chains(pool), *broken_headers(pool)] == []


def poke(pool: Pool, offset: int, word: int) -> None:
    struct.pack_into("<Q", pool.memory.page(FIRST_PFN).bytes, offset, word)


def index(number: int) -> int:
    return number << 1


def location(number: int) -> int:
    return (FIRST_PFN << 29 | number) << 1


@pytest.mark.parametrize(("kernel", "link"), [(LOCATION, location), (INDEX, index)])
@pytest.mark.parametrize(
    ("to", "complaint"),
    [
        (0, "it leads to object 0, which is in use"),
        (1, "it leads back to object 1"),
        (3, "after 1 free objects it leads outside, to "),
        (99, "after 1 free objects it leads outside, to "),
    ],
)
def test_a_link_that_leads_astray_breaks_the_chain(
    kernel: Kernel, link: Callable[[int], int], to: int, complaint: str
) -> None:
    pool = with_objects(kernel, 1300, 1)
    poke(pool, 1360, link(to))
    [broken] = broken_chains(pool)
    assert complaint in broken


@pytest.mark.parametrize(("kernel", "link"), [(LOCATION, location), (INDEX, index)])
def test_a_chain_that_goes_on_after_the_last_free_object_is_broken(
    kernel: Kernel, link: Callable[[int], int]
) -> None:
    pool = with_objects(kernel, 2040, 1)
    poke(pool, 2048, link(0))
    [broken] = broken_chains(pool)
    assert "it goes on after all 1 free objects" in broken


@on_both_kernels
def test_bytes_left_in_freed_objects_do_not_matter(kernel: Kernel) -> None:
    pool = with_objects(kernel, 1300, 2, 1)
    poke(pool, 1360 + 8, 0xABAB)
    poke(pool, 2720 + 8, 0xABAB)
    assert list(broken_chains(pool)) == []


@on_both_kernels
def test_a_header_that_is_not_its_handle_is_broken(kernel: Kernel) -> None:
    pool = with_objects(kernel, 1300, 2)
    first, _ = live_handles(pool)
    poke(pool, 0, 0x42)
    assert list(broken_headers(pool)) == [f"the object of handle {first:#x} has the header 0x42"]


@on_both_kernels
def test_objects_that_nobody_knows_are_leaked(kernel: Kernel) -> None:
    pool = with_objects(kernel, 1300, 3, 1)
    first, last = live_handles(pool)
    assert leaked_objects(pool, known=[first]) == [last]
    assert leaked_objects(pool, known=[last, first]) == []
