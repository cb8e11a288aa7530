"""Buffers that do not begin where a page does: two pieces for one page of the device."""

import pytest

from targets.linux.block.bio import Op, Segment, bio_of
from targets.linux.block.disk import submit_bio
from targets.linux.kernel.versions import VERSIONS
from targets.linux.machine.page import PAGE_SIZE, SECTORS_PER_PAGE, Page
from targets.linux.zram.device import Zram
from tests.targets.linux.zram.devices import content, device, kinds, page_of, read, run, write

KNOWING_PARTS = VERSIONS[: VERSIONS.index("4.14")]
AT = 512
"""Where the buffer begins in its first page; it ends there in the second one."""


def pages(zram: Zram) -> tuple[Page, Page]:
    return page_of(zram, "random:1", pfn=20), page_of(zram, "text:2", pfn=21)


def transfer(zram: Zram, op: Op, buffer: tuple[Page, Page]) -> str:
    """Read or write page 3 of the device with a buffer that lies in two pages."""
    errors: list[str] = []
    first, second = Segment(buffer[0], AT, PAGE_SIZE - AT), Segment(buffer[1], 0, AT)
    bio = bio_of(op, 3 * SECTORS_PER_PAGE, (first, second), lambda bio: errors.append(bio.error))
    submit_bio(zram.disk, bio)
    return errors[0] or "ok"


@pytest.mark.parametrize("kernel", VERSIONS)
def test_what_is_written_in_two_parts_is_their_whole_second_page_from_4_12_on(kernel: str) -> None:
    zram = device(kernel)

    def use(zram: Zram) -> tuple[str, bytes | str]:
        return transfer(zram, Op.WRITE, pages(zram)), read(zram, 3)

    parts = content("random:1")[AT:] + content("text:2")[:AT]
    stored = parts if kernel in KNOWING_PARTS else content("text:2")
    assert run(zram, use) == [("ok", stored)]
    assert (zram.stats.num_writes, zram.stats.pages_stored) == (2, 1)
    assert kinds(zram) == []


@pytest.mark.parametrize("kernel", VERSIONS)
@pytest.mark.parametrize("recipe", ["text:5", "zeros"])
def test_what_is_read_in_two_parts_fills_both_pages_from_4_12_on(kernel: str, recipe: str) -> None:
    """The bytes around the buffer are somebody's, too."""
    zram = device(kernel)

    def use(zram: Zram) -> tuple[str, bytes, bytes]:
        write(zram, 3, recipe)
        buffer = pages(zram)
        answer = transfer(zram, Op.READ, buffer)
        return answer, bytes(buffer[0].bytes), bytes(buffer[1].bytes)

    block = content(recipe)
    first = content("random:1")[:AT] + block[: PAGE_SIZE - AT]
    second = block[PAGE_SIZE - AT :] + content("text:2")[AT:]
    expected = (first, second) if kernel in KNOWING_PARTS else (block, block)
    assert run(zram, use) == [("ok", *expected)]
    assert zram.machine.memory.in_use == (zram.meta.pool.pages_allocated)


@pytest.mark.parametrize("kernel", VERSIONS)
@pytest.mark.parametrize("op", [Op.READ, Op.WRITE])
def test_parts_that_are_known_take_a_page_of_memory(kernel: str, op: Op) -> None:
    zram = device(kernel)

    def use(zram: Zram) -> str:
        write(zram, 3, "text:5")
        return transfer(zram, op, pages(zram))

    known = kernel in KNOWING_PARTS
    assert run(zram, use, fails=["A zram.partial#2 ENOMEM"]) == ["EIO" if known else "ok"]
    failed = zram.stats.failed_reads + zram.stats.failed_writes
    assert failed == (1 if known else 0)
