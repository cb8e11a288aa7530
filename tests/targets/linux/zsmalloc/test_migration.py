"""Migration of single pages: what moves, what refuses, what is freed late."""

from collections.abc import Callable

import pytest

from targets.linux.kernel.history.zsmalloc import PageMigration
from targets.linux.kernel.kernel import Kernel
from targets.linux.kernel.versions import VERSIONS, kernel_named
from targets.linux.machine.errno import EAGAIN, EBUSY, EINVAL, ENOMEM, Refusal
from targets.linux.zsmalloc.inspection import (
    broken_chains,
    broken_headers,
    recounted_pages,
    zspages_of,
)
from targets.linux.zsmalloc.migration import (
    NEW_PAGE,
    migrate_page,
    zs_page_isolate,
    zs_page_putback,
)
from targets.linux.zsmalloc.pool import zs_destroy_pool, zs_free, zs_malloc
from targets.linux.zsmalloc.structs import Pool
from targets.linux.zsmalloc.zspage import get_zspage
from tests.targets.linux.zsmalloc.bench import (
    KERNELS,
    LOCATION,
    PINNED,
    SLOW,
    FailAt,
    SwitchAt,
    get,
    pool_on,
    put,
    run,
)

MOVABLE = [kernel for kernel in KERNELS if kernel is not LOCATION]
on_each_kernel = pytest.mark.parametrize("kernel", MOVABLE, ids=lambda kernel: kernel.version)
on_pinned_kernels = pytest.mark.parametrize("kernel", PINNED[1:], ids=lambda kernel: kernel.version)


def refused(act: Callable[[], None]) -> str:
    """Do something and return with what it was refused."""
    try:
        act()
    except Refusal as refusal:
        return refusal.name
    return ""


def filled(pool: Pool, size: int, count: int) -> list[int]:
    handles = [zs_malloc(pool, size, SLOW) for _ in range(count)]
    for handle in handles:
        put(pool, handle, b"%d" % handle)
    return handles


@on_each_kernel
@pytest.mark.parametrize("size", [24, 1300, 2500, 4096])
def test_every_object_survives_the_migration_of_every_page(kernel: Kernel, size: int) -> None:
    pool = pool_on(kernel)

    def body() -> None:
        handles = filled(pool, size, 5)
        zs_free(pool, handles.pop(1))
        for zspage in zspages_of(pool):
            for number in range(len(zspage.pages)):
                migrate_page(pool, zspage.pages[number])
        contents = [get(pool, handle, 7) for handle in handles]
        assert contents == [b"%d" % handle for handle in handles]
        assert [*broken_chains(pool), *broken_headers(pool)] == []
        assert pool.memory.in_use == pool.pages_allocated == recounted_pages(pool)
        for handle in [*handles, *filled(pool, size, 3)]:
            zs_free(pool, handle)
        assert pool.memory.in_use == 0

    assert run(pool, body) == []


@pytest.mark.parametrize("version", ["4.6", "4.7"])
def test_before_4_8_no_page_can_be_moved(version: str) -> None:
    pool = pool_on(kernel_named(version))

    def body() -> None:
        filled(pool, 1300, 1)
        assert refused(lambda: migrate_page(pool, pool.memory.page(min(pool.zspages)))) == EBUSY

    assert run(pool, body) == []


@pytest.mark.parametrize("version", VERSIONS[2:])
def test_who_uses_an_object_is_waited_for_or_makes_migration_give_up(version: str) -> None:
    kernel = kernel_named(version)
    pool = pool_on(kernel, strategy=SwitchAt("zsmalloc.object.read"))
    log: list[str] = []

    def body() -> None:
        [handle] = filled(pool, 1300, 1)
        page = pool.memory.page(min(pool.zspages))

        def migrator() -> None:
            log.append(refused(lambda: migrate_page(pool, page)) or "moved")

        pool.world.spawn("migrator", migrator, cpu=1)
        get(pool, handle, 7)
        log.append("used")

    assert run(pool, body) == []
    tries = kernel.features.page_migration is PageMigration.TRIED
    assert log == ([EINVAL, "used"] if tries else ["used", "moved"])


@on_pinned_kernels
def test_a_pin_taken_before_the_lock_of_the_zspage_makes_it_answer_eagain(kernel: Kernel) -> None:
    pool = pool_on(kernel, strategy=SwitchAt("zsmalloc.zspage_lock.lock"))
    log: list[str] = []

    def body() -> None:
        [handle] = filled(pool, 1300, 1)
        page = pool.memory.page(min(pool.zspages))

        def migrator() -> None:
            log.append(refused(lambda: migrate_page(pool, page)))

        pool.world.spawn("migrator", migrator, cpu=1)
        put(pool, handle, b"used")
        assert get(pool, handle, 4) == b"used"
        zs_free(pool, handle)

    assert run(pool, body) == []
    assert log == [EAGAIN]
    assert (pool.memory.in_use, list(broken_chains(pool))) == (0, [])


@on_pinned_kernels
def test_an_isolated_zspage_gives_no_objects_and_is_freed_when_it_is_put_back(
    kernel: Kernel,
) -> None:
    pool = pool_on(kernel)

    def body() -> None:
        [handle] = filled(pool, 1300, 1)
        zspage, _ = get_zspage(pool, handle)
        [page] = zspage.pages
        assert zs_page_isolate(pool, page)
        [other] = filled(pool, 1300, 1)
        assert get_zspage(pool, other)[0] is not zspage
        zs_free(pool, handle)
        assert pool.pages_allocated == 2
        page.lock.acquire()
        zs_page_putback(pool, page)
        page.lock.release()
        zs_free(pool, other)
        zs_destroy_pool(pool)
        assert (pool.pages_allocated, pool.memory.in_use) == (0, 0)

    assert run(pool, body) == []


@on_each_kernel
def test_a_zspage_with_a_locked_page_is_freed_later(kernel: Kernel) -> None:
    pool = pool_on(kernel)

    def body() -> None:
        [handle] = filled(pool, 2500, 1)
        zspage, _ = get_zspage(pool, handle)
        page = zspage.pages[1]
        page.lock.acquire()
        zs_free(pool, handle)
        assert pool.pages_allocated == 2
        page.lock.release()
        zs_destroy_pool(pool)
        assert (pool.pages_allocated, pool.memory.in_use) == (0, 0)

    assert run(pool, body) == []


@on_each_kernel
def test_an_empty_zspage_that_waits_to_be_freed_may_be_used_again(kernel: Kernel) -> None:
    pool = pool_on(kernel)

    def body() -> None:
        [handle] = filled(pool, 4096, 1)
        zspage, _ = get_zspage(pool, handle)
        zspage.pages[0].lock.acquire()
        zs_free(pool, handle)
        [again] = filled(pool, 4096, 1)
        assert get_zspage(pool, again)[0] is zspage
        zspage.pages[0].lock.release()
        assert get(pool, again, 7) == (b"%d" % again)[:7]
        assert [*broken_chains(pool), *broken_headers(pool)] == []
        zs_free(pool, again)
        zs_destroy_pool(pool)
        assert pool.memory.in_use == 0

    assert run(pool, body) == []


@on_each_kernel
def test_without_a_new_frame_nothing_changes(kernel: Kernel) -> None:
    pool = pool_on(kernel, faults=FailAt(NEW_PAGE.name, 1))

    def body() -> None:
        [handle] = filled(pool, 1300, 1)
        page = pool.memory.page(min(pool.zspages))
        assert refused(lambda: migrate_page(pool, page)) == ENOMEM
        migrate_page(pool, page)
        assert get(pool, handle, 7) == b"%d" % handle
        assert pool.memory.in_use == 1

    assert run(pool, body) == []


@pytest.mark.parametrize(
    ("version", "answer", "left"), [("4.9", EBUSY, 0), ("4.14", "", 1), ("5.4", "", 0)]
)
def test_what_becomes_of_a_zspage_that_became_empty_while_it_was_isolated(
    version: str, answer: str, left: int
) -> None:
    pool = pool_on(kernel_named(version), strategy=SwitchAt("zsmalloc.zspage_lock.lock"))
    log: list[str] = []

    def body() -> None:
        [handle] = filled(pool, 1300, 1)
        page = pool.memory.page(min(pool.zspages))
        pool.world.spawn("user", lambda: zs_free(pool, handle), cpu=1)
        log.append(refused(lambda: migrate_page(pool, page)))

    assert run(pool, body) == []
    assert log == [answer]
    assert pool.pages_allocated == pool.memory.in_use == left
