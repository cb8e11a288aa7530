"""When a reset frees what a device holds, and what another task can do meanwhile."""

import pytest

from targets.linux.kernel.versions import VERSIONS
from targets.linux.zram.attributes import mem_limit_store
from targets.linux.zram.device import init_done
from targets.linux.zram.disksize import disksize_store
from targets.linux.zram.reset import reset_store
from tests.targets.linux.zram.devices import bare_device, device, kinds, read, run, write

FREED_LATER = ("4.14", "4.15", "4.20", "5.0", "5.4", "5.10", "5.15")


@pytest.mark.parametrize("kernel", FREED_LATER)
def test_a_set_up_after_init_lock_loses_its_table_to_the_reset(kernel: str) -> None:
    zram = device(kernel)
    run(
        zram,
        lambda zram: (write(zram, 0, "text:1"), reset_store(zram, "1"))[0],
        lambda zram: (disksize_store(zram, "32K"), read(zram, 0))[1],
        to=["A zram.meta.take#1 B", "B zram.init_lock.unlock#1 A", "A end#1 B"],
    )
    assert init_done(zram)
    assert kinds(zram) == ["zram-use-after-free"]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_second_size_is_refused_whoever_looks_first(kernel: str) -> None:
    zram = device(kernel)
    assert run(zram, lambda zram: disksize_store(zram, "32K")) == ["EBUSY"]
    assert zram.disksize == 65536


@pytest.mark.parametrize("kernel", VERSIONS)
def test_the_limit_goes_with_a_reset_even_of_a_device_without_a_size(kernel: str) -> None:
    zram = bare_device(kernel)
    run(zram, lambda zram: (mem_limit_store(zram, "1M"), reset_store(zram, "1")))
    assert (zram.limit_pages, zram.claim) == (0, False)
