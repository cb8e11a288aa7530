"""Setting up and resetting: in what order, what is undone, who is kept out."""

import pytest

from targets.linux.block.bio import Op
from targets.linux.block.disk import blkdev_get, blkdev_put
from targets.linux.kernel.kernel import Kernel
from targets.linux.kernel.versions import VERSIONS, kernel_named
from targets.linux.zram.attributes import mem_limit_store
from targets.linux.zram.device import Zram, init_done
from targets.linux.zram.disksize import disksize_store
from targets.linux.zram.inspection import Recount, recount, slot_image
from targets.linux.zram.reset import reset_store
from targets.linux.zram.stats import ZramStats
from tests.targets.linux.zram.devices import (
    bare_device,
    content,
    device,
    kinds,
    page_of,
    read,
    run,
    submit,
    write,
)

NOTHING = Recount(pages_stored=0, compr_data_size=0, same_pages=0, huge_pages=0, handles=())


def state(zram: Zram) -> tuple[object, ...]:
    """Everything that a reset takes back."""
    return (
        zram.disksize,
        zram.disk.capacity,
        zram.limit_pages,
        zram.max_comp_streams,
        zram.stats,
        zram.claim,
        zram.refcount,
    )


FRESH = (0, 0, 0, 1, ZramStats(), False, 0)


def opened(zram: Zram) -> None:
    blkdev_get(zram.disk, "somebody")


def points(zram: Zram, *names: str) -> list[str]:
    """The points of the run with one of the names, in order."""

    passed = [point.name for _, point, _, _ in zram.machine.world.trace]
    return [name for name in passed if name in names]


@pytest.mark.parametrize("kernel", VERSIONS)
@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ("A zram.table#1 ENOMEM", "ENOMEM"),
        ("A zram.pool#1 ENOMEM", "ENOMEM"),
        ("A zcomp.stream#1 ENOMEM", "ENOMEM"),
    ],
)
def test_a_device_that_cannot_be_set_up_is_as_before(kernel: str, fault: str, answer: str) -> None:
    zram = bare_device(kernel)
    assert run(zram, lambda zram: disksize_store(zram, "64K"), fails=[fault]) == [answer]
    assert state(zram) == FRESH
    assert zram.machine.memory.in_use == 0


def test_each_cpu_needs_a_stream_from_4_7_on() -> None:
    fails = ["A zcomp.stream#2 ENOMEM"]
    assert run(bare_device("4.6"), lambda zram: disksize_store(zram, "64K"), fails=fails) == [None]
    assert run(bare_device("4.7"), lambda zram: disksize_store(zram, "64K"), fails=fails) == [
        "ENOMEM"
    ]


def test_of_two_tasks_that_set_a_size_one_is_refused() -> None:
    zram = bare_device()
    answers = run(
        zram,
        lambda zram: disksize_store(zram, "64K"),
        lambda zram: disksize_store(zram, "32K"),
        to=["A zram.init_lock.lock#1 B"],
    )
    assert answers == ["EBUSY", None]
    assert zram.disksize == 32 * 1024


@pytest.mark.parametrize("kernel", VERSIONS)
def test_reset_takes_everything_back(kernel: str) -> None:
    zram = device(kernel)

    def use_and_reset(zram: Zram) -> None:
        mem_limit_store(zram, "1M")
        for index, recipe in enumerate(("zeros", "text:1", "random:1")):
            write(zram, index, recipe)
        reset_store(zram, "1")

    assert run(zram, use_and_reset) == [None]
    assert state(zram) == FRESH
    assert zram.machine.memory.in_use == 0
    assert recount(zram) == NOTHING
    assert slot_image(zram, 1) is None
    assert kinds(zram) == []


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_device_can_be_set_up_again_after_a_reset(kernel: str) -> None:
    zram = device(kernel)

    def again(zram: Zram) -> object:
        write(zram, 0, "text:1")
        reset_store(zram, "1")
        disksize_store(zram, "32K")
        return read(zram, 0), submit(zram, Op.READ, 8, page_of(zram))

    assert run(zram, again) == [(content("zeros"), "EIO")]


def test_reset_of_a_device_without_a_size_clears_its_limit() -> None:
    zram = bare_device()
    run(zram, lambda zram: (mem_limit_store(zram, "1M"), reset_store(zram, "1")))
    assert state(zram) == FRESH


def test_an_open_device_is_not_reset() -> None:
    zram = device()
    answers = run(zram, lambda zram: (opened(zram), reset_store(zram, "1")), init_done)
    assert answers == ["EBUSY", True]


def test_a_closed_device_is_reset() -> None:
    zram = device()

    def close_and_reset(zram: Zram) -> None:
        opened(zram)
        blkdev_put(zram.disk)
        reset_store(zram, "1")

    assert run(zram, close_and_reset) == [None]


def test_nobody_opens_a_device_while_it_is_reset() -> None:
    zram = device()
    answers = run(zram, lambda zram: reset_store(zram, "1"), opened, to=["A zram.meta.kill#1 B"])
    assert answers == [None, "EBUSY"]


def test_two_resets_do_not_meet() -> None:
    zram = device()

    def reset(zram: Zram) -> None:
        reset_store(zram, "1")

    assert run(zram, reset, reset, to=["A zram.meta.kill#1 B"]) == [None, "EBUSY"]


def test_reset_waits_for_the_requests_under_way() -> None:
    zram = device()
    answers = run(
        zram,
        lambda zram: write(zram, 0, "text:1"),
        lambda zram: reset_store(zram, "1"),
        to=["A zcomp.compress#1 B"],
    )
    assert answers == ["ok", None]
    assert points(zram, "zram.meta.wait", "zram.slot.lock") == ["zram.meta.wait", "zram.slot.lock"]
    assert state(zram) == FRESH
    assert zram.machine.memory.in_use == 0


def test_no_request_gets_in_once_reset_waits() -> None:
    zram = device()
    answers = run(
        zram,
        lambda zram: write(zram, 0, "text:1"),
        lambda zram: reset_store(zram, "1"),
        lambda zram: write(zram, 1, "text:1"),
        to=["A zcomp.compress#1 B", "B zram.meta.wait#1 C"],
    )
    assert answers == ["ok", None, "EIO"]


BEFORE_4_10 = ["zram.init_lock.lock", "zram.init_lock.unlock", "bdi.capabilities.set"]
IN_4_10 = [
    "zram.init_lock.lock",
    "bdi.capabilities.set",
    "bdi.capabilities.set",
    "zram.init_lock.unlock",
]
WITH_DEFECT = [
    "zram.init_lock.lock",
    "zram.init_lock.unlock",
    "bdi.capabilities.set",
    "bdi.capabilities.set",
]


@pytest.mark.parametrize(
    ("kernel", "order"),
    [
        (kernel_named("4.7"), BEFORE_4_10),
        (kernel_named("4.9"), BEFORE_4_10),
        (kernel_named("4.10"), IN_4_10),
        (kernel_named("4.7", design="v1"), IN_4_10),
        (kernel_named("4.10", design="none"), IN_4_10),
        (
            kernel_named("4.10", with_defects=["zram-revalidate-outside-init-lock"]),
            WITH_DEFECT,
        ),
    ],
)
def test_a_size_is_revalidated_inside_or_outside_init_lock(
    kernel: Kernel, order: list[str]
) -> None:
    zram = bare_device(kernel)
    run(zram, lambda zram: disksize_store(zram, "64K"))
    assert points(zram, *IN_4_10) == order
