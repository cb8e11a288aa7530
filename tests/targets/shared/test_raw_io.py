"""A user's own I/O on a device that swap may have for itself."""

from __future__ import annotations

from typing import Final

import pytest

from tests.targets.running import answers, signatures

READ_THEN_RESET: Final = (
    "target swap\nkernel {}\nconfig cpus=3 without=all\n"
    "task A\n  swap_out page=3\n  read block=0\ntask C\n  swapoff\n  reset\n"
)
KERNELS: Final = ("4.9", "5.10", "6.12", "6.19")


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_reset_comes_after_who_has_read_the_device_of_a_swap_area(kernel: str) -> None:
    case = READ_THEN_RESET.format(kernel)
    assert answers(case)[-2:] == ["ok", "ok"]
    assert signatures(case) == []


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_device_is_not_reset_while_somebody_reads_what_was_a_swap_area(kernel: str) -> None:
    case = READ_THEN_RESET.format(kernel) + "switch A disk.capacity.read#1 C\n"
    assert [answer for answer in answers(case) if answer == "EBUSY"] == ["EBUSY"]
    assert signatures(case) == []


GROWN_MEANWHILE: Final = """\
target zram
kernel 5.17
config without=all
task A
  reset
  write_many block=0 count=1 with=same:0x01 then=zeros
  read block=0
task B
  disksize pages=1
switch A disk.capacity.read#2 B
"""
"""A's device gets its size after A has begun to write to it."""


def test_a_write_of_several_blocks_says_how_many_there_was_room_for() -> None:
    case = GROWN_MEANWHILE
    assert answers(case)[1:3] == ["ok", "ok"]
    assert signatures(case) == []
