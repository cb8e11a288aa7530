"""Bios: their segments, chains, memory for them, and waiting for their end."""

from collections.abc import Callable

import pytest

from fuzz.values.anchor import Anchor, Fault
from fuzz.world.faults.explicit import ExplicitFaults
from fuzz.world.strategy import DefaultOrder
from fuzz.world.world import World
from targets.linux.block.bio import (
    Bio,
    Op,
    Segment,
    bio_chain,
    bio_endio,
    bio_inc_remaining,
    bio_of,
)
from targets.linux.block.crc_disk import CrcDisk
from targets.linux.block.disk import Disk, submit_bio, submit_bio_wait
from targets.linux.block.requests import bio_alloc
from targets.linux.kernel.versions import kernel_named
from targets.linux.machine.gfp import GFP_ATOMIC, GFP_NOIO
from targets.linux.machine.machine import Machine
from targets.linux.machine.memory import Memory
from targets.linux.machine.page import PAGE_SIZE, SECTORS_PER_PAGE, Page


def plain_disk() -> Disk:
    world = World()
    machine = Machine(world, kernel_named("4.14"), Memory(world))
    return CrcDisk(machine, "sda", 1, pages=4, protected=False).disk


def whole(world: World, *pfns: int) -> tuple[Segment, ...]:
    return tuple(Segment(Page(world, pfn)) for pfn in pfns)


class Relay:
    """A driver that hands each request on to another disk before it returns."""

    has_rw_page = False
    has_slot_free_notify = False

    def __init__(self, below: Disk) -> None:
        self.below = below
        self.disk = Disk(below.machine, "relay", 2, self)
        self.order: list[str] = []

    def open(self) -> None:
        pass

    def rw_page(self, sector: int, page: Page, *, write: bool) -> None:
        raise AssertionError("a relay is given bios")

    def swap_slot_free_notify(self, index: int) -> None:
        raise AssertionError("a relay is not notified")

    def make_request(self, bio: Bio) -> None:
        child = bio_alloc(self.below, bio.op, bio.sector, bio.segments, GFP_NOIO)
        assert child is not None
        bio_chain(child, bio)
        submit_bio(self.below, child)
        self.order.append("returned")
        bio_endio(bio)


def run(world: World, body: Callable[[], object], *fails: Fault) -> list[object]:
    answers: list[object] = []
    world.follow(DefaultOrder(), ExplicitFaults(fails))
    world.spawn("A", lambda: answers.append(body()))
    world.run()
    assert world.findings == []
    return answers


def test_the_size_of_a_bio_is_that_of_its_segments() -> None:
    world = World()
    segments = (*whole(world, 7), Segment(Page(world, 8), 512, 1024))
    bio = bio_of(Op.READ, 8, segments, lambda _: None)
    assert (bio.size, bio.page, bio.segments) == (5120, segments[0].page, segments)


def test_a_bio_is_completed_when_all_that_it_waits_for_is_done() -> None:
    world = World()
    ended: list[str] = []
    bio = bio_of(Op.WRITE, 0, whole(world, 7), lambda bio: ended.append(bio.error or "ok"))

    def body() -> list[int]:
        bio_inc_remaining(bio)
        counts = [len(ended)]
        for _ in range(2):
            bio_endio(bio)
            counts.append(len(ended))
        return counts

    assert run(world, body) == [[0, 0, 1]]
    assert ended == ["ok"]


@pytest.mark.parametrize(
    ("errors", "expected"),
    [(("", ""), "ok"), (("EIO", ""), "EIO"), (("", "EIO"), "EIO"), (("ENOSPC", "EIO"), "ENOSPC")],
)
def test_a_parent_takes_over_the_first_error(errors: tuple[str, str], expected: str) -> None:
    world = World()
    ended: list[str] = []
    parent = bio_of(Op.WRITE, 0, whole(world, 7), lambda bio: ended.append(bio.error or "ok"))
    children = [bio_of(Op.WRITE, 0, whole(world, 8), lambda _: None) for _ in errors]

    def body() -> None:
        for child in children:
            bio_chain(child, parent)
        bio_endio(parent)
        for child, error in zip(children, errors, strict=True):
            bio_endio(child, error)

    run(world, body)
    assert ended == [expected]


def test_what_a_driver_submits_is_served_when_it_has_returned() -> None:
    relay = Relay(plain_disk())
    world = relay.disk.machine.world
    page = Page(world, 7)
    page.bytes[:] = b"x" * PAGE_SIZE

    bio = bio_of(Op.WRITE, 8, (Segment(page),), lambda _: None)
    run(world, lambda: submit_bio_wait(relay.disk, bio))
    assert bio.error == ""
    events = [
        point.name for _, point, _, _ in world.trace if point.name in ("submit_bio", "disk.write")
    ]
    assert (relay.order, events) == (["returned"], ["submit_bio", "submit_bio", "disk.write"])
    driver = relay.below.operations
    assert isinstance(driver, CrcDisk)
    assert driver.block(1).data == bytes(page.bytes)


class WaitingRelay(Relay):
    """A driver that waits for the request that it hands on."""

    def make_request(self, bio: Bio) -> None:
        submit_bio_wait(self.below, bio_of(bio.op, bio.sector, bio.segments, lambda _: None))
        self.order.append("returned")


def test_a_driver_that_waits_for_what_it_submits_waits_for_ever() -> None:
    relay = WaitingRelay(plain_disk())
    world = relay.disk.machine.world
    bio = bio_of(Op.WRITE, 8, whole(world, 7), lambda _: None)
    world.follow(DefaultOrder(), ExplicitFaults(()))
    world.spawn("A", lambda: submit_bio_wait(relay.disk, bio))
    world.run()
    assert [finding.kind for finding in world.findings] == ["hung-task"]
    assert relay.order == []


@pytest.mark.parametrize(("point", "visit"), [("submit_bio", 1), ("submit_bio", 2)])
def test_who_waits_for_a_bio_learns_of_its_error(point: str, visit: int) -> None:
    """fail_make_request comes before each driver, the one below included."""
    relay = Relay(plain_disk())
    world = relay.disk.machine.world
    bio = bio_of(Op.READ, 0, whole(world, 7), lambda _: None)
    fails = Fault(Anchor("A", point, visit), "EIO")
    run(world, lambda: submit_bio_wait(relay.disk, bio), fails)
    assert bio.error == "EIO"
    assert len(relay.order) == visit - 1


@pytest.mark.parametrize(
    ("gfp", "fails", "made"),
    [(GFP_ATOMIC, False, True), (GFP_ATOMIC, True, False), (GFP_NOIO, True, True)],
)
def test_only_an_allocation_that_must_not_sleep_can_fail(
    gfp: object, *, fails: bool, made: bool
) -> None:
    disk = plain_disk()
    world = disk.machine.world
    assert gfp in (GFP_ATOMIC, GFP_NOIO)
    mask = GFP_ATOMIC if gfp is GFP_ATOMIC else GFP_NOIO
    plan = [Fault(Anchor("A", "bio.alloc", 1), "ENOMEM")] if fails else []
    answers = run(
        world,
        lambda: bio_alloc(disk, Op.READ, 0, whole(world, 7), mask) is not None,
        *plan,
    )
    assert answers == [made]


def test_a_bio_of_a_discard_has_no_segments() -> None:
    bio = Bio(Op.DISCARD, 0, 2 * PAGE_SIZE, None, lambda _: None)
    assert (bio.segments, bio.size // PAGE_SIZE * SECTORS_PER_PAGE) == ((), 16)
