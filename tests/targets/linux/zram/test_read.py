"""Reading: where an object that spans two pages of its pool is put together."""

import pytest

from targets.linux.kernel.versions import VERSIONS
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zram.comps import comp_of
from targets.linux.zram.device import Zram
from targets.linux.zram.zcomp import zcomp_stream_get, zcomp_stream_put
from targets.linux.zsmalloc.objects import spans
from targets.linux.zsmalloc.zspage import get_zspage
from tests.targets.linux.zram.devices import content, device, kinds, read, run, write

UNMAPPED = ("6.17", "6.18", "6.19")


def local_copy(zram: Zram) -> bytes:
    comp = comp_of(zram, 0)
    zstrm = zcomp_stream_get(comp)
    zcomp_stream_put(comp, zstrm)
    return bytes(zstrm.local_copy)


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_spanning_object_is_read_in_the_stream_from_6_16_on(kernel: str) -> None:
    zram = device(kernel)
    recipes = [f"size:2500:{index}" for index in range(4)]

    def use(zram: Zram) -> bool:
        for index, recipe in enumerate(recipes):
            write(zram, index, recipe)
            assert read(zram, index) == content(recipe)
        handles = [zram.meta.slot(index).handle for index in range(4)]
        assert any(spans(*get_zspage(zram.meta.pool, handle)) for handle in handles)
        return local_copy(zram) != bytes(PAGE_SIZE)

    assert run(zram, use) == [kernel in UNMAPPED]
    assert kinds(zram) == []


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_page_that_is_stored_whole_needs_no_copy(kernel: str) -> None:
    zram = device(kernel)

    def use(zram: Zram) -> bytes:
        write(zram, 0, "random:1")
        assert read(zram, 0) == content("random:1")
        return local_copy(zram)

    assert run(zram, use) == [bytes(PAGE_SIZE)]
