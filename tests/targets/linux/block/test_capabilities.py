"""The wish for stable pages: where each kernel keeps it, and who may change it."""

import pytest

from fuzz.values.refusal import Refusal
from fuzz.world.world import World
from targets.linux.block.capabilities import (
    bdev_stable_writes,
    bdev_synchronous,
    blk_integrity_register,
    blk_integrity_unregister,
    queue_stable_writes_store,
    revalidate_disk,
    set_stable_writes,
)
from targets.linux.block.crc_disk import CrcDisk
from targets.linux.block.disk import Disk
from targets.linux.kernel.versions import VERSIONS, kernel_named
from targets.linux.machine.machine import Machine
from targets.linux.machine.memory import Memory

UP_TO_4_11 = VERSIONS[: VERSIONS.index("4.14")]
REGISTERED = VERSIONS[VERSIONS.index("4.14") : VERSIONS.index("6.12")]
DERIVED = VERSIONS[VERSIONS.index("6.12") :]


def crc_disk(kernel: str) -> Disk:
    """Return a disk with an integrity profile."""
    world = World()
    machine = Machine(world, kernel_named(kernel), Memory(world))
    return CrcDisk(machine, "sda", 0, pages=4).disk


def answers_of(disk: Disk, *acts: object) -> list[object]:
    """Do things with a disk one after the other; note what it asks for after each."""
    answers: list[object] = []

    def body() -> None:
        for act in acts:
            assert callable(act)
            try:
                act()
                answers.append(bdev_stable_writes(disk))
            except Refusal as refusal:
                answers.append(refusal.name)

    disk.machine.world.boot(body)
    return answers


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_disk_with_a_profile_wants_stable_pages_and_is_not_synchronous(kernel: str) -> None:
    disk = crc_disk(kernel)
    asked: list[bool] = []
    disk.machine.world.boot(
        lambda: asked.extend((bdev_stable_writes(disk), bdev_synchronous(disk)))
    )
    assert asked == [True, False]


@pytest.mark.parametrize(
    ("kernels", "expected"),
    [
        (UP_TO_4_11, [True, False, True, False]),
        (REGISTERED, [False, False, True, True]),
        (DERIVED, [False, False, True, True]),
    ],
    ids=["up to 4.11", "up to 6.11", "from 6.12 on"],
)
def test_what_a_profile_leaves_behind(kernels: tuple[str, ...], expected: list[bool]) -> None:
    """Up to 4.11 the wish outlives its profile until a revalidation, which no other wish does."""
    for kernel in kernels:
        disk = crc_disk(kernel)
        assert (
            answers_of(
                disk,
                lambda disk=disk: blk_integrity_unregister(disk),
                lambda disk=disk: revalidate_disk(disk),
                lambda disk=disk: set_stable_writes(disk, wanted=True),
                lambda disk=disk: revalidate_disk(disk),
            )
            == expected
        )


@pytest.mark.parametrize(
    ("kernels", "expected"),
    [(UP_TO_4_11, True), (REGISTERED, False), (DERIVED, True)],
    ids=["up to 4.11", "up to 6.11", "from 6.12 on"],
)
def test_unregistering_a_profile_takes_the_drivers_own_wish_along_from_4_12_to_6_11(
    kernels: tuple[str, ...], *, expected: bool
) -> None:
    for kernel in kernels:
        disk = crc_disk(kernel)
        assert answers_of(
            disk,
            lambda disk=disk: set_stable_writes(disk, wanted=True),
            lambda disk=disk: blk_integrity_register(disk),
            lambda disk=disk: blk_integrity_unregister(disk),
        ) == [True, True, expected]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_root_may_overrule_the_driver_from_5_10_on(kernel: str) -> None:
    disk = crc_disk(kernel)
    answers = answers_of(
        disk,
        lambda: queue_stable_writes_store(disk, "0"),
        lambda: queue_stable_writes_store(disk, "7"),
        lambda: queue_stable_writes_store(disk, "yes"),
    )
    if VERSIONS.index(kernel) < VERSIONS.index("5.10"):
        assert (answers, disk.overruled) == (["ENOENT", "ENOENT", "ENOENT"], False)
    else:
        off = kernel in DERIVED
        assert (answers, disk.overruled) == ([off, True, "EINVAL"], True)
