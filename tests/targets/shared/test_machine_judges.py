"""CPUs and openers are those that somebody accounts for, or there is a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from targets.linux.machine.cpuhp import CpuHotplug
from targets.linux.zram import backing, comps
from targets.linux.zram.per_cpu_streams import PerCpuStreams, SleepableStreams
from tests.targets.running import run, signatures

if TYPE_CHECKING:
    from collections.abc import Callable

    from targets.linux.machine.cpuhp import Instance

KERNELS: Final = ("6.1", "6.19")
"""One with streams whose holder may not sleep, and one with streams whose holder may."""
HOTPLUG: Final = (
    "target zram\nkernel {}\nconfig cpus=2\n"
    "task A\n  cpu_offline cpu=1\n  reset\n  disksize pages=4\n  cpu_online cpu=1\n"
)
BACKED: Final = "target zram\nkernel 6.1\nconfig backing=disk\ntask A\n  reset\n"


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_compressor_that_is_forgotten_when_its_device_is_reset_is_a_finding(
    kernel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = HOTPLUG.format(kernel)
    assert signatures(case) == []
    monkeypatch.setattr(comps, "free_comps", lambda _: None)
    assert signatures(case) == ["hotplug-wrong-instances-remove_instance"]


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_compressor_that_nobody_tells_of_cpus_is_a_finding(
    kernel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def preparing(self: CpuHotplug, instance: Instance) -> None:
        del self
        for cpu in range(2):
            instance.cpu_up_prepare(cpu)

    monkeypatch.setattr(CpuHotplug, "add_instance", preparing)
    case = "target zram\nkernel {}\nconfig cpus=2\ntask A\n  read block=1\n"
    assert signatures(case.format(kernel)) == ["hotplug-wrong-instances-add_instance"]


@pytest.mark.parametrize(("kernel", "kind"), [("6.1", PerCpuStreams), ("6.19", SleepableStreams)])
@pytest.mark.parametrize("forgotten", ["cpu_dead", "cpu_up_prepare"])
def test_streams_for_other_cpus_than_those_that_are_online_are_a_finding(
    kernel: str, kind: type[object], forgotten: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tail = "  cpu_offline cpu=1\n" if forgotten == "cpu_dead" else ""
    case = HOTPLUG.format(kernel) + tail
    assert signatures(case) == []
    usual: Callable[[object, int], None] = getattr(kind, forgotten)

    def forgetting(self: object, cpu: int) -> None:
        if not cpu:
            usual(self, cpu)

    monkeypatch.setattr(kind, forgotten, forgetting)
    assert signatures(case) == [f"hotplug-wrong-cpus-{forgotten}"]


def test_a_backing_device_that_a_reset_leaves_open_is_a_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert signatures(BACKED) == []
    monkeypatch.setattr(backing, "blkdev_put", lambda _: None)
    assert signatures(BACKED) == ["disk-wrong-openers-blkdev_put"]


def test_a_device_that_a_task_keeps_open_is_none() -> None:
    case = "target zram\nkernel 6.1\ntask A\n  open\n  open\n  close\n"
    assert [answer.text for answer in run(case).answers] == ["ok", "ok", "ok"]
    assert signatures(case) == []


def test_a_disk_that_is_mounted_stays_open_after_swapoff() -> None:
    case = "target swap\nkernel 6.17\nconfig disk=crc swap_file_at=4\ntask A\n  swapoff\n"
    assert [answer.text for answer in run(case).answers] == ["ok"]
    assert signatures(case) == []
