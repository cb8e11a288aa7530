"""The CRC disk: it looks at a page twice, and says when the two looks differ."""

from collections.abc import Callable
from zlib import crc32

import pytest

from fuzz.values.anchor import Anchor, Fault, Switch
from fuzz.values.finding import Harm
from fuzz.values.refusal import Refusal
from fuzz.world.faults.explicit import ExplicitFaults
from fuzz.world.schedule.replay import Replay
from fuzz.world.world import World
from targets.linux.block.bio import Bio, Op, Segment, bio_of
from targets.linux.block.capabilities import (
    bdev_stable_writes,
    bdi_cap_stable_pages_required,
    revalidate_disk,
)
from targets.linux.block.crc_disk import CrcDisk, format_disk
from targets.linux.block.disk import bdev_read_page, bdev_write_page, blkdev_get, submit_bio
from targets.linux.block.platter import Block
from targets.linux.kernel.versions import kernel_named
from targets.linux.machine.machine import Machine
from targets.linux.machine.memory import Memory
from targets.linux.machine.page import PAGE_BYTES_WRITE, PAGE_SIZE, SECTORS_PER_PAGE, Page

ONES = b"\1" * PAGE_SIZE
TWOS = b"\2" * PAGE_SIZE


class Bench:
    """A disk of four blocks, and what became of the bios, in the order of completion."""

    def __init__(self, *, protected: bool = True) -> None:
        self.world = World()
        machine = Machine(self.world, kernel_named("4.9"), Memory(self.world))
        self.driver = CrcDisk(machine, "sda", 1, pages=4, protected=protected)
        self.completed: list[tuple[int, str]] = []

    def page(self, contents: bytes = ONES, pfn: int = 7) -> Page:
        page = Page(self.world, pfn)
        page.bytes[:] = contents
        return page

    def submit(self, op: Op, index: int, page: Page | None, size: int = PAGE_SIZE) -> None:
        submit_bio(self.driver.disk, Bio(op, index * SECTORS_PER_PAGE, size, page, self.complete))

    def rewrite(self, page: Page) -> None:
        self.world.reach(PAGE_BYTES_WRITE, page.pfn)
        page.bytes[:] = TWOS

    def run(
        self,
        *acts: Callable[[], None],
        to: tuple[Switch, ...] = (),
        fails: tuple[Fault, ...] = (),
    ) -> None:
        self.world.follow(Replay(to), ExplicitFaults(fails))
        for name, act in zip("AB", acts, strict=False):
            self.world.spawn(name, act)
        self.world.run()

    def complete(self, bio: Bio) -> None:
        self.completed.append((bio.sector // SECTORS_PER_PAGE, bio.error))


def switch(task: str, point: str, visit: int, to: str) -> Switch:
    return Switch(Anchor(task, point, visit), to)


def fault(point: str, outcome: str) -> Fault:
    return Fault(Anchor("A", point, 1), outcome)


def findings(bench: Bench) -> list[tuple[str, str, Harm]]:
    return [(found.kind, found.place, found.harm) for found in bench.world.findings]


def test_a_bio_is_completed_later_by_an_interrupt() -> None:
    bench = Bench()
    page = bench.page()
    seen: list[object] = []

    def submit() -> None:
        bench.submit(Op.WRITE, 1, page)
        seen.append(list(bench.completed))

    bench.run(submit)
    assert seen == [[]]
    assert bench.completed == [(1, "")]
    assert bench.driver.block(1) == Block(ONES, crc32(ONES))


def test_what_was_written_is_read_back() -> None:
    bench = Bench()
    page, other = bench.page(), bench.page(TWOS, pfn=8)
    bench.world.boot(lambda: bench.submit(Op.WRITE, 1, page))
    bench.run(lambda: bench.submit(Op.READ, 1, other))
    assert (bytes(other.bytes), bench.completed, findings(bench)) == (ONES, [(1, ""), (1, "")], [])


def test_a_block_that_was_never_written_is_zeros() -> None:
    bench = Bench()
    page = bench.page()
    bench.run(lambda: bench.submit(Op.READ, 3, page))
    assert bytes(page.bytes) == bytes(PAGE_SIZE)


def mismatched(*later: Callable[[Bench], object]) -> Bench:
    """Let the owner of a page change it after the CRC and before the transfer, and then more."""
    bench = Bench()
    page = bench.page()

    def rewrite() -> None:
        bench.rewrite(page)
        for act in later:
            act(bench)

    bench.run(lambda: bench.submit(Op.WRITE, 0, page), rewrite, to=(switch("A", "end", 1, "B"),))
    return bench


def test_a_page_that_changes_before_the_transfer_is_stored_with_the_wrong_crc() -> None:
    bench = mismatched()
    assert findings(bench) == [("crc-mismatch", "receive_page", Harm.LATENT)]
    assert bench.completed == [(0, "")]
    assert bench.driver.block(0) == Block(TWOS, crc32(ONES))


def test_reading_a_block_with_the_wrong_crc_is_an_error() -> None:
    bench = mismatched(lambda bench: bench.submit(Op.READ, 0, bench.page(pfn=9)))
    assert findings(bench) == [
        ("crc-mismatch", "receive_page", Harm.LATENT),
        ("crc-mismatch-read", "send_page", Harm.LATENT),
    ]
    assert bench.completed == [(0, ""), (0, "EIO")]


@pytest.mark.parametrize("moment", ["before the CRC", "after the transfer"])
def test_a_page_may_change_before_the_crc_and_after_the_transfer(moment: str) -> None:
    bench = Bench()
    page = bench.page()
    before = switch("A", "disk.write", 1, "B")
    bench.run(
        lambda: bench.submit(Op.WRITE, 0, page),
        lambda: bench.rewrite(page),
        to=(before,) if moment == "before the CRC" else (switch("A", "end", 1, "dma"),),
    )
    assert findings(bench) == []


def test_the_order_of_completion_is_free() -> None:
    bench = Bench()
    page = bench.page()

    def submit_two() -> None:
        bench.submit(Op.WRITE, 0, page)
        bench.submit(Op.WRITE, 1, page)

    bench.run(submit_two, to=(switch("A", "end", 1, "dma.2"),))
    assert bench.completed == [(1, ""), (0, "")]


@pytest.mark.parametrize(("op", "point"), [(Op.WRITE, "disk.write"), (Op.READ, "disk.read")])
def test_a_failed_transfer_changes_nothing(op: Op, point: str) -> None:
    bench = Bench()
    page = bench.page()
    bench.run(lambda: bench.submit(op, 0, page), fails=(fault(point, "EIO"),))
    assert bench.completed == [(0, "EIO")]
    assert (bytes(page.bytes), bench.driver.blocks) == (ONES, {})


@pytest.mark.parametrize(("op", "point"), [(Op.WRITE, "disk.write"), (Op.READ, "disk.read")])
def test_a_late_completion_comes_when_nothing_else_can_happen(op: Op, point: str) -> None:
    bench = Bench()
    page = bench.page()

    def submit_two() -> None:
        bench.submit(op, 0, page)
        bench.submit(op, 1, page)

    bench.run(submit_two, fails=(fault(point, "LATE"),))
    assert bench.completed == [(1, ""), (0, "")]
    assert bench.world.clock.now > 0


THREES = b"\3" * PAGE_SIZE


def test_of_a_torn_write_half_arrives_intact_and_the_writer_gets_an_error() -> None:
    bench = Bench()
    page, other = bench.page(), bench.page(THREES, pfn=8)
    bench.world.boot(lambda: bench.submit(Op.WRITE, 1, page))
    bench.run(lambda: bench.submit(Op.WRITE, 1, other), fails=(fault("disk.write", "TORN"),))
    mixed = THREES[:2048] + ONES[2048:]
    assert bench.driver.block(1) == Block(mixed, crc32(mixed))
    assert (bench.completed, findings(bench)) == ([(1, ""), (1, "EIO")], [])


def test_of_a_torn_read_half_arrives_and_the_reader_gets_an_error() -> None:
    bench = Bench()
    page = bench.page()
    bench.run(lambda: bench.submit(Op.READ, 1, page), fails=(fault("disk.read", "TORN"),))
    assert bytes(page.bytes) == bytes(2048) + ONES[2048:]
    assert bench.completed == [(1, "EIO")]


def two_pages(bench: Bench, op: Op, first: int, *pages: Page) -> None:
    """Submit one request for several blocks."""
    segments = tuple(Segment(page) for page in pages)
    submit_bio(bench.driver.disk, bio_of(op, first * SECTORS_PER_PAGE, segments, bench.complete))


def test_a_request_of_two_pages_is_for_two_blocks_each_with_its_crc() -> None:
    bench = Bench()
    pages = bench.page(), bench.page(TWOS, pfn=8)
    read = bench.page(bytes(PAGE_SIZE), pfn=9), bench.page(bytes(PAGE_SIZE), pfn=10)
    bench.world.boot(lambda: two_pages(bench, Op.WRITE, 1, *pages))
    bench.run(lambda: two_pages(bench, Op.READ, 1, *read))
    assert bench.driver.blocks == {1: Block(ONES, crc32(ONES)), 2: Block(TWOS, crc32(TWOS))}
    assert [bytes(page.bytes) for page in read] == [ONES, TWOS]
    assert bench.completed == [(1, ""), (1, "")]


def test_a_torn_request_of_two_pages_has_moved_the_first() -> None:
    bench = Bench()
    pages = bench.page(), bench.page(TWOS, pfn=8)
    bench.run(lambda: two_pages(bench, Op.WRITE, 1, *pages), fails=(fault("disk.write", "TORN"),))
    held = [bench.driver.block(index).data for index in (1, 2)]
    assert held == [ONES, TWOS[:2048] + bytes(2048)]
    assert bench.completed == [(1, "EIO")]


def test_a_disk_without_a_profile_asks_for_nothing_and_checks_nothing() -> None:
    bench = Bench(protected=False)
    page = bench.page()
    asked: list[bool] = []

    def body() -> None:
        asked.append(bdev_stable_writes(bench.driver.disk))
        bench.submit(Op.WRITE, 0, page)
        bench.rewrite(page)

    bench.run(body)
    assert (asked, findings(bench)) == ([False], [])
    assert bench.driver.block(0) == Block(TWOS, crc32(TWOS))


@pytest.mark.parametrize(
    ("op", "index", "size", "error"),
    [
        (Op.READ, 3, PAGE_SIZE, ""),
        (Op.READ, 4, PAGE_SIZE, "EIO"),
        (Op.READ, 0, 512, "EIO"),
        (Op.DISCARD, 2, 2 * PAGE_SIZE, ""),
        (Op.DISCARD, 3, 2 * PAGE_SIZE, "EIO"),
    ],
)
def test_requests_are_for_whole_blocks_of_the_disk(
    op: Op, index: int, size: int, error: str
) -> None:
    bench = Bench()
    bench.run(lambda: bench.submit(op, index, bench.page(), size))
    assert bench.completed == [(index, error)]


def test_a_discarded_block_is_zeros() -> None:
    bench = mismatched(lambda bench: bench.submit(Op.DISCARD, 0, None, 2 * PAGE_SIZE))
    assert bench.driver.blocks == {}
    assert bench.driver.block(0).data == bytes(PAGE_SIZE)


def test_an_integrity_profile_means_bios_and_stable_pages_even_after_revalidation() -> None:
    bench = Bench()
    disk = bench.driver.disk
    answers: list[object] = []

    def ask() -> None:
        for rw_page in (bdev_read_page, bdev_write_page):
            with pytest.raises(Refusal, match="EOPNOTSUPP"):
                rw_page(disk, 0, bench.page())
        answers.append(bdi_cap_stable_pages_required(disk))
        revalidate_disk(disk)
        answers.append(bdi_cap_stable_pages_required(disk))

    bench.run(ask)
    assert answers == [True, True]


def test_formatting_erases_and_decides_whether_the_disk_checks() -> None:
    bench = Bench()
    asked: list[bool] = []

    def body() -> None:
        bench.driver.blocks[0] = Block(ONES, 0)
        for protected in (False, True):
            format_disk(bench.driver, protected=protected)
            asked.append(bdi_cap_stable_pages_required(bench.driver.disk))

    bench.run(body)
    assert (asked, bench.driver.blocks) == ([False, True], {})


def test_a_disk_without_protection_takes_what_it_gets() -> None:
    bench = Bench()
    page = bench.page()

    def body() -> None:
        format_disk(bench.driver, protected=False)
        bench.submit(Op.WRITE, 0, page)
        bench.rewrite(page)

    bench.run(body)
    assert findings(bench) == []
    assert bench.driver.block(0) == Block(TWOS, crc32(TWOS))


def test_an_open_disk_is_not_formatted() -> None:
    bench = Bench()
    refused: list[str] = []

    def body() -> None:
        blkdev_get(bench.driver.disk, "somebody")
        try:
            format_disk(bench.driver, protected=False)
        except Refusal as refusal:
            refused.append(refusal.name)

    bench.run(body)
    assert (refused, bench.driver.disk.integrity) == (["EBUSY"], True)
