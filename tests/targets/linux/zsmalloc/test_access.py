"""Reading and writing objects without a mapping, as from 6.16 on."""

import pytest

from targets.linux.kernel.build import Build
from targets.linux.kernel.versions import kernel_named
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zsmalloc.access import zs_obj_read_begin, zs_obj_read_end, zs_obj_write
from targets.linux.zsmalloc.compaction import zs_compact
from targets.linux.zsmalloc.inspection import broken_chains, broken_headers
from targets.linux.zsmalloc.pool import zs_free, zs_malloc
from targets.linux.zsmalloc.structs import Pool
from tests.targets.linux.zsmalloc.bench import SLOW, get, number_of, pool_on, run

KERNEL = kernel_named("6.17", build=Build(chain_size=4))
GARBAGE = b"\xab" * PAGE_SIZE


def zram_write_page(pool: Pool, handle: int, data: bytes) -> None:
    """Write an object as the driver does, so that findings name it."""
    zs_obj_write(pool, handle, data)


@pytest.mark.parametrize("size", [24, 1300, 2500, 4096])
def test_every_object_holds_what_was_written_wherever_it_lies(size: int) -> None:
    pool = pool_on(KERNEL)

    def body() -> None:
        handles = [zs_malloc(pool, size, SLOW) for _ in range(4)]
        for number, handle in enumerate(handles):
            zs_obj_write(pool, handle, bytes([number]) * size)
        assert [get(pool, handle, size) for handle in handles] == [
            bytes([number]) * size for number in range(4)
        ]

    assert run(pool, body) == []
    assert [*broken_chains(pool), *broken_headers(pool)] == []


def test_what_is_written_is_stored_and_nothing_more() -> None:
    pool = pool_on(KERNEL)
    found: list[bytes] = []

    def body() -> None:
        _, spanning, _ = [zs_malloc(pool, 2500, SLOW) for _ in range(3)]
        zs_obj_write(pool, spanning, b"o" * 2500)
        zs_obj_write(pool, spanning, b"n" * 2000)
        found.append(get(pool, spanning, 2500))

    assert run(pool, body) == []
    assert found == [b"n" * 2000 + b"o" * 500]


def test_a_user_may_sleep_while_it_reads() -> None:
    pool = pool_on(KERNEL)

    def body() -> None:
        handle = zs_malloc(pool, 1000, SLOW)
        zs_obj_write(pool, handle, b"kept")
        view = zs_obj_read_begin(pool, handle, None)
        pool.world.might_sleep()
        assert zs_compact(pool) == 0
        assert view.read(4) == b"kept"
        zs_obj_read_end(pool, handle)

    assert run(pool, body) == []


def test_a_spanning_object_is_read_from_the_copy_that_the_caller_gave() -> None:
    pool = pool_on(KERNEL)
    copy = bytearray(b"s" * PAGE_SIZE)

    def body() -> None:
        _, spanning = [zs_malloc(pool, 2500, SLOW) for _ in range(2)]
        zs_obj_write(pool, spanning, b"x" * 2712)
        view = zs_obj_read_begin(pool, spanning, copy)
        assert view.read(2714) == b"x" * 2712 + b"ss"
        zs_obj_read_end(pool, spanning)

    assert run(pool, body) == []


def test_an_overrun_inside_a_page_destroys_the_link_behind() -> None:
    pool = pool_on(KERNEL)

    def body() -> None:
        zram_write_page(pool, zs_malloc(pool, 1300, SLOW), GARBAGE[: 1352 + 8])
        assert number_of(pool, zs_malloc(pool, 1300, SLOW)) == 1
        zs_malloc(pool, 1300, SLOW)

    assert run(pool, body) == ["zsmalloc-out-of-bounds", "zsmalloc-wild-access"]
    assert pool.world.findings[0].place == "zram_write_page"


def test_an_overrun_of_a_page_goes_on_in_the_next_page_of_the_zspage() -> None:
    pool = pool_on(KERNEL)

    def body() -> None:
        _, spanning, last = [zs_malloc(pool, 2500, SLOW) for _ in range(3)]
        zs_obj_write(pool, last, b"l" * 2500)
        zram_write_page(pool, spanning, GARBAGE[: 2712 + 8 + 3])
        assert get(pool, last, 5) == b"\xab\xab\xabll"

    assert run(pool, body) == ["zsmalloc-out-of-bounds"]
    assert len(list(broken_headers(pool))) == 1


def test_an_overrun_of_the_last_page_follows_a_link_that_is_null() -> None:
    pool = pool_on(KERNEL)

    def body() -> None:
        last = [zs_malloc(pool, 2040, SLOW) for _ in range(2)][-1]
        zram_write_page(pool, last, GARBAGE[: 2040 + 3])

    assert run(pool, body) == ["zsmalloc-out-of-bounds", "zsmalloc-wild-access"]
    assert pool.world.findings[1].title == (
        "BUG: unable to handle kernel paging request in zs_obj_write"
    )


def test_using_a_freed_object_is_found() -> None:
    pool = pool_on(KERNEL)

    def body() -> None:
        handle, _ = [zs_malloc(pool, 1300, SLOW) for _ in range(2)]
        zs_free(pool, handle)
        zram_write_page(pool, handle, b"stale")

    assert run(pool, body) == ["zsmalloc-use-after-free"]
    assert pool.world.findings[0].place == "zram_write_page"
