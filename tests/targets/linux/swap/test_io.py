"""How pages travel: under which lock, by which way, and what errors leave behind."""

import pytest

from targets.linux.block.capabilities import set_synchronous
from targets.linux.kernel.versions import VERSIONS
from targets.linux.mm.fork import fork
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import swap_in, user_store
from targets.linux.swap.inspect import pages_in_swap_cache, slots_in_use
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig, faults, filled, refusal_of


def store_and_swap_out(rig: Rig, letter: str = "a") -> bool:
    mkswap(rig.core, rig.disk)
    swapon(rig.core, rig.disk)
    user_store(rig.core, rig.mm, 0, filled(letter))
    return swap_out(rig.core, rig.mm, 0)


@pytest.mark.parametrize("has_rw_page", [True, False])
def test_data_survives_the_round_trip(*, has_rw_page: bool) -> None:
    rig = Rig()
    rig.driver.has_rw_page = has_rw_page

    def body() -> list[object]:
        freed = store_and_swap_out(rig)
        return [freed, rig.where(0), rig.load(0) == "a", rig.where(0)]

    assert rig.run(body) == [[True, "swap", True, "read-only"]]
    counters = rig.core.counters
    assert (counters.pswpout, counters.pswpin, rig.core.memory.in_use) == (1, 1, 1)


def test_rw_page_has_the_page_locked_and_a_bio_has_not() -> None:
    rig = Rig()
    rig.driver.refusals = ["ENOMEM"]
    rig.run(lambda: store_and_swap_out(rig))
    assert rig.driver.seen == [("rw_page", True, True), ("bio", False, True)]


def test_a_device_with_an_integrity_profile_is_given_bios_only() -> None:
    rig = Rig()
    rig.disk.integrity = True
    rig.run(lambda: store_and_swap_out(rig))
    assert rig.driver.seen == [("bio", False, True)]


def test_without_a_bio_the_page_stays_dirty_in_the_swap_cache() -> None:
    rig = Rig(faults=faults("A swap.bio#1 ENOMEM"))
    rig.driver.refusals = ["ENOMEM"]
    assert rig.run(lambda: store_and_swap_out(rig)) == [False]
    (page,) = pages_in_swap_cache(rig.core)
    assert (page.dirty, page.writeback, page.lock.locked) == (True, False, False)
    assert not page.error, "the error is noted in the address space only"


def test_a_write_error_keeps_the_page_dirty_in_the_swap_cache_for_another_try() -> None:
    rig = Rig()
    rig.driver.has_rw_page = False
    rig.driver.write_errors = ["EIO"]

    def body() -> list[object]:
        freed = store_and_swap_out(rig)
        (page,) = pages_in_swap_cache(rig.core)
        (slot,) = slots_in_use(rig.core)
        state = [freed, page.dirty, page.error, page.reclaim, slot.counted, slot.cached]
        return [*state, swap_out(rig.core, rig.mm, 0), rig.load(0)]

    answer = [False, True, True, False, 1, True, True, "a"]
    assert rig.run(body) == [answer]


def test_a_read_error_is_a_bus_error_until_the_page_is_gone() -> None:
    rig = Rig()

    def body() -> list[str]:
        store_and_swap_out(rig)
        rig.driver.has_rw_page = False
        rig.driver.read_errors = ["EIO"]
        return [refusal_of(lambda: rig.load(0)) for _ in range(2)]

    assert rig.run(body) == [["SIGBUS", "SIGBUS"]]


@pytest.mark.parametrize("has_rw_page", [True, False])
def test_a_device_in_memory_forgets_a_slot_as_soon_as_it_is_read(*, has_rw_page: bool) -> None:
    """The page table still counts the slot; the dirty page in the swap cache is the only copy."""
    rig = Rig()
    rig.driver.has_slot_free_notify = True
    rig.driver.has_rw_page = has_rw_page

    def body() -> list[object]:
        store_and_swap_out(rig)
        swap_in(rig.core, rig.mm, 0)
        (page,) = pages_in_swap_cache(rig.core)
        (slot,) = slots_in_use(rig.core)
        state = [list(rig.driver.notified), sorted(rig.driver.blocks), page.dirty, slot.counted]
        return [*state, swap_out(rig.core, rig.mm, 0), rig.load(0)]

    assert rig.run(body) == [[[1], [0], True, 1, True, "a"]]


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ("A swapin.page#1 ENOMEM", "VM_FAULT_OOM"),
        ("A swapin.preload#1 ENOMEM", "VM_FAULT_OOM"),
        ("A swap.bio#1 ENOMEM", "SIGBUS"),
    ],
)
def test_a_fault_without_memory_is_refused(fault: str, answer: str) -> None:
    rig = Rig(faults=faults(fault))

    def body() -> str:
        store_and_swap_out(rig)
        rig.driver.has_rw_page = False
        return refusal_of(lambda: rig.load(0))

    assert rig.run(body) == [answer]


def test_a_write_that_could_not_be_started_is_noted_with_the_page_locked() -> None:
    locks: list[int] = []
    for fault in ((), ("A swap.bio#1 ENOMEM",)):
        rig = Rig(faults=faults(*fault))
        rig.driver.refusals = ["ENOMEM"]
        rig.driver.holds_bios = True
        rig.run(lambda rig=rig: store_and_swap_out(rig))
        locks.append([event[1].name for event in rig.world.trace].count("page.lock"))
    assert locks == [1, 2]


def device_in_memory(rig: Rig) -> None:
    """Let the device be what zram is: synchronous, and told of slots that are free."""
    set_synchronous(rig.disk, synchronous=True)
    rig.driver.has_slot_free_notify = True


WITH_RW_PAGE = tuple(version for version in VERSIONS if VERSIONS.index(version) < 14)
WITHOUT_RW_PAGE = VERSIONS[14:]


@pytest.mark.parametrize("version", WITH_RW_PAGE)
def test_until_6_1_a_device_in_memory_writes_with_the_page_locked(version: str) -> None:
    rig = Rig(version)
    device_in_memory(rig)
    assert rig.run(lambda: store_and_swap_out(rig)) == [True]
    assert rig.driver.seen == [("rw_page", True, True)]


@pytest.mark.parametrize("version", WITHOUT_RW_PAGE)
def test_from_6_3_on_a_device_in_memory_writes_with_the_page_unlocked(version: str) -> None:
    rig = Rig(version)
    device_in_memory(rig)
    assert rig.run(lambda: store_and_swap_out(rig)) == [True]
    assert rig.driver.seen == [("bio", False, True)]


@pytest.mark.parametrize(("version", "freed"), [("6.1", False), ("6.3", True)])
def test_from_6_3_on_a_synchronous_device_is_waited_for(version: str, *, freed: bool) -> None:
    rig = Rig(version)
    device_in_memory(rig)
    rig.driver.refusals = ["ENOMEM"]
    rig.driver.asynchronous = True
    assert rig.run(lambda: store_and_swap_out(rig)) == [freed]


@pytest.mark.parametrize(
    ("version", "synchronous", "way"),
    [
        ("5.4", False, "rw_page"),
        ("5.10", True, "rw_page"),
        ("6.1", True, "rw_page"),
        ("6.3", True, "bio"),
    ],
)
def test_the_way_of_a_read(version: str, *, synchronous: bool, way: str) -> None:
    rig = Rig(version)
    set_synchronous(rig.disk, synchronous=synchronous)
    rig.driver.refusals = ["", "EIO"]
    rig.driver.read_errors = ["EIO"]

    def body() -> str:
        store_and_swap_out(rig)
        swap_in(rig.core, rig.mm, 0)
        (page,) = pages_in_swap_cache(rig.core)
        return "bio" if page.error and rig.driver.refusals else "rw_page"

    assert rig.run(body) == [way]


def slots_left_after_a_read(version: str, *, fork_first: bool) -> list[int]:
    rig = Rig(version)
    device_in_memory(rig)

    def body() -> list[int]:
        store_and_swap_out(rig)
        if fork_first:
            fork(rig.core, rig.mm)
        swap_in(rig.core, rig.mm, 0)
        return sorted(rig.driver.blocks)

    (left,) = rig.run(body)
    assert isinstance(left, list)
    return left


@pytest.mark.parametrize("version", VERSIONS)
def test_which_kernels_forget_a_slot_when_it_was_read(version: str) -> None:
    """The header is block 0; 5.15 is read as its stable release 5.15.135."""
    always = ["4.6", "4.7", "4.9", "4.10", "4.14", "4.20", "5.0"]
    if_counted_once = ["5.4", "5.10", "5.17"]
    alone = [0] if version in always + if_counted_once else [0, 1]
    shared = [0] if version in always else [0, 1]
    assert slots_left_after_a_read(version, fork_first=False) == alone
    assert slots_left_after_a_read(version, fork_first=True) == shared


@pytest.mark.parametrize("version", ["5.10", "5.15"])
def test_a_bio_of_swap_comes_from_a_reserve_in_time(version: str) -> None:
    rig = Rig(version, faults=faults("A swap.bio#1 ENOMEM"))
    rig.driver.has_rw_page = False
    freed = version == "5.15"
    assert rig.run(lambda: store_and_swap_out(rig)) == [freed]
