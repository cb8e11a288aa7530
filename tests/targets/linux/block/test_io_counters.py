"""What block devices were asked to do is counted, whichever way it went."""

from targets.linux.block.bio import Bio, Op
from targets.linux.block.disk import bdev_write_page, submit_bio
from targets.linux.machine.io_counters import IoCounters
from targets.linux.machine.page import PAGE_SIZE, SECTORS_PER_PAGE, Page
from tests.targets.linux.swap.machines import Rig, refusal_of


def written(page: Page) -> Bio:
    return Bio(Op.WRITE, SECTORS_PER_PAGE, PAGE_SIZE, page, lambda _: None)


def test_a_bio_counts_when_it_is_submitted_and_when_it_is_completed() -> None:
    rig = Rig()
    rig.driver.holds_bios = True
    io = rig.core.machine.io
    seen: list[int] = []

    def body() -> None:
        submit_bio(rig.disk, written(Page(rig.world, 1)))
        seen.append(io.bios_completed)
        rig.driver.finish()

    rig.run(body)
    assert (seen, io) == ([0], IoCounters(bios=1, bios_completed=1))


def test_rw_page_counts_also_when_it_refuses() -> None:
    rig = Rig()
    rig.driver.refusals = ["ENOMEM", ""]
    answers: list[str] = []

    def body() -> None:
        page = Page(rig.world, 1)
        page.lock.acquire()
        answers.extend(
            refusal_of(lambda: bdev_write_page(rig.disk, SECTORS_PER_PAGE, page)) for _ in range(2)
        )

    rig.run(body)
    assert answers == ["ENOMEM", ""]
    assert rig.core.machine.io == IoCounters(rw_pages=2, rw_pages_refused=1)
