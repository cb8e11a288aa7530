"""CPUs come and go, and who has something for each of them is told, or vetoes."""

import pytest

from fuzz.world.hotplug import online_cpus
from fuzz.world.world import World
from targets.linux.kernel.versions import kernel_named
from targets.linux.machine.cpuhp import CpuHotplug
from targets.linux.machine.errno import ENOMEM, Refusal


class Ledger:
    """An instance that writes down what it is told, and lacks memory for some CPUs."""

    def __init__(self, *unready: int) -> None:
        self.unready = unready
        self.told: list[str] = []

    def cpu_up_prepare(self, cpu: int) -> None:
        if cpu in self.unready:
            raise Refusal(ENOMEM)
        self.told.append(f"up {cpu}")

    def cpu_dead(self, cpu: int) -> None:
        self.told.append(f"dead {cpu}")

    def has(self, cpu: int) -> bool:
        came, went = (self.told.count(f"{what} {cpu}") for what in ("up", "dead"))
        return came > went


def answers(kernel: str, *steps: str, ledger: Ledger | None = None) -> list[object]:
    """Take steps such as `down 1`, on two CPUs."""
    world = World(cpus=2)
    hotplug = CpuHotplug(world, kernel_named(kernel))
    said: list[object] = []

    def take(step: str) -> object:
        match step.split():
            case ["down", number]:
                hotplug.set_online(int(number), online=False)
            case ["up", number]:
                hotplug.set_online(int(number), online=True)
            case _ if ledger is not None:
                hotplug.add_instance(ledger)
            case _:
                raise AssertionError(step)
        return online_cpus(world)

    def body() -> None:
        for step in steps:
            try:
                said.append(take(step))
            except Refusal as refusal:
                said.append(refusal.name)

    world.spawn("A", body)
    world.run()
    return said


def test_a_cpu_goes_and_comes_back() -> None:
    steps = "down 1", "down 1", "up 1", "up 1"
    assert answers("6.12", *steps) == [[0], [0], [0, 1], [0, 1]]


def test_the_boot_cpu_stays_and_no_other_can_be_named() -> None:
    assert answers("6.12", "down 0", "up 0", "down 2") == ["ENOENT"] * 3


def test_an_instance_is_told_of_the_cpus_that_are_there_and_of_each_change() -> None:
    ledger = Ledger()
    answers("6.12", "down 1", "add", "up 1", "down 1", ledger=ledger)
    assert ledger.told == ["up 0", "up 1", "dead 1"]


def test_an_instance_that_is_not_ready_is_not_added() -> None:
    ledger = Ledger(1)
    assert answers("6.12", "add", "down 1", ledger=ledger) == ["ENOMEM", [0]]
    assert ledger.told == ["up 0", "dead 0"]


@pytest.mark.parametrize(("kernel", "errno"), [("4.9", "EPERM"), ("4.10", "ENOMEM")])
def test_a_veto_keeps_a_cpu_away_and_only_states_pass_its_error_on(kernel: str, errno: str) -> None:
    ledger = Ledger(1)
    assert answers(kernel, "down 1", "add", "up 1", ledger=ledger) == [[0], [0], errno]
    assert ledger.told == ["up 0"]
