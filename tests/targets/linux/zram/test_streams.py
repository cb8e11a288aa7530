"""Compression streams: one, several, or one a CPU."""

import pytest

from targets.linux.zram.algorithm_files import max_comp_streams_store
from targets.linux.zram.device import Zram
from targets.linux.zram.disksize import disksize_store
from targets.linux.zram.streams import IdleStreams, PerCpuStreams, SingleStream
from tests.targets.linux.zram.devices import bare_device, device, kinds, run, switches, write


def device_with_streams(count: int, kernel: str = "4.6") -> Zram:
    zram = bare_device(kernel)
    zram.machine.world.boot(lambda: max_comp_streams_store(zram, str(count)))
    zram.machine.world.boot(lambda: disksize_store(zram, "64K"))
    return zram


def writer(index: int):
    return lambda zram: write(zram, index, "text:1")


def compressing_tasks(zram: Zram) -> list[str]:
    return [t.name for t, point, _, _ in zram.machine.world.trace if point.name == "zcomp.compress"]


@pytest.mark.parametrize(
    ("kernel", "count", "kind"),
    [
        ("4.6", 1, SingleStream),
        ("4.6", 2, IdleStreams),
        ("4.7", 1, PerCpuStreams),
        ("4.10", 4, PerCpuStreams),
    ],
)
def test_a_kernel_hands_out_streams_in_its_way(kernel: str, count: int, kind: type) -> None:
    assert isinstance(device_with_streams(count, kernel).comp.streams, kind)


def test_the_only_stream_is_waited_for() -> None:
    zram = device_with_streams(1)
    assert run(zram, writer(0), writer(1), to=["A zcomp.compress#1 B"]) == ["ok", "ok"]
    waits = [task.name for task, point, _, _ in zram.machine.world.trace if "wait" in point.name]
    assert waits == ["B"]


def test_a_second_stream_is_made_when_the_first_is_busy() -> None:
    zram = device_with_streams(2)
    assert run(zram, writer(0), writer(1), to=["A zcomp.compress#1 B"]) == ["ok", "ok"]
    assert compressing_tasks(zram) == ["B", "A"]
    assert isinstance(zram.comp.streams, IdleStreams)
    assert len(zram.comp.streams.idle) == 2


def test_without_memory_for_a_second_stream_the_first_is_waited_for() -> None:
    zram = device_with_streams(2)
    answers = run(
        zram,
        writer(0),
        writer(1),
        to=["A zcomp.compress#1 B"],
        fails=["B zcomp.stream#1 ENOMEM"],
    )
    assert answers == ["ok", "ok"]
    assert compressing_tasks(zram) == ["A", "B"]
    assert isinstance(zram.comp.streams, IdleStreams)
    assert (zram.comp.streams.count, len(zram.comp.streams.idle)) == (1, 1)


def test_fewer_streams_are_allowed_while_two_are_busy() -> None:
    zram = device_with_streams(2)
    run(
        zram,
        writer(0),
        writer(1),
        lambda zram: max_comp_streams_store(zram, "1"),
        to=["A zcomp.compress#1 B", "B zcomp.compress#1 C"],
    )
    assert isinstance(zram.comp.streams, IdleStreams)
    assert (zram.comp.streams.count, len(zram.comp.streams.idle)) == (1, 1)


def test_a_task_with_a_per_cpu_stream_keeps_others_off_its_cpu() -> None:
    zram = device("4.7")
    world = zram.machine.world

    def live(index: int) -> None:
        write(zram, index, "text:1")

    for index, name in enumerate("AB"):
        world.spawn(name, lambda index=index: live(index), cpu=0)
    world.follow(switches("A zcomp.compress#1 B"))
    world.run()
    assert compressing_tasks(zram) == ["A", "B"]
    assert kinds(zram) == []
