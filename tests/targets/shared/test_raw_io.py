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
