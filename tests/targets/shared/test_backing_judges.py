"""What a zram promises of its backing device: each promise notices its damage, and no other."""

from collections.abc import Callable

import pytest

from targets.linux.zram.backing_blocks import alloc_block_bdev, free_block_bdev
from targets.linux.zram.device import Zram
from targets.shared.backing_judges import judge_backing
from tests.targets.linux.zram.backings import backed_device, store, write


def take_a_block(zram: Zram) -> None:
    zram.backing.bitmap[5] = 1
    zram.stats.bd_count += 1


def share_a_block(zram: Zram) -> None:
    zram.meta.slots[1].block = zram.meta.slots[0].block


def free_a_block(zram: Zram) -> None:
    zram.backing.bitmap[zram.meta.slots[0].block] = 0
    zram.stats.bd_count -= 1


def miscount(zram: Zram) -> None:
    zram.stats.bd_count += 1


def leave_a_mark(zram: Zram) -> None:
    zram.meta.slots[0].under_wb = True


def never_end(zram: Zram) -> None:
    zram.backing.pp_in_progress = True


def overdraw(zram: Zram) -> None:
    zram.backing.bd_wb_limit = -1


def open_itself(zram: Zram) -> None:
    zram.backing.dev = zram.disk


SHARED = "zram-block-shared-alloc_block_bdev"
LEAKED = "zram-block-leak-alloc_block_bdev"
STUCK = "zram-stuck-writeback-writeback_store"


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (lambda _: None, []),
        (take_a_block, [LEAKED]),
        (share_a_block, [LEAKED, SHARED]),
        (free_a_block, [SHARED]),
        (miscount, ["zram-wrong-count-bd_count"]),
        (leave_a_mark, [STUCK]),
        (never_end, [STUCK]),
        (overdraw, ["zram-writeback-overdrawn-writeback_limit"]),
        (open_itself, ["zram-backs-itself-backing_dev_store"]),
    ],
)
def test_a_promise_notices_its_damage_and_no_other(
    damage: Callable[[Zram], None], found: list[str]
) -> None:
    zram, _ = backed_device("6.1")
    world = zram.machine.world

    def body() -> None:
        write(zram, 0, "random:1")
        write(zram, 1, "random:2")
        assert store(zram, "writeback", "huge") == "ok"
        damage(zram)

    world.spawn("A", body)
    world.run()
    judge_backing(zram)
    assert [finding.signature for finding in world.findings] == found


def test_a_block_that_is_given_back_twice_is_a_warning() -> None:
    zram, _ = backed_device("6.1")
    world = zram.machine.world

    def body() -> None:
        block = alloc_block_bdev(zram)
        assert block is not None
        free_block_bdev(zram, block)
        assert world.findings == []
        free_block_bdev(zram, block)

    world.spawn("A", body)
    world.run()
    found = [finding.signature for finding in world.findings]
    assert found == ["zram-free-block-freed-free_block_bdev"]
