"""Pages that a pool has, and pages that compaction freed, after each step of random programs.

A second allocator, written straight down for two kinds of lists, must come to the same numbers.
"""

import pytest

from fuzz.values.choices import Choices
from targets.linux.kernel.build import Build
from targets.linux.kernel.history.zsmalloc import FullnessLists
from targets.linux.kernel.kernel import Kernel
from targets.linux.kernel.versions import kernel_named
from targets.linux.zsmalloc.compaction import zs_compact
from targets.linux.zsmalloc.pool import zs_free, zs_malloc
from targets.linux.zsmalloc.size_class import SizeClass, classes_of
from tests.targets.linux.zsmalloc.bench import SLOW, pool_on, run

SIZES = (24, 500, 1300, 1700, 2040, 2500, 3000, 3624, 4096)


class Run:
    """A run of pages: what is at each place, and the free places, the next one last."""

    def __init__(self, places: int) -> None:
        self.at: dict[int, int] = {}
        self.free = list(reversed(range(places)))

    def take(self, name: int) -> None:
        self.at[self.free.pop()] = name

    def drop(self, place: int) -> int:
        self.free.append(place)
        return self.at.pop(place)


class Sorted:
    """The runs of one class, in the lists of 4.8 to 6.3 or in those from 6.5 on."""

    def __init__(self, facts: SizeClass, *, tenths: bool) -> None:
        self.facts = facts
        self.tenths = tenths
        self.lists: list[list[Run]] = [[] for _ in range(12)]

    def group(self, one: Run) -> int:
        used, places = len(one.at), self.facts.objects
        if used in (0, places):
            return 11 if used else 0
        if self.tenths:
            return 1 + used * 100 // places // 10
        return 1 if used <= places * 3 // 4 else 2

    def put(self, one: Run) -> int:
        group = self.group(one)
        others = self.lists[group]
        second = not self.tenths and others and len(one.at) < len(others[0].at)
        others.insert(1 if second else 0, one)
        return group

    def pull(self, groups: range) -> Run | None:
        for group in groups:
            if self.lists[group]:
                return self.lists[group].pop(0)
        return None

    def settle(self, one: Run, before: int) -> None:
        if self.group(one) != before:
            self.lists[before].remove(one)
            self.put(one)

    @property
    def spare(self) -> int:
        runs = [one for group in self.lists for one in group]
        return sum(len(one.free) for one in runs)


class Plain:
    """The allocator: objects by name."""

    def __init__(self, kernel: Kernel, *, tenths: bool) -> None:
        self.table = classes_of(kernel)
        self.tenths = tenths
        self.sorts: dict[int, Sorted] = {}
        self.where: dict[int, tuple[Sorted, Run]] = {}
        self.pages = 0
        self.compacted = 0

    def malloc(self, name: int, size: int) -> None:
        facts = self.table[min(254, max(0, (size + 8 - 32 + 15) // 16))]
        sort = self.sorts.setdefault(facts.index, Sorted(facts, tenths=self.tenths))
        for group in range(10, -1, -1):
            if sort.lists[group]:
                one = sort.lists[group][0]
                one.take(name)
                sort.settle(one, group)
                break
        else:
            one = Run(facts.objects)
            one.take(name)
            sort.put(one)
            self.pages += facts.pages
        self.where[name] = sort, one

    def release(self, name: int) -> None:
        sort, one = self.where.pop(name)
        before = sort.group(one)
        one.drop(next(place for place, other in one.at.items() if other == name))
        sort.settle(one, before)
        if not one.at:
            sort.lists[0].remove(one)
            self.pages -= sort.facts.pages

    def gone(self, sort: Sorted, source: Run) -> None:
        if sort.put(source) == 0:
            sort.lists[0].remove(source)
            self.pages -= sort.facts.pages
            self.compacted += sort.facts.pages

    def move(self, sort: Sorted, source: Run, target: Run) -> bool:
        """Move until the source is empty (True) or the target full."""
        for place in sorted(source.at):
            if not target.free:
                return False
            name = source.drop(place)
            target.take(name)
            self.where[name] = sort, target
        return True

    def compact(self) -> None:
        for index in sorted(self.sorts, reverse=True):
            if self.tenths:
                self.fill_targets(self.sorts[index])
            else:
                self.empty_sources(self.sorts[index])

    def empty_sources(self, sort: Sorted) -> None:
        while source := sort.pull(range(1, 3)):
            lost = len(source.free) + sort.spare
            done = False
            while lost >= sort.facts.objects and not done:
                target = sort.pull(range(2, 0, -1))
                if target is None:
                    break
                done = self.move(sort, source, target)
                sort.put(target)
            self.gone(sort, source)
            if not done:
                return

    def fill_targets(self, sort: Sorted) -> None:
        target: Run | None = None
        while sort.spare + (len(target.free) if target else 0) >= sort.facts.objects:
            target = target or sort.pull(range(10, 0, -1))
            source = sort.pull(range(1, 11)) if target else None
            if target is None or source is None:
                break
            self.move(sort, source, target)
            self.gone(sort, source)
            if not target.free:
                sort.put(target)
                target = None
        if target is not None:
            sort.put(target)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    ("version", "chain_size"),
    [("4.9", 8), ("6.1", 8), ("6.3", 8), ("6.5", 8), ("6.12", 8), ("6.18", 5), ("6.18", 8)],
)
def test_a_pool_has_the_pages_that_a_second_allocator_counts(
    version: str, chain_size: int, seed: int
) -> None:
    kernel = kernel_named(version, build=Build(chain_size=chain_size))
    tenths = kernel.features.fullness_lists is FullnessLists.RATIOS
    pool, plain, choices = pool_on(kernel), Plain(kernel, tenths=tenths), Choices(seed)

    def body() -> None:
        handles: dict[int, int] = {}
        for step in range(400):
            if handles and choices.percent(20 + 40 * (step // 50 % 2)):
                name = choices.one_of(list(handles))
                zs_free(pool, handles.pop(name))
                plain.release(name)
            elif choices.percent(8):
                zs_compact(pool)
                plain.compact()
            else:
                size = choices.one_of(SIZES)
                handles[step] = zs_malloc(pool, size, SLOW)
                plain.malloc(step, size)
            assert (pool.pages_allocated, pool.pages_compacted) == (plain.pages, plain.compacted)

    assert run(pool, body) == []
    assert plain.compacted
