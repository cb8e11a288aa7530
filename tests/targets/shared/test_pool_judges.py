"""What a pool keeps at rest: each promise notices the damage that it is about, and no other."""

from collections.abc import Callable

import pytest

from targets.linux.machine.page import page_ref_inc
from targets.linux.zsmalloc.inspection import zspages_of
from targets.linux.zsmalloc.structs import Pool, Zspage
from targets.shared.pool_judges import judge_pool_at_rest
from targets.zsmalloc.system import ZsmallocSystem
from tests.targets.zsmalloc.test_judges import damaged


def first(pool: Pool) -> Zspage:
    return zspages_of(pool)[0]


def keep_reading(pool: Pool) -> None:
    first(pool).users.readers += 1


def stay_isolated(pool: Pool) -> None:
    first(pool).isolated += 1


def isolate_page(pool: Pool) -> None:
    page = first(pool).pages[0]
    pool.isolated_pages[page.pfn] = page


def lock_page(pool: Pool) -> None:
    first(pool).pages[0].lock.acquire()


def compact_for_ever(pool: Pool) -> None:
    pool.compacting = True


def owe_work(pool: Pool) -> None:
    pool.free_work_pending = True


def list_nowhere(pool: Pool) -> None:
    for zspages in first(pool).zs_class.lists:
        zspages.clear()


def list_twice(pool: Pool) -> None:
    first(pool).zs_class.lists[first(pool).group].append(first(pool))


def lead_elsewhere(pool: Pool) -> None:
    for page in first(pool).pages[1:]:
        del pool.zspages[page.pfn]
    pool.zspages[first(pool).pages[0].pfn + 100] = pool.zspages.pop(first(pool).pages[0].pfn)


def hold_page(pool: Pool) -> None:
    page_ref_inc(first(pool).pages[0])


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (lambda _: None, []),
        (keep_reading, ["zspage-held-zspage_lock"]),
        (stay_isolated, ["zspage-held-isolated"]),
        (isolate_page, ["zspage-held-isolated_pages"]),
        (lock_page, ["zspage-held-page_lock"]),
        (compact_for_ever, ["pool-busy-compaction_in_progress"]),
        (owe_work, ["pool-busy-free_work"]),
        (list_nowhere, ["zspage-misplaced-insert_zspage"]),
        (list_twice, ["zspage-misplaced-insert_zspage"]),
        (hold_page, ["zspage-unknown-get_page"]),
    ],
)
def test_a_promise_notices_its_damage_and_no_other(
    damage: Callable[[Pool], None], found: list[str]
) -> None:
    def harm(system: ZsmallocSystem) -> None:
        damage(system.pool)
        judge_pool_at_rest(system.pool)

    assert list(dict.fromkeys(damaged(harm))) == found
