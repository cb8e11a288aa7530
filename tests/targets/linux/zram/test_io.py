"""Requests: which are valid, what they count, when they are completed."""

import pytest

from targets.linux.block.bio import Bio, Op
from targets.linux.block.disk import bdev_read_page, bdev_write_page, submit_bio
from targets.linux.kernel.versions import VERSIONS
from targets.linux.machine.page import PAGE_SIZE, Page, fill_page
from targets.linux.zram.device import Zram
from targets.linux.zram.inspection import Unreadable, slot_image
from targets.linux.zram.read import look_again
from tests.targets.linux.zram.devices import (
    LOOKING_TWICE,
    bare_device,
    content,
    device,
    kinds,
    page_of,
    read,
    rewrite,
    run,
    submit,
    write,
)

UP_TO_6_3 = VERSIONS[: VERSIONS.index("6.3") + 1]


def bio_at(zram: Zram, sector: int, size: int) -> str:
    errors: list[str] = []
    page = page_of(zram)
    submit_bio(
        zram.disk, Bio(Op.READ, sector, size, page, lambda bio: errors.append(bio.error or "ok"))
    )
    return errors[0]


WITH_RW_PAGE = VERSIONS[: VERSIONS.index("6.3")]


@pytest.mark.parametrize("kernel", VERSIONS)
@pytest.mark.parametrize(
    ("sector", "size", "answer"),
    [
        (0, PAGE_SIZE, "ok"),
        (120, PAGE_SIZE, "ok"),
        (128, PAGE_SIZE, "EIO"),
        (120, 2 * PAGE_SIZE, "EIO"),
    ],
)
def test_the_block_layer_refuses_what_lies_beyond_the_device(
    kernel: str, sector: int, size: int, answer: str
) -> None:
    zram = device(kernel)
    assert run(zram, lambda zram: bio_at(zram, sector, size)) == [answer]
    assert zram.stats.invalid_io == 0


@pytest.mark.parametrize("kernel", UP_TO_6_3)
@pytest.mark.parametrize(("sector", "size"), [(1, PAGE_SIZE), (0, 512)])
def test_a_request_is_for_whole_pages(kernel: str, sector: int, size: int) -> None:
    zram = device(kernel)
    assert run(zram, lambda zram: bio_at(zram, sector, size)) == ["EIO"]
    assert zram.stats.invalid_io == 1


def test_a_device_without_a_size_refuses_requests_and_does_not_count_them() -> None:
    zram = bare_device()
    assert run(zram, lambda zram: bio_at(zram, 0, PAGE_SIZE)) == ["EIO"]
    assert zram.stats.invalid_io == 0


def locked_page(zram: Zram, recipe: str) -> Page:
    page = page_of(zram, recipe)
    page.lock.acquire()
    return page


@pytest.mark.parametrize("kernel", WITH_RW_PAGE)
def test_rw_page_does_the_io_and_unlocks_the_page(kernel: str) -> None:
    zram = device(kernel)

    def write_and_read(zram: Zram) -> tuple[bytes, tuple[bool, ...]]:
        page = locked_page(zram, "text:1")
        bdev_write_page(zram.disk, 0, page)
        other = locked_page(zram, "random:2")
        bdev_read_page(zram.disk, 0, other)
        flags = (page.writeback, page.lock.locked, other.lock.locked, other.uptodate)
        return bytes(other.bytes), flags

    assert run(zram, write_and_read) == [(content("text:1"), (False, False, False, True))]


@pytest.mark.parametrize("kernel", WITH_RW_PAGE)
def test_a_huge_page_goes_in_a_bio_since_huge_pages_are_swapped_whole(kernel: str) -> None:
    zram = device(kernel)

    def write_huge(zram: Zram) -> str:
        page = locked_page(zram, "text:1")
        page.trans_huge = True
        bdev_write_page(zram.disk, 0, page)
        return "written"

    whole = kernel not in ("4.6", "4.7", "4.9", "4.10")
    assert run(zram, write_huge) == ["ENOTSUPP" if whole else "written"]
    assert zram.stats.num_writes == (0 if whole else 1)
    assert zram.stats.failed_writes == 0


@pytest.mark.parametrize(
    ("sector", "fails", "answer"),
    [
        (0, ("A zsmalloc.handle#1 ENOMEM", "A zsmalloc.handle#2 ENOMEM"), "ENOMEM"),
        (0, ("A zcomp.compress#1 EINVAL",), "EINVAL"),
        (128, (), "EINVAL"),
    ],
)
def test_a_refused_rw_page_leaves_the_page_locked_and_not_under_writeback(
    sector: int, fails: tuple[str, ...], answer: str
) -> None:
    zram = device()
    pages: list[Page] = []

    def try_to_write(zram: Zram) -> None:
        pages.append(locked_page(zram, "text:1"))
        bdev_write_page(zram.disk, sector, pages[0])

    assert run(zram, try_to_write, fails=fails) == [answer]
    assert (pages[0].lock.locked, pages[0].writeback) == (True, False)


def test_reads_and_writes_are_counted_whether_they_succeed_or_not() -> None:
    zram = device()
    run(
        zram,
        lambda zram: (write(zram, 0, "text:1"), write(zram, 1, "text:1"), read(zram, 0)),
        fails=["A zcomp.compress#2 EINVAL"],
    )
    stats = zram.stats
    counted = (stats.num_reads, stats.num_writes, stats.failed_reads, stats.failed_writes)
    assert counted == (1, 2, 0, 1)


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_slot_that_does_not_decompress_is_an_io_error(kernel: str) -> None:
    zram = device(kernel)

    def write_damage_read(zram: Zram) -> object:
        write(zram, 0, "text:1")
        zram.meta.slot(0).size = 40  # the block has more
        return read(zram, 0)

    assert run(zram, write_damage_read) == ["EIO"]
    assert zram.stats.failed_reads == 1
    assert slot_image(zram, 0) == Unreadable("its 40 bytes do not decompress")


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_discard_empties_the_slots_that_it_covers(kernel: str) -> None:
    zram = device(kernel)

    def fill_and_discard(zram: Zram) -> list[object]:
        for index in range(4):
            write(zram, index, "zeros" if index == 1 else "text:1")
        answer = submit(zram, Op.DISCARD, 1, None, size=2 * PAGE_SIZE)
        return [answer, *(read(zram, index) for index in range(4))]

    text, zeros = content("text:1"), content("zeros")
    assert run(zram, fill_and_discard) == [["ok", text, zeros, zeros, text]]
    stats = zram.stats
    assert (stats.notify_free, stats.pages_stored, stats.same_pages) == (2, 2, 0)


@pytest.mark.parametrize("kernel", VERSIONS)
def test_swap_says_that_a_slot_is_free(kernel: str) -> None:
    zram = device(kernel)

    def write_and_notify(zram: Zram) -> None:
        write(zram, 0, "text:1")
        for _ in range(2):
            zram.disk.operations.swap_slot_free_notify(0)

    run(zram, write_and_notify)
    assert (zram.stats.notify_free, zram.stats.pages_stored) == (2, 0)
    assert slot_image(zram, 0) is None


@pytest.mark.parametrize("kernel", LOOKING_TWICE)
def test_a_slot_that_is_freed_between_two_looks_reads_as_zeros(kernel: str) -> None:
    zram = device(kernel)
    answers = run(
        zram,
        lambda zram: (write(zram, 0, "text:1"), read(zram, 0))[1],
        lambda zram: zram.disk.operations.swap_slot_free_notify(0),
        to=["A zram.slot.lock#3 B"],
    )
    assert answers == [content("zeros"), None]
    assert kinds(zram) == []


@pytest.mark.parametrize("kernel", VERSIONS)
def test_an_asynchronous_device_takes_bios_only_and_completes_them_later(kernel: str) -> None:
    zram = device(kernel, asynchronous=True)
    page = page_of(zram, "text:1")
    answers = run(
        zram,
        lambda zram: bdev_write_page(zram.disk, 0, page),
        lambda zram: submit(zram, Op.WRITE, 0, page),
    )
    assert answers == ["EOPNOTSUPP", "pending"]
    assert slot_image(zram, 0) == content("text:1")
    assert zram.machine.world.trace[-1][0].name == "zramd"


@pytest.mark.parametrize(
    ("kernel", "found"),
    [("4.6", []), ("4.7", ["zsmalloc-out-of-bounds"]), ("4.9", ["zsmalloc-out-of-bounds"])],
)
def test_one_fault_is_enough_to_overrun_an_asynchronous_device(
    kernel: str, found: list[str]
) -> None:
    """What the thread reports: the worker compresses while the owner writes."""
    zram = device(kernel, asynchronous=True)
    page = page_of(zram, "size:100:1")
    run(
        zram,
        lambda zram: submit(zram, Op.WRITE, 0, page),
        lambda zram: rewrite(zram, page, "random:1"),
        fails=["zramd zsmalloc.handle#1 ENOMEM"],
        to=["A end#1 zramd", "zramd zsmalloc.handle#2 B"],
    )
    assert kinds(zram)[:1] == found


def test_a_slot_that_was_emptied_meanwhile_reads_as_zeros_with_its_lock_dropped() -> None:
    zram = device()
    slot = zram.meta.slot(3)
    page = page_of(zram)
    fill_page(page, content("text:1"))

    def decompress(zram: Zram) -> str:
        look_again(zram, page, slot)
        return bytes(page.bytes).strip(b"\0").decode()

    assert run(zram, decompress) == [""]
    names = [event[1].name for event in zram.machine.world.trace]
    assert names.index("zram.slot.unlock") < names.index("page.write")
