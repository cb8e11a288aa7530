"""Mapping objects, and what an overrun destroys."""

import struct

import pytest

from fuzz.values.finding import Harm
from targets.linux.kernel.kernel import Kernel
from targets.linux.machine.memory import FIRST_PFN
from targets.linux.zsmalloc.inspection import broken_chains, broken_headers
from targets.linux.zsmalloc.mapping import zs_map_object, zs_unmap_object
from targets.linux.zsmalloc.pool import zs_free, zs_malloc
from targets.linux.zsmalloc.structs import MapMode, Pool
from targets.linux.zsmalloc.zspage import NO_PAGE
from tests.targets.linux.zsmalloc.bench import (
    FAST,
    LOCATION,
    MAPPED,
    SLOW,
    get,
    number_of,
    pool_on,
    put,
    run,
)

on_each_kernel = pytest.mark.parametrize("kernel", MAPPED, ids=lambda kernel: kernel.version)

GARBAGE = b"\xab" * 4096


def zram_bvec_write(pool: Pool, handle: int, data: bytes) -> None:
    """Copy into an object as the driver does, so that findings name it."""
    mapping = zs_map_object(pool, handle, MapMode.WO)
    mapping.write(data)
    zs_unmap_object(pool, handle)


@on_each_kernel
def test_an_overrun_destroys_the_link_behind_and_the_next_but_one_allocation_crashes(
    kernel: Kernel,
) -> None:
    pool = pool_on(kernel)
    reached: list[str] = []

    def body() -> None:
        first = zs_malloc(pool, 1300, SLOW)
        zram_bvec_write(pool, first, GARBAGE[: 1352 + 8])
        reached.append("written")
        assert number_of(pool, zs_malloc(pool, 1300, SLOW)) == 1
        reached.append("allocated once")
        zs_malloc(pool, 1300, SLOW)
        reached.append("allocated twice")

    assert run(pool, body) == ["zsmalloc-out-of-bounds", "zsmalloc-wild-access"]
    assert reached == ["written", "allocated once"]
    overrun, crash = pool.world.findings
    assert (overrun.harm, overrun.place, overrun.title, overrun.detail) == (
        Harm.CRASH,
        "zram_bvec_write",
        "BUG: KASAN: slab-out-of-bounds in zram_bvec_write",
        "write of 1360 at 0x100000008: 8 beyond the 1352 of object 0x100000, "
        "allocated by task A in zs_malloc; it touches nothing else that is in use; "
        "around it: "
        "<0x100000008> in object 0x100000 [0x100000008, 0x100000550)",
    )
    assert (crash.harm, crash.place, crash.title) == (
        Harm.CRASH,
        "obj_malloc",
        "BUG: unable to handle kernel paging request in obj_malloc",
    )


@on_each_kernel
def test_a_destroyed_link_breaks_the_free_chain(kernel: Kernel) -> None:
    pool = pool_on(kernel)
    run(pool, lambda: zram_bvec_write(pool, zs_malloc(pool, 1300, SLOW), GARBAGE[:1360]))
    [broken] = broken_chains(pool)
    assert broken.startswith("zspage at frame 0x100000, class 1360: ")


@on_each_kernel
def test_an_overrun_onto_an_allocated_neighbour_destroys_its_header_and_bytes(
    kernel: Kernel,
) -> None:
    pool = pool_on(kernel)
    neighbour: list[int] = []
    found: list[bytes] = []

    def body() -> None:
        first = zs_malloc(pool, 1300, SLOW)
        neighbour.append(zs_malloc(pool, 1300, SLOW))
        put(pool, neighbour[0], b"n" * 1300)
        zram_bvec_write(pool, first, GARBAGE[: 1352 + 8 + 3])
        found.append(get(pool, neighbour[0], 5))

    assert run(pool, body) == ["zsmalloc-out-of-bounds"]
    assert found == [b"\xab\xab\xabnn"]
    assert pool.world.findings[0].detail.count("it touches 3 of the 1352 of object 0x100008; ")
    assert list(broken_headers(pool)) == [
        f"the object of handle {neighbour[0]:#x} has the header 0xabababababababab"
    ]
    assert list(broken_chains(pool)) == []


def test_an_overrun_past_the_end_of_a_page_hits_the_physically_next_frame() -> None:
    pool = pool_on(LOCATION)

    def body() -> None:
        zs_malloc(pool, 2040, SLOW)
        last = zs_malloc(pool, 2040, SLOW)
        stranger = pool.memory.alloc_page(FAST, NO_PAGE)
        assert stranger is not None
        zram_bvec_write(pool, last, GARBAGE[: 2040 + 3])
        assert stranger.bytes[:4] == b"\xab\xab\xab\0"

    assert run(pool, body) == ["zsmalloc-out-of-bounds", "foreign-memory-corrupted"]
    assert [finding.place for finding in pool.world.findings] == 2 * ["zram_bvec_write"]


@on_each_kernel
def test_a_spanning_object_is_cut_to_its_class_without_an_overrun(kernel: Kernel) -> None:
    pool = pool_on(kernel)
    found: list[bytes] = []
    content = bytes(range(256)) * 16

    def body() -> None:
        _, spanning, last = [zs_malloc(pool, 2500, SLOW) for _ in range(3)]
        put(pool, last, b"l" * 2500)
        zram_bvec_write(pool, spanning, content[:4088])
        found.extend([get(pool, spanning, 2712), get(pool, last, 2500)])

    assert run(pool, body) == []
    assert found == [content[:2712], b"l" * 2500]
    assert list(broken_headers(pool)) == []


@on_each_kernel
def test_a_whole_page_overruns_the_buffer_of_a_spanning_object(kernel: Kernel) -> None:
    pool = pool_on(kernel)
    found: list[bytes] = []

    def body() -> None:
        _, spanning = [zs_malloc(pool, 2500, SLOW) for _ in range(2)]
        zram_bvec_write(pool, spanning, GARBAGE)
        found.append(get(pool, spanning, 2712))

    assert run(pool, body) == ["zsmalloc-out-of-bounds"]
    [finding] = pool.world.findings
    assert "8 beyond the 4096 of the mapping buffer of CPU 0" in finding.detail
    assert found == [GARBAGE[:2712]]


def test_a_mapping_for_writing_only_stores_stale_bytes_behind_what_was_written() -> None:
    pool = pool_on(LOCATION)
    found: list[bytes] = []

    def body() -> None:
        _, first, _ = [zs_malloc(pool, 2500, SLOW) for _ in range(3)]
        _, second, _ = [zs_malloc(pool, 2500, SLOW) for _ in range(3)]
        put(pool, first, b"old" * 4)
        put(pool, second, b"new")
        found.append(get(pool, second, 12))

    assert run(pool, body) == []
    assert found == [b"newoldoldold"]


def test_a_mapping_for_reading_writes_nothing_back() -> None:
    pool = pool_on(LOCATION)

    def body() -> None:
        _, spanning = [zs_malloc(pool, 2500, SLOW) for _ in range(2)]
        put(pool, spanning, b"kept")
        mapping = zs_map_object(pool, spanning, MapMode.RO)
        pool.areas.values[0].buffer[8:12] = b"lost"
        assert mapping.read(4) == b"lost"
        zs_unmap_object(pool, spanning)
        assert get(pool, spanning, 4) == b"kept"

    assert run(pool, body) == []


def test_a_mapping_inside_one_page_changes_the_object_at_once() -> None:
    pool = pool_on(LOCATION)

    def body() -> None:
        handle = zs_malloc(pool, 1000, SLOW)
        mapping = zs_map_object(pool, handle, MapMode.RO)
        mapping.write(b"now")
        assert pool.memory.page(FIRST_PFN).bytes[8:11] == b"now"
        zs_unmap_object(pool, handle)

    assert run(pool, body) == []


def test_a_read_past_the_end_shows_what_lies_behind() -> None:
    pool = pool_on(LOCATION)
    found: list[bytes] = []

    def zram_decompress_page() -> None:
        first, second = [zs_malloc(pool, 1300, SLOW) for _ in range(2)]
        found.append(get(pool, first, 1360)[1352:])
        found.append(struct.pack("<Q", second | 1))

    assert run(pool, zram_decompress_page) == ["zsmalloc-out-of-bounds"]
    assert found[0] == found[1]


def test_nothing_may_sleep_while_an_object_is_mapped() -> None:
    pool = pool_on(LOCATION)

    def body() -> None:
        handle = zs_malloc(pool, 1000, SLOW)
        zs_map_object(pool, handle, MapMode.RO)
        pool.world.might_sleep()
        zs_unmap_object(pool, handle)
        pool.world.might_sleep()

    assert run(pool, body) == ["sleeping-while-atomic"]


@on_each_kernel
def test_using_a_freed_object_is_found_and_goes_on_with_what_is_there(kernel: Kernel) -> None:
    pool = pool_on(kernel)
    found: list[bytes] = []

    def zram_decompress_page() -> None:
        handle, _ = [zs_malloc(pool, 1300, SLOW) for _ in range(2)]
        put(pool, handle, b"stale")
        zs_free(pool, handle)
        found.append(get(pool, handle, 5))

    assert run(pool, zram_decompress_page) == 2 * ["zsmalloc-use-after-free"]
    assert [finding.place for finding in pool.world.findings] == ["zs_map_object", "get"]
    assert found == [b"stale"]


@on_each_kernel
def test_using_an_object_whose_zspage_is_gone_stops_the_machine(kernel: Kernel) -> None:
    pool = pool_on(kernel)

    def body() -> None:
        handle = zs_malloc(pool, 1300, SLOW)
        zs_free(pool, handle)
        zs_map_object(pool, handle, MapMode.RO)
        raise AssertionError("unreachable")

    assert run(pool, body) == ["zsmalloc-use-after-free", "zsmalloc-wild-access"]


@pytest.mark.parametrize(("handle", "kind"), [(0, "kernel-bug"), (24, "zsmalloc-wild-access")])
def test_what_is_no_handle_cannot_be_mapped(handle: int, kind: str) -> None:
    pool = pool_on(LOCATION)

    def body() -> None:
        zs_map_object(pool, handle, MapMode.RO)

    assert run(pool, body) == [kind]


def test_an_interrupt_must_not_map() -> None:
    pool = pool_on(LOCATION)

    def handler() -> None:
        zs_map_object(pool, 8, MapMode.RO)

    pool.world.spawn("irq", handler, interrupt=True)
    pool.world.run()
    [finding] = pool.world.findings
    assert (finding.kind, finding.place) == ("kernel-bug", "zs_map_object")
