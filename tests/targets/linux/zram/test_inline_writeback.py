"""Writes that go to the backing device at once, up to 4.20."""

import pytest

from targets.linux.block.bio import Bio, Op
from targets.linux.block.disk import submit_bio
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zram.device import Zram
from targets.linux.zsmalloc.inspection import leaked_objects
from tests.targets.linux.zram.backings import backed_device, read, since, until, write
from tests.targets.linux.zram.devices import content, kinds, page_of, rewrite, run

INLINE = until("5.0")
BLOCKED = "random:1"


@pytest.mark.parametrize("kernel", INLINE)
def test_a_page_that_does_not_compress_goes_to_the_first_block_but_0(kernel: str) -> None:
    zram, loop = backed_device(kernel)
    assert run(zram, lambda zram: write(zram, 3, BLOCKED)) == ["ok"]
    slot = zram.meta.slot(3)
    assert (slot.wb, slot.block, slot.handle, slot.huge) == (True, 1, 0, True)
    assert loop.block(1) == content(BLOCKED)
    assert (zram.stats.pages_stored, zram.stats.huge_pages, zram.stats.compr_data_size) == (1, 1, 0)
    assert kinds(zram) == []


@pytest.mark.parametrize("kernel", INLINE)
def test_what_was_written_back_is_read_back(kernel: str) -> None:
    zram, _ = backed_device(kernel)
    answers = run(zram, lambda zram: (write(zram, 3, BLOCKED), read(zram, 3)))
    assert answers == [("ok", content(BLOCKED))]
    assert zram.stats.bd_reads == 1


@pytest.mark.parametrize("kernel", since("5.0"))
def test_later_kernels_keep_it_in_memory(kernel: str) -> None:
    zram, loop = backed_device(kernel)
    run(zram, lambda zram: write(zram, 3, BLOCKED))
    assert (zram.meta.slot(3).wb, loop.blocks) == (False, {})


@pytest.mark.parametrize("kernel", INLINE)
def test_a_full_backing_device_leaves_the_page_in_memory(kernel: str) -> None:
    zram, _ = backed_device(kernel, pages=2)
    run(zram, lambda zram: [write(zram, index, f"random:{index}") for index in range(3)])
    assert [zram.meta.slot(index).wb for index in range(3)] == [True, False, False]
    assert zram.stats.bd_count == 1


@pytest.mark.parametrize("kernel", INLINE)
def test_without_memory_for_a_bio_the_page_stays_in_memory(kernel: str) -> None:
    zram, _ = backed_device(kernel)
    run(zram, lambda zram: write(zram, 0, BLOCKED), fails=["A bio.alloc#1 ENOMEM"])
    assert (zram.meta.slot(0).wb, zram.meta.slot(0).size) == (False, PAGE_SIZE)


@pytest.mark.parametrize("kernel", INLINE)
def test_a_write_that_the_backing_device_fails_has_changed_the_slot_all_the_same(
    kernel: str,
) -> None:
    zram, loop = backed_device(kernel)
    assert run(zram, lambda zram: write(zram, 0, BLOCKED), fails=["A backing.write#1 EIO"]) == [
        "EIO"
    ]
    assert (zram.meta.slot(0).wb, zram.meta.slot(0).block, loop.blocks) == (True, 1, {})
    assert zram.stats.failed_writes == 0


@pytest.mark.parametrize("kernel", INLINE)
def test_overwriting_frees_the_block(kernel: str) -> None:
    zram, _ = backed_device(kernel)
    run(zram, lambda zram: (write(zram, 0, BLOCKED), write(zram, 0, "text:1")))
    assert (zram.stats.bd_count, any(zram.backing.bitmap)) == (0, False)
    assert (zram.stats.pages_stored, zram.stats.huge_pages) == (1, 0)


@pytest.mark.parametrize("kernel", INLINE)
def test_a_second_pass_that_goes_to_the_backing_device_forgets_the_object_of_the_first(
    kernel: str,
) -> None:
    zram, _ = backed_device(kernel)
    page = page_of(zram, "text:1")

    def store(zram: Zram) -> None:
        submit_bio(zram.disk, Bio(Op.WRITE, 0, PAGE_SIZE, page, lambda _: None))

    run(
        zram,
        store,
        lambda zram: rewrite(zram, page, BLOCKED),
        fails=["A zsmalloc.handle#1 ENOMEM"],
        to=["A alloc_page.sleep#1 B"],
    )
    assert zram.meta.slot(0).wb
    assert len(leaked_objects(zram.meta.pool, ())) == 1
