"""What a zram asks of its users, on every kernel, and the moments at which it forgets."""

import pytest

from targets.linux.block.capabilities import (
    bdev_stable_writes,
    bdev_synchronous,
    wants_stable_pages,
)
from targets.linux.kernel.versions import VERSIONS, kernel_named
from targets.linux.zram.disksize import disksize_store
from targets.linux.zram.reset import reset_store
from targets.linux.zram.revalidate import zram_bdev_attached
from tests.targets.linux.zram.devices import Zram, bare_device, device, run

NEVER = {"4.6", "4.7", "4.9", "5.19"}
SET_ANEW = {"4.10", "4.14"}
"""From these on the wish is set again by each revalidation; later ones set it once."""

CLEARED_BY_BACKING = {"4.20", "5.0", "5.4", "5.10", "5.15", "5.17", "5.19"}


@pytest.mark.parametrize("kernel", VERSIONS)
def test_zram_asks_for_stable_pages_while_it_has_a_size(kernel: str) -> None:
    zram = bare_device(kernel)
    assert wants_stable_pages(zram.disk) == (kernel not in NEVER | SET_ANEW)
    run(zram, lambda zram: disksize_store(zram, "64K"))
    assert wants_stable_pages(zram.disk) == (kernel not in NEVER)
    run(zram, lambda zram: reset_store(zram, "1"))
    assert wants_stable_pages(zram.disk) == (kernel not in NEVER)


@pytest.mark.parametrize("kernel", sorted(SET_ANEW))
def test_without_its_defect_zram_asks_before_it_has_a_size(kernel: str) -> None:
    zram = bare_device(kernel_named(kernel, without_defects=["zram-stable-flag-after-size"]))
    assert wants_stable_pages(zram.disk)
    run(zram, lambda zram: disksize_store(zram, "64K"))
    assert wants_stable_pages(zram.disk)


def asks(zram: Zram) -> str:
    return "set" if bdev_stable_writes(zram.disk) else "cleared"


@pytest.mark.parametrize(
    ("moment", "seen"),
    [
        ("bdi.capabilities.set#1", "set"),
        ("bd_mutex.lock#2", "cleared"),
        ("bdi.capabilities.set#2", "cleared"),
        ("bd_mutex.lock#3", "set"),
    ],
)
def test_revalidation_clears_the_capability_before_zram_sets_it_again(
    moment: str, seen: str
) -> None:
    zram = device("4.10")
    to = [f"A {moment} B"]
    assert run(zram, lambda zram: reset_store(zram, "1"), asks, to=to) == [None, seen]


@pytest.mark.parametrize("kernel", [v for v in VERSIONS if v not in NEVER | {"4.10"}])
def test_nobody_can_look_at_a_bad_moment_from_4_12_on(kernel: str) -> None:
    """Every point of a reset is tried as the moment at which somebody asks."""
    zram = device(kernel)
    run(zram, lambda zram: reset_store(zram, "1"))
    passed = [(point.name, visit) for _, point, visit, _ in zram.machine.world.trace]
    for name, visit in passed:
        again = device(kernel)
        to = [f"A {name}#{visit} B"]
        assert run(again, lambda zram: reset_store(zram, "1"), asks, to=to) == [None, "set"]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_zram_is_synchronous_from_4_15_on_unless_a_block_may_lie_on_another_device(
    kernel: str,
) -> None:
    zram = device(kernel)

    def attach_and_detach(zram: Zram) -> list[bool]:
        seen = [bdev_synchronous(zram.disk)]
        for attached in (True, False):
            zram_bdev_attached(zram, attached=attached)
            seen.append(bdev_synchronous(zram.disk))
        return seen

    known = VERSIONS.index(kernel) >= VERSIONS.index("4.15")
    expected = [known, known and kernel not in CLEARED_BY_BACKING, known]
    assert run(zram, attach_and_detach) == [expected]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_zram_that_completes_later_never_says_that_it_is_synchronous(kernel: str) -> None:
    zram = device(kernel, asynchronous=True)

    def ask(zram: Zram) -> list[bool]:
        seen = [bdev_synchronous(zram.disk)]
        zram_bdev_attached(zram, attached=True)
        zram_bdev_attached(zram, attached=False)
        return [*seen, bdev_synchronous(zram.disk)]

    assert run(zram, ask) == [[False, False]]
