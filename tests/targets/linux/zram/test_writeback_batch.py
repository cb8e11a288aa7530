"""Writeback of several pages at a time: requests, budget, and the ends that meet."""

import pytest

from targets.linux.zram.device import Zram
from targets.linux.zram.sysfs import show_file
from tests.targets.linux.zram.backings import (
    WITH_WRITEBACK,
    at_rest,
    backed_device,
    read,
    store,
    write,
    written_back,
)
from tests.targets.linux.zram.devices import kinds, run

BATCHED = "6.19"


def write_idle(zram: Zram, count: int, batch: int) -> str:
    """Write some pages and have them written back."""
    for index in range(count):
        write(zram, index, f"text:{index}")
    store(zram, "writeback_batch_size", str(batch))
    store(zram, "idle", "all")
    return store(zram, "writeback", "idle")


@pytest.mark.parametrize("batch", [1, 2, 3, 8, 4294967295])
def test_any_number_of_requests_writes_all(batch: int) -> None:
    zram, _ = backed_device(BATCHED)
    assert run(zram, lambda zram: write_idle(zram, 4, batch)) == ["ok"]
    assert written_back(zram) == [0, 1, 2, 3]
    assert at_rest(zram)


@pytest.mark.parametrize(("text", "answer"), [("1", "ok"), ("0", "EINVAL"), ("-1", "EINVAL")])
def test_the_size_of_a_batch_is_at_least_1(text: str, answer: str) -> None:
    zram, _ = backed_device(BATCHED)
    act = lambda zram: (  # noqa: E731 - an act
        store(zram, "writeback_batch_size", text),
        show_file(zram, "writeback_batch_size"),
    )
    assert run(zram, act) == [(answer, text if answer == "ok" else "32")]


@pytest.mark.parametrize("kernel", WITH_WRITEBACK[:-1])
def test_earlier_kernels_have_no_batches(kernel: str) -> None:
    zram, _ = backed_device(kernel)
    assert run(zram, lambda zram: store(zram, "writeback_batch_size", "1")) == ["ENOENT"]


def test_the_budget_is_debited_when_a_page_leaves_and_credited_when_that_fails() -> None:
    zram, _ = backed_device(BATCHED)

    def act(zram: Zram) -> object:
        store(zram, "writeback_limit", "2")
        store(zram, "writeback_limit_enable", "1")
        return write_idle(zram, 3, 1), show_file(zram, "writeback_limit")

    assert run(zram, act, fails=["A backing.write#1 EIO"]) == [("EIO", "0")]
    assert len(written_back(zram)) == 2
    assert at_rest(zram)


def test_a_budget_that_is_on_its_way_is_spent() -> None:
    zram, _ = backed_device(BATCHED)

    def act(zram: Zram) -> object:
        store(zram, "writeback_limit", "2")
        store(zram, "writeback_limit_enable", "1")
        return write_idle(zram, 4, 8), show_file(zram, "writeback_limit")

    assert run(zram, act, fails=["A backing.write#1 EIO"]) == [("EIO", "1")]
    assert len(written_back(zram)) == 1


def test_a_page_named_twice_is_written_twice_and_kept_once() -> None:
    zram, _ = backed_device(BATCHED)

    def act(zram: Zram) -> str:
        write(zram, 1, "text:1")
        return store(zram, "writeback", "page_index=1 page_index=1")

    assert run(zram, act) == ["ok"]
    assert (written_back(zram), zram.stats.bd_writes, zram.stats.bd_count) == ([1], 2, 1)
    assert at_rest(zram)


def test_some_memory_is_enough_and_none_is_not() -> None:
    zram, _ = backed_device(BATCHED)
    act = lambda zram: write_idle(zram, 3, 2)  # noqa: E731 - an act
    assert run(zram, act, fails=["A zram.wb.req#2 ENOMEM"]) == ["ok"]
    zram, _ = backed_device(BATCHED)
    assert run(zram, act, fails=["A zram.wb.page#1 ENOMEM"]) == ["ENOMEM"]
    assert zram.machine.memory.in_use == zram.meta.pool.pages_allocated


def test_a_block_that_was_reserved_for_the_last_slot_is_leaked_when_that_is_used() -> None:
    zram, _ = backed_device(BATCHED)
    act = lambda zram: write_idle(zram, 1, 2)  # noqa: E731 - an act
    run(zram, act, lambda zram: read(zram, 0), to=["A zram.bitmap.take#1 B"])
    assert (written_back(zram), zram.stats.bd_count, at_rest(zram)) == ([], 1, False)


def test_the_end_of_a_request_wakes_a_queue_that_may_be_freed() -> None:
    zram, _ = backed_device(BATCHED)
    act = lambda zram: write_idle(zram, 2, 2)  # noqa: E731 - an act
    run(
        zram,
        act,
        to=[
            "A zram.wb_limit.test#2 bdev",
            "bdev zram.wb.wake#1 A",
            "A zram.wb.wait#1 bdev.2",
        ],
    )
    assert kinds(zram) == ["use-after-free"]
