"""Holding objects in their place, and letting them go as often as they are held."""

import pytest

from targets.linux.kernel.versions import kernel_named
from targets.linux.zsmalloc.locks import hold_object, release_object
from targets.linux.zsmalloc.pool import zs_malloc
from tests.targets.linux.zsmalloc.bench import SLOW, pool_on, run


@pytest.mark.parametrize("kernel", ["6.1", "6.8", "6.17"])
@pytest.mark.parametrize(("released", "found"), [(1, []), (2, ["bad-unlock"])])
def test_a_zspage_is_released_as_often_as_it_is_held(
    kernel: str, released: int, found: list[str]
) -> None:
    pool = pool_on(kernel_named(kernel))

    def body() -> None:
        handle = zs_malloc(pool, 1300, SLOW)
        zspage, _ = hold_object(pool, handle)
        for _ in range(released):
            release_object(pool, zspage, handle)

    assert run(pool, body) == found
