"""Making devices and removing them: numbers, errors, and what happens meanwhile."""

from collections.abc import Callable

import pytest

from fuzz.values.refusal import Refusal
from fuzz.world.faults.explicit import ExplicitFaults
from fuzz.world.world import World
from targets.linux.block.disk import blkdev_get, blkdev_put
from targets.linux.kernel.versions import VERSIONS, kernel_named
from targets.linux.machine.machine import Machine
from targets.linux.machine.memory import Memory
from targets.linux.zram.control import ZramControl, hot_add_mode
from targets.linux.zram.device import Zram, init_done
from targets.linux.zram.sysfs import show_file, store_file
from tests.targets.linux.zram.devices import faults, switches

FORGETFUL = ("4.6", "4.7")
PUBLIC = ("4.6", "4.7", "4.14", "4.15", "4.20", "5.0")
FILES_LAST = ("4.14", "4.15", "4.20", "5.0", "5.4", "5.10", "5.15")


def control(kernel: str) -> ZramControl:
    world = World()
    return ZramControl(Machine(world, kernel_named(kernel), Memory(world)))


def run(
    control: ZramControl,
    *acts: Callable[[ZramControl], object],
    to: tuple[str, ...] = (),
    plan: ExplicitFaults | None = None,
) -> list[object]:
    """Let tasks A, B, ... act; return their answers."""
    world = control.machine.world
    world.follow(switches(*to), plan)
    answers: list[object] = [None] * len(acts)

    def live(number: int, act: Callable[[ZramControl], object]) -> None:
        try:
            answers[number] = act(control)
        except Refusal as refusal:
            answers[number] = refusal.name

    for number, act in enumerate(acts):
        world.spawn("ABC"[number], lambda number=number, act=act: live(number, act))
    world.run()
    return answers


def set_up(control: ZramControl) -> Zram:
    """Make a device with a size."""
    zram = control.add()
    store_file(zram, "comp_algorithm", "lz4")
    store_file(zram, "disksize", "64K")
    return zram


def boot(control: ZramControl) -> None:
    """Make a device with a size, before anything else."""

    def make() -> None:
        set_up(control)

    control.machine.world.boot(make)


def refusal_of(act: Callable[[], object]) -> str:
    try:
        act()
    except Refusal as refusal:
        return refusal.name
    return "ok"


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_new_device_gets_the_smallest_free_number(kernel: str) -> None:
    def act(control: ZramControl) -> list[str]:
        numbers = [control.hot_add_show() for _ in range(3)]
        control.hot_remove_store("1")
        return [*numbers, control.hot_add_show(), control.hot_add_show()]

    assert run(control(kernel), act) == [["0", "1", "2", "1", "3"]]


@pytest.mark.parametrize("kernel", VERSIONS)
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("0", "ok"), ("0\n", "ok"), ("1", "ENODEV"), ("-1", "EINVAL"), ("x", "EINVAL"),
        ("", "EINVAL"), ("0x0", "EINVAL"), ("2147483648", "ERANGE"),
    ],
)  # fmt: skip
def test_hot_remove_takes_the_number_of_a_device(kernel: str, text: str, answer: str) -> None:
    def act(control: ZramControl) -> str:
        control.add()
        return refusal_of(lambda: control.hot_remove_store(text))

    assert run(control(kernel), act) == [answer]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_an_open_device_is_not_removed_but_was_forgotten_in_4_6_and_4_7(kernel: str) -> None:
    def act(control: ZramControl) -> list[str]:
        disk = control.add().disk
        blkdev_get(disk, "somebody")
        first = refusal_of(lambda: control.hot_remove_store("0"))
        blkdev_put(disk)
        return [first, refusal_of(lambda: control.hot_remove_store("0"))]

    assert run(control(kernel), act) == [["EBUSY", "ENODEV" if kernel in FORGETFUL else "ok"]]


@pytest.mark.parametrize("kernel", FORGETFUL)
def test_a_device_that_was_forgotten_is_in_the_way_of_the_next_one(kernel: str) -> None:
    machines = control(kernel)

    def act(control: ZramControl) -> None:
        blkdev_get(control.add().disk, "somebody")
        refusal_of(lambda: control.hot_remove_store("0"))
        control.hot_add_show()

    run(machines, act)
    assert [found.kind for found in machines.machine.world.findings] == ["duplicate-device"]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_device_that_is_gone_has_neither_files_nor_openers(kernel: str) -> None:
    def act(control: ZramControl) -> list[str]:
        zram = set_up(control)
        control.hot_remove_store("0")
        return [
            refusal_of(lambda: show_file(zram, "disksize")),
            refusal_of(lambda: blkdev_get(zram.disk, "somebody")),
        ]

    machines = control(kernel)
    assert run(machines, act) == [["ENODEV", "ENXIO"]]
    assert machines.machine.memory.in_use == 0


@pytest.mark.parametrize("kernel", VERSIONS)
def test_hot_add_needs_memory(kernel: str) -> None:
    plan = faults("A zram.add#1 ENOMEM")
    assert run(control(kernel), ZramControl.hot_add_show, plan=plan) == ["ENOMEM"]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_who_may_make_devices(kernel: str) -> None:
    assert hot_add_mode(kernel_named(kernel)) == (0o444 if kernel in PUBLIC else 0o400)


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_size_that_is_set_while_a_device_is_removed_was_lost_from_4_14_to_5_15(
    kernel: str,
) -> None:
    machines = control(kernel)
    boot(machines)
    zram = machines.devices[0]
    run(
        machines,
        lambda control: control.hot_remove_store("0"),
        lambda _: store_file(zram, "disksize", "32K"),
        to=("A zram.files.remove#1 B",),
    )
    assert init_done(zram) is (kernel in FILES_LAST)


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_reset_that_is_under_way_keeps_a_device_or_is_waited_for(kernel: str) -> None:
    machines = control(kernel)
    boot(machines)
    zram = machines.devices[0]
    answers = run(
        machines,
        lambda _: store_file(zram, "reset", "1"),
        lambda control: control.hot_remove_store("0"),
        to=("A zram.init_lock.lock#1 B",),
    )
    early = VERSIONS.index(kernel) < VERSIONS.index("5.17")
    assert answers == [None, "EBUSY" if early else None]
