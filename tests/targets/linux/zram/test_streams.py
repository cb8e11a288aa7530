"""Compression streams: one, several, or one a CPU."""

import pytest

from fuzz.world.hotplug import move_to
from targets.linux.machine.page import PAGE_BYTES_READ
from targets.linux.zram.algorithm_files import max_comp_streams_store
from targets.linux.zram.device import Zram
from targets.linux.zram.disksize import disksize_store
from targets.linux.zram.per_cpu_streams import PerCpuStreams
from targets.linux.zram.streams import IdleStreams, SingleStream
from tests.targets.linux.zram.devices import (
    Act,
    bare_device,
    device,
    kinds,
    run,
    switches,
    write,
)


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


def cpu(number: int, *, online: bool) -> Act:
    return lambda zram: zram.machine.hotplug.set_online(number, online=online)


@pytest.mark.parametrize("kernel", ["4.7", "4.10", "6.14", "6.17", "6.19"])
def test_a_stream_goes_with_its_cpu_and_comes_back_with_it(kernel: str) -> None:
    zram = device(kernel)
    away, back = cpu(1, online=False), cpu(1, online=True)
    answers = run(zram, away, lambda zram: write(zram, 0, "text:1"), back, back)
    assert answers == [None, "ok", None, None]
    vetoed = "EPERM" if kernel == "4.7" else "ENOMEM"
    assert run(device(kernel), away, back, fails=["B zcomp.stream#1 ENOMEM"]) == [None, vetoed]


def test_a_cpu_stays_while_its_stream_is_held_without_sleeping() -> None:
    """B holds the stream of CPU 1 when A takes that CPU down, and goes on there until then."""
    zram, seen = device("6.14"), list[bool]()

    def write_and_look(zram: Zram) -> None:
        stream = zram.comp.streams.get()
        zram.machine.world.reach(PAGE_BYTES_READ)
        seen.append(zram.machine.world.cpus[1].online)
        zram.comp.streams.put(stream)

    looking = f"B {PAGE_BYTES_READ.name}#1 A"
    run(zram, cpu(1, online=False), write_and_look, to=["A cpu.offline#1 B", looking])
    assert seen == [True]


def test_who_waits_for_a_stream_whose_cpu_goes_takes_the_one_of_his_new_cpu() -> None:
    """A holds the stream of CPU 1, B waits to free that, and D behind B to compress with it."""
    zram, taken = device("6.17"), list[int]()
    first = zram.machine.world.cpus[1]

    def hold(zram: Zram) -> None:
        move_to(zram.machine.world, 1)
        stream = zram.comp.streams.get()
        zram.machine.world.sleep(PAGE_BYTES_READ, 10)
        zram.comp.streams.put(stream)

    def compress(zram: Zram) -> None:
        stream = zram.comp.streams.get()
        taken.append(zram.machine.world.running.cpu.number)
        zram.comp.streams.put(stream)

    def go_down(zram: Zram) -> None:
        zram.machine.world.sleep(PAGE_BYTES_READ, 5)
        cpu(1, online=False)(zram)

    def go_there(zram: Zram) -> None:
        move_to(zram.machine.world, 1)
        zram.machine.world.sleep(PAGE_BYTES_READ, 2)
        compress(zram)

    assert run(zram, hold, go_down, go_there) == [None, None, None]
    assert (taken, first.online) == ([0], False)
