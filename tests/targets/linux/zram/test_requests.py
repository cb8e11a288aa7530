"""Requests of several pages, write-zeroes, accesses: how kernels differ."""

import pytest

from targets.linux.block.bio import Op, Segment, bio_of, bio_unused
from targets.linux.block.disk import submit_bio
from targets.linux.kernel.versions import VERSIONS
from targets.linux.machine.page import PAGE_SIZE, Page
from targets.linux.zram.device import Zram
from tests.targets.linux.zram.devices import (
    content,
    device,
    kinds,
    page_of,
    read,
    run,
    submit,
    write,
)

SHIFTING = ("5.10", "5.15", "5.17", "5.19", "6.1", "6.3")
NOTING = VERSIONS[VERSIONS.index("4.20") :]
FAILED_ARE_ACCESSED = NOTING[: NOTING.index("6.3") + 1]
MISSING = VERSIONS[VERSIONS.index("5.0") :]


def write_three(zram: Zram) -> str:
    """Write `text:1`, `text:2`, `text:3` to the first slots with one bio."""
    pages = [page_of(zram, f"text:{number}", pfn=number) for number in (1, 2, 3)]
    bio = bio_of(Op.WRITE, 0, tuple(Segment(page) for page in pages), bio_unused)
    submit_bio(zram.disk, bio)
    return bio.error


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_bio_of_several_pages_goes_to_consecutive_slots(kernel: str) -> None:
    zram = device(kernel)
    answers = run(zram, lambda zram: (write_three(zram), *(read(zram, i) for i in range(3))))
    assert answers == [("", content("text:1"), content("text:2"), content("text:3"))]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_after_a_page_that_fails_the_rest_is_left_alone_or_comes_a_slot_too_early(
    kernel: str,
) -> None:
    zram = device(kernel)
    answers = run(
        zram,
        lambda zram: (write_three(zram), *(read(zram, i) for i in range(3))),
        fails=["A zcomp.compress#2 EINVAL"],
    )
    zeros = bytes(PAGE_SIZE)
    second = content("text:3") if kernel in SHIFTING else zeros
    assert answers == [("EIO", content("text:1"), second, zeros)]
    assert zram.stats.failed_writes == 1


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_disk_says_whether_it_can_write_zeroes(kernel: str) -> None:
    assert device(kernel).disk.write_zeroes is (kernel not in ("4.6", "4.7", "4.9", "4.10"))


@pytest.mark.parametrize("kernel", VERSIONS[VERSIONS.index("4.14") :])
def test_to_write_zeroes_is_to_empty_slots(kernel: str) -> None:
    zram = device(kernel)

    def act(zram: Zram) -> tuple[str, object]:
        write(zram, 0, "text:1")
        return submit(zram, Op.WRITE_ZEROES, 0, None, size=2 * PAGE_SIZE), read(zram, 0)

    assert run(zram, act) == [("ok", bytes(PAGE_SIZE))]
    assert (zram.stats.notify_free, zram.stats.pages_stored) == (2, 0)


@pytest.mark.parametrize("kernel", VERSIONS)
@pytest.mark.parametrize("fails", [(), ("A zcomp.compress#1 EINVAL",)])
def test_a_slot_is_accessed_when_it_is_used(kernel: str, fails: tuple[str, ...]) -> None:
    zram = device(kernel)
    zram.meta.slot(0).idle = True
    points = zram.machine.world.trace
    run(zram, lambda zram: write(zram, 0, "text:1"), fails=fails)
    locked = [point.name for _, point, _, _ in points].count("zram.slot.lock")
    if fails:
        assert locked == (kernel in FAILED_ARE_ACCESSED) + (kernel == "6.14")
    else:
        assert locked == 1 + (kernel in NOTING) + (kernel == "6.14")


@pytest.mark.parametrize("kernel", MISSING)
def test_swap_does_not_wait_for_a_slot_that_somebody_holds(kernel: str) -> None:
    zram = device(kernel)

    def read_slot(zram: Zram) -> object:
        write(zram, 0, "text:1")
        return read(zram, 0)

    answers = run(
        zram,
        read_slot,
        lambda zram: zram.disk.operations.swap_slot_free_notify(0),
        to=["A zsmalloc.object.read#1 B"],
    )
    assert answers == [content("text:1"), None]
    stats = zram.stats
    assert (stats.notify_free, stats.miss_free, stats.pages_stored) == (1, 1, 1)
    assert kinds(zram) == []


def test_the_access_time_is_kept_where_the_kernel_was_built_for_it() -> None:
    zram = device("5.0")
    page = Page(zram.machine.world, 3)
    run(zram, lambda zram: submit(zram, Op.WRITE, 0, page))
    assert zram.meta.slot(0).ac_time == 0
