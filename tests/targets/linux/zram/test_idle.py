"""Marking slots as idle: all of them, or by their age."""

from typing import Final

import pytest

from fuzz.values.point import Access, Point
from targets.linux.kernel.build import Build
from targets.linux.kernel.versions import kernel_named
from targets.linux.zram.device import Zram
from targets.linux.zram.idle import TICKS_PER_SECOND
from tests.targets.linux.zram.backings import WITH_WRITEBACK, read, since, store, until, write
from tests.targets.linux.zram.devices import bare_device, device, run

NAP: Final = Point("test.nap", "time passes", Access.WAIT)
WITH_AGES = since("5.17")


def idle(zram: Zram) -> list[int]:
    return [index for index in sorted(zram.meta.slots) if zram.meta.slots[index].idle]


def nap(zram: Zram, seconds: int) -> None:
    zram.machine.world.sleep(NAP, seconds * TICKS_PER_SECOND)


def tracking(kernel: str) -> Zram:
    return device(kernel_named(kernel, build=Build(memory_tracking=True)))


@pytest.mark.parametrize("kernel", WITH_WRITEBACK)
@pytest.mark.parametrize(("text", "answer"), [("all", "ok"), ("all\n", "ok"), ("ALL", "EINVAL")])
def test_all_is_a_word_of_every_kernel(kernel: str, text: str, answer: str) -> None:
    assert run(device(kernel), lambda zram: store(zram, "idle", text)) == [answer]


@pytest.mark.parametrize("kernel", WITH_WRITEBACK)
def test_a_device_without_a_size_has_no_slots_to_mark(kernel: str) -> None:
    assert run(bare_device(kernel), lambda zram: store(zram, "idle", "all")) == ["EINVAL"]


@pytest.mark.parametrize("kernel", until("5.0"))
def test_earlier_kernels_have_no_such_file(kernel: str) -> None:
    assert run(device(kernel), lambda zram: store(zram, "idle", "all")) == ["ENOENT"]


@pytest.mark.parametrize("kernel", WITH_WRITEBACK)
def test_what_holds_a_page_is_marked_until_it_is_used(kernel: str) -> None:
    zram = device(kernel)

    def act(zram: Zram) -> list[int]:
        for index, recipe in enumerate(["text:1", "zeros", "text:2", "text:3"]):
            write(zram, index, recipe)
        store(zram, "idle", "all")
        marked = idle(zram)
        read(zram, 2)
        write(zram, 3, "text:4")
        return marked

    same = kernel not in since("6.14")
    assert run(zram, act) == [[0, 1, 2, 3] if same else [0, 2, 3]]
    assert idle(zram) == ([0, 1] if same else [0])


@pytest.mark.parametrize("kernel", WITH_WRITEBACK)
@pytest.mark.parametrize("tracks", [False, True])
def test_seconds_are_taken_where_accesses_are_tracked(kernel: str, *, tracks: bool) -> None:
    zram = tracking(kernel) if tracks else device(kernel)
    known = tracks and kernel in WITH_AGES
    assert run(zram, lambda zram: store(zram, "idle", "60")) == ["ok" if known else "EINVAL"]


@pytest.mark.parametrize("kernel", WITH_AGES)
def test_a_slot_is_idle_when_it_was_not_used_for_so_long(kernel: str) -> None:
    zram = tracking(kernel)

    def act(zram: Zram) -> tuple[list[int], list[int]]:
        write(zram, 0, "text:0")
        nap(zram, 10)
        write(zram, 1, "text:1")
        nap(zram, 10)
        store(zram, "idle", "15")
        older = idle(zram)
        store(zram, "idle", "5")
        return older, idle(zram)

    assert run(zram, act) == [([0], [0, 1])]


@pytest.mark.parametrize("kernel", WITH_AGES)
def test_the_young_keep_their_mark_until_6_13_and_lose_it_later(kernel: str) -> None:
    zram = tracking(kernel)

    def act(zram: Zram) -> list[int]:
        write(zram, 0, "text:0")
        nap(zram, 10)
        store(zram, "idle", "all")
        store(zram, "idle", "15")
        return idle(zram)

    assert run(zram, act) == [[] if kernel in since("6.14") else [0]]
