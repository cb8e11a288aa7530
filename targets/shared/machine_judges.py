"""What a machine at rest has of its CPUs and its block devices, recounted from who uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.world.hotplug import online_cpus
from targets.linux.machine.promises import (
    DISK_WRONG_OPENERS,
    HOTPLUG_WRONG_CPUS,
    HOTPLUG_WRONG_INSTANCES,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from targets.linux.block.disk import Disk
    from targets.linux.machine.cpuhp import Instance
    from targets.linux.machine.machine import Machine


def judge_hotplug(machine: Machine, expected: Sequence[Instance]) -> None:
    """Check who is told of CPUs, and that each has its thing for just those that are online."""
    told = machine.hotplug.instances
    gone = [each for each in told if not any(each is other for other in expected)]
    missing = [each for each in expected if sum(each is other for other in told) != 1]
    if gone:
        machine.world.report(
            HOTPLUG_WRONG_INSTANCES,
            "cpuhp: an instance is told of CPUs whose owner is gone",
            f"{len(gone)} of them: the next CPU that comes or goes uses freed memory",
            place="remove_instance",
        )
    if missing:
        machine.world.report(
            HOTPLUG_WRONG_INSTANCES,
            "cpuhp: an instance is not told of CPUs, or more than once",
            f"{len(missing)} of them: a CPU that comes finds nothing of its own",
            place="add_instance",
        )
    for instance in expected:
        _judge_cpus(machine, instance)


def _judge_cpus(machine: Machine, instance: Instance) -> None:
    online = online_cpus(machine.world)
    has = [cpu.number for cpu in machine.world.cpus if instance.has(cpu.number)]
    if has != online:
        machine.world.report(
            HOTPLUG_WRONG_CPUS,
            "cpuhp: an instance is not ready for the CPUs that are online",
            f"CPUs {online} are online, it has what CPUs {has} need",
            place="cpu_up_prepare" if set(online) - set(has) else "cpu_dead",
        )


def judge_openers(machine: Machine, opened: Sequence[Disk]) -> None:
    """Check how often each disk is open; `opened` are the disks that somebody has, each time."""
    there = list(machine.disks.values())
    for disk in (*there, *(each for each in opened if each.removed)):
        known = sum(each is disk for each in opened)
        if disk.openers != known or (disk.holder is None) == bool(known):
            machine.world.report(
                DISK_WRONG_OPENERS,
                f"{disk.name}: open as often as nobody knows",
                f"its count of openers says {disk.openers}, {known} have it, "
                f"and it has {'no' if disk.holder is None else 'a'} holder",
                place="blkdev_put" if disk.openers > known else "blkdev_get",
            )
