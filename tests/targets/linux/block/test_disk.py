"""Disks: openers, capabilities, and how bios enter a driver."""

import pytest

from fuzz.values.anchor import Anchor, Fault
from fuzz.values.point import Access
from fuzz.values.refusal import Refusal
from fuzz.world.faults.explicit import ExplicitFaults
from fuzz.world.strategy import DefaultOrder
from fuzz.world.world import World
from targets.linux.block.bio import Bio, Op
from targets.linux.block.capabilities import (
    bdi_cap_stable_pages_required,
    revalidate_disk,
    set_stable_writes,
)
from targets.linux.block.crc_disk import CrcDisk
from targets.linux.block.disk import (
    Disk,
    blkdev_get,
    blkdev_look,
    blkdev_look_away,
    blkdev_put,
    get_capacity,
    set_capacity,
    submit_bio,
)
from targets.linux.kernel.versions import kernel_named
from targets.linux.machine.machine import Machine
from targets.linux.machine.memory import Memory
from targets.linux.machine.page import PAGE_SIZE, Page


def plain_disk() -> Disk:
    world = World()
    machine = Machine(world, kernel_named("4.9"), Memory(world))
    disk = CrcDisk(machine, "sda", 1, pages=4).disk
    disk.integrity = False
    return disk


def test_a_device_has_one_exclusive_holder_who_may_open_it_again() -> None:
    disk = plain_disk()
    counts: list[int] = []

    def use() -> None:
        blkdev_get(disk, "swap")
        blkdev_get(disk, "swap")
        with pytest.raises(Refusal, match="EBUSY"):
            blkdev_get(disk, "a file system")
        blkdev_put(disk)
        with pytest.raises(Refusal, match="EBUSY"):
            blkdev_get(disk, "a file system")
        blkdev_put(disk)
        blkdev_get(disk, "a file system")
        counts.append(disk.openers)

    disk.machine.world.boot(use)
    assert counts == [1]


def test_an_onlooker_opens_a_device_that_is_held_and_keeps_no_holder_out() -> None:
    disk = plain_disk()
    seen: list[tuple[int, object]] = []

    def use() -> None:
        blkdev_get(disk, "swap")
        blkdev_look(disk)
        seen.append((disk.openers, disk.holder))
        blkdev_put(disk)
        seen.append((disk.openers, disk.holder))
        blkdev_get(disk, "a file system")
        blkdev_look_away(disk)
        seen.append((disk.openers, disk.holder))

    disk.machine.world.boot(use)
    assert seen == [(2, "swap"), (1, None), (1, "a file system")]


def test_revalidation_clears_what_a_driver_asked_for_without_an_integrity_profile() -> None:
    disk = plain_disk()
    answers: list[bool] = []

    def use() -> None:
        set_stable_writes(disk, wanted=True)
        answers.append(bdi_cap_stable_pages_required(disk))
        revalidate_disk(disk)
        answers.append(bdi_cap_stable_pages_required(disk))

    disk.machine.world.boot(use)
    assert answers == [True, False]


def test_a_failed_make_request_completes_the_bio_and_never_enters_the_driver() -> None:
    disk = plain_disk()
    world = disk.machine.world
    world.follow(DefaultOrder(), ExplicitFaults([Fault(Anchor("boot", "submit_bio", 1), "EIO")]))
    errors: list[str] = []
    bio = Bio(Op.WRITE, 0, PAGE_SIZE, Page(world, 7), lambda bio: errors.append(bio.error))
    world.boot(lambda: submit_bio(disk, bio))
    assert errors == ["EIO"]
    assert isinstance(disk.operations, CrcDisk)
    assert disk.operations.blocks == {}


def test_the_size_is_shared_with_whoever_asks_for_it() -> None:
    disk = plain_disk()
    world = disk.machine.world
    sizes: list[int] = []

    def use() -> None:
        set_capacity(disk, 8)
        sizes.append(get_capacity(disk))

    world.spawn("A", use)
    world.run()
    points = [event[1] for event in world.trace if event[1].thing == "disk capacity"]
    assert (sizes, [point.access for point in points]) == ([8], [Access.WRITE, Access.READ])


def test_a_bio_is_not_submitted_in_atomic_context() -> None:
    disk = plain_disk()
    world = disk.machine.world

    def use() -> None:
        world.preempt_disable()
        submit_bio(disk, Bio(Op.DISCARD, 0, PAGE_SIZE, None, lambda _: None))
        world.preempt_enable()

    world.spawn("A", use)
    world.run()
    assert [finding.place for finding in world.findings] == ["submit_bio"]
