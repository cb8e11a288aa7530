"""Compression contexts, and CPUs that go while somebody is about to use theirs."""

import pytest

from fuzz.values.refusal import Refusal
from fuzz.world.world import World
from targets.linux.kernel.versions import VERSIONS, kernel_named
from targets.linux.machine.machine import Machine
from targets.linux.machine.memory import Memory
from targets.linux.zswap.contexts import Contexts
from tests.targets.linux.swap.machines import faults, switch
from tests.targets.linux.zswap.benches import since, until

MUTEX = tuple(kernel for kernel in since("5.15") if kernel in until("6.14"))


def cpu_goes(kernel: str) -> list[str]:
    """Take the CPU of a task down while it waits for the context that it has chosen."""
    world = World(cpus=2)
    machine = Machine(world, kernel_named(kernel), Memory(world))
    made: list[Contexts] = []
    world.boot(lambda: made.append(Contexts(machine)))
    held: list[int] = []

    def compress() -> None:
        with made[0].held():
            held.append(world.running.cpu.number)

    world.follow(switch("A zswap.acomp_ctx.lock#1 B"))
    world.spawn("A", compress, cpu=0)
    world.spawn("B", lambda: machine.hotplug.cpu_down(0), cpu=1)
    world.run()
    return [finding.signature for finding in world.findings] or [f"held by CPU {held[0]}"]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_context_goes_with_its_cpu_under_its_user_from_5_11_to_6_12(kernel: str) -> None:
    """CVE-2025-21693: before, preemption is off; later, whoever holds the mutex looks again."""
    expected = {
        True: ["slab-use-after-free-zswap_compress"],
        False: [f"held by CPU {1 if kernel in since('6.14') else 0}"],
    }
    assert cpu_goes(kernel) == expected[kernel in MUTEX]


def test_a_cpu_without_memory_for_a_context_does_not_come() -> None:
    world = World(cpus=2)
    machine = Machine(world, kernel_named("6.12"), Memory(world))
    answers: list[str] = []

    def body() -> None:
        Contexts(machine)
        machine.hotplug.cpu_down(1)
        try:
            machine.hotplug.cpu_up(1)
        except Refusal as refusal:
            answers.append(refusal.name)

    world.follow(switch("A none#1 A"), faults("A zswap.context#3 ENOMEM"))
    world.spawn("A", body)
    world.run()
    assert answers == ["ENOMEM"]
