"""A cache in front of swap: asked first, told of every slot that becomes free."""

import pytest

from targets.linux.machine.gfp import Gfp
from targets.linux.machine.page import Page, fill_page
from targets.linux.mm.exit import exit_mm
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_store
from targets.linux.swap.frontswap import Load
from targets.linux.swap.swapoff import swapoff
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, filled, refusal_of


class Cache:
    """Keeps what it is given, while it is allowed to, and notes what it is told."""

    def __init__(self) -> None:
        self.pages: dict[int, bytes] = {}
        self.full = False
        self.broken = False
        self.told: list[object] = []

    def init(self, swap_type: int) -> None:
        self.told.append(("init", swap_type))

    def store(self, page: Page) -> bool:
        self.pages.pop(page.private, None)
        if not self.full:
            self.pages[page.private] = bytes(page.bytes)
        return not self.full

    def load(self, page: Page) -> Load:
        if page.private not in self.pages:
            return Load.MISS
        if self.broken:
            return Load.FAILED
        fill_page(page, self.pages[page.private])
        return Load.HIT

    def shrink(self, gfp: Gfp) -> None:
        self.told.append(gfp)

    def invalidate_page(self, swap_type: int, offset: int) -> None:
        self.told.append((swap_type, offset))

    def invalidate_area(self, swap_type: int) -> None:
        self.told.append(("area", swap_type))


def swap_out_one(rig: Rig, cache: Cache) -> bool:
    rig.core.frontswap = cache
    mkswap(rig.core, rig.disk)
    swapon(rig.core, rig.disk)
    user_store(rig.core, rig.mm, 0, filled("a"))
    return swap_out(rig.core, rig.mm, 0)


@pytest.mark.parametrize("version", ["4.9", "5.10", "6.5", "6.8", "6.12", "6.19"])
@pytest.mark.parametrize("full", [False, True])
def test_the_device_sees_what_the_cache_does_not_take(version: str, *, full: bool) -> None:
    rig, cache = Rig(version), Cache()
    cache.full = full

    def body() -> list[object]:
        freed = swap_out_one(rig, cache)
        blocks = sorted(rig.driver.blocks)
        read = rig.load(0)
        swapoff(rig.core, rig.disk)
        return [freed, blocks, read]

    assert rig.run(body) == [[True, [0, 1] if full else [0], "a"]]
    assert cache.told == [("init", 0), (0, 1), ("area", 0)]


def test_what_the_cache_cannot_read_is_a_bus_error() -> None:
    rig, cache = Rig("6.19"), Cache()

    def body() -> str:
        swap_out_one(rig, cache)
        cache.broken = True
        return refusal_of(lambda: rig.load(0))

    assert rig.run(body) == ["SIGBUS"]


@pytest.mark.parametrize(
    ("version", "told"),
    [("6.8", [("init", 0)]), ("6.12", [("init", 0), (0, 1)]), ("6.14", [("init", 0)])],
)
def test_when_the_cache_forgets_a_slot_that_is_parked(version: str, told: list[object]) -> None:
    rig, cache = Rig(version, pages=2 * 5 * 64 + 2, cpus=2), Cache()

    def body() -> object:
        swap_out_one(rig, cache)
        rig.load(0)
        exit_mm(rig.core, rig.mm)
        return list(cache.told), len(rig.core.slot_caches.parked)

    assert rig.run(body) == [(told, 64)]
