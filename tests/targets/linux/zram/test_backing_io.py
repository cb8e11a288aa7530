"""Requests to a backing device: the memory for them, and what a read makes of none."""

import pytest

from targets.linux.zram.device import Zram
from tests.targets.linux.zram.backings import (
    WITH_WRITEBACK,
    backed_device,
    read,
    since,
    store,
    write,
    written_back,
)
from tests.targets.linux.zram.devices import content, kinds, run


@pytest.mark.parametrize("kernel", WITH_WRITEBACK)
def test_a_read_fails_without_memory_for_a_bio_until_that_is_waited_for_in_5_17(
    kernel: str,
) -> None:
    zram, _ = backed_device(kernel)

    def use(zram: Zram) -> bytes | str:
        write(zram, 3, "text:1")
        store(zram, "idle", "all")
        store(zram, "writeback", "idle")
        assert written_back(zram) == [3]
        return read(zram, 3)

    waits = kernel in since("5.17")
    assert run(zram, use, fails=["A bio.alloc#1 ENOMEM"]) == [content("text:1") if waits else "EIO"]
    assert (zram.stats.failed_reads, zram.stats.bd_reads) == (0 if waits else 1, 1)
    assert kinds(zram) == []
