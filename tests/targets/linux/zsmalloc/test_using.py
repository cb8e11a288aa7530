"""Objects as users get at them: mapped to the end of a block, or not at all."""

import pytest

from targets.linux.kernel.kernel import Kernel
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zsmalloc.access import maps_objects
from targets.linux.zsmalloc.pool import zs_malloc
from targets.linux.zsmalloc.using import object_to_read, object_to_write
from tests.targets.linux.zsmalloc.bench import KERNELS, SLOW, pool_on, run


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.version)
def test_what_was_written_is_read(kernel: Kernel) -> None:
    pool = pool_on(kernel)

    def body() -> None:
        handles = [zs_malloc(pool, 2500, SLOW) for _ in range(4)]
        for number, handle in enumerate(handles):
            with object_to_write(pool, handle) as write:
                write(bytes([number]) * 2500)
        for number, handle in enumerate(handles):
            with object_to_read(pool, handle, bytearray(PAGE_SIZE)) as view:
                assert view.read(2500) == bytes([number]) * 2500

    assert run(pool, body) == []


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.version)
@pytest.mark.parametrize("writes", [False, True])
def test_who_uses_an_object_may_sleep_unless_it_is_mapped(kernel: Kernel, *, writes: bool) -> None:
    pool = pool_on(kernel)

    def body() -> None:
        handle = zs_malloc(pool, 100, SLOW)
        if writes:
            with object_to_write(pool, handle):
                pool.world.might_sleep()
        else:
            with object_to_read(pool, handle, None):
                pool.world.might_sleep()

    assert run(pool, body) == (["sleeping-while-atomic"] if maps_objects(pool) else [])
