"""Which blocks are taken, and who loses them while he works with them."""

import pytest

from targets.linux.zram.backing import reset_bdev
from targets.linux.zram.backing_blocks import alloc_block_bdev, free_block_bdev
from targets.linux.zram.device import Zram
from tests.targets.linux.zram.backings import WITH_BACKING, backed_device
from tests.targets.linux.zram.devices import run


def detach(zram: Zram) -> None:
    reset_bdev(zram)


def exchange(zram: Zram) -> None:
    zram.backing.bitmap = bytearray(1)


@pytest.mark.parametrize("kernel", WITH_BACKING)
@pytest.mark.parametrize(
    ("change", "found"),
    [
        (detach, "null-dereference-free_block_bdev"),
        (exchange, "vmalloc-out-of-bounds-free_block_bdev"),
    ],
)
def test_a_bitmap_that_goes_while_a_block_is_used_stops_the_machine(
    kernel: str, change: object, found: str
) -> None:
    zram, _ = backed_device(kernel)

    def body(zram: Zram) -> None:
        alloc_block_bdev(zram)
        block = alloc_block_bdev(zram)
        assert block is not None
        change(zram)  # type: ignore[operator]
        free_block_bdev(zram, block)

    run(zram, body)
    assert [each.signature for each in zram.machine.world.findings] == [found]


@pytest.mark.parametrize("kernel", WITH_BACKING)
def test_a_block_that_is_given_back_can_be_had_again(kernel: str) -> None:
    zram, _ = backed_device(kernel)
    taken: list[int | None] = []

    def body(zram: Zram) -> None:
        taken.extend(alloc_block_bdev(zram) for _ in range(2))
        assert taken[0] is not None
        free_block_bdev(zram, taken[0])
        taken.append(alloc_block_bdev(zram))

    run(zram, body)
    assert zram.machine.world.findings == []
    assert taken[2] == taken[0] != taken[1]
