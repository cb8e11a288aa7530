"""should_fail: how a kernel decides whether a request is to fail [4.9 lib/fault-inject.c]."""

from typing import Final

from fuzz.world.faults import OrderOfTests

ORDER_OF_TESTS: Final = OrderOfTests.PLAIN
"""The order of 4.6 to 4.12, which is all that is modelled so far; fail-nth came with 4.14."""
