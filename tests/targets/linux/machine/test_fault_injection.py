"""Fault injection: every kernel that is modelled tests in the order of 4.9."""

import pytest

from fuzz.program.target import OrdersTests, Target
from fuzz.world.faults import OrderOfTests
from targets.swap.target import TARGET as SWAP
from targets.zram.target import TARGET as ZRAM


@pytest.mark.parametrize("target", [SWAP, ZRAM], ids=lambda target: target.name)
def test_a_target_says_in_which_order_its_kernels_test(target: Target) -> None:
    assert isinstance(target, OrdersTests)
    orders = {target.order_of_tests(kernel) for kernel in target.kernels}
    assert orders == {OrderOfTests.PLAIN}
