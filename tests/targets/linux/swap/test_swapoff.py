"""swapoff: everything comes back, nothing stays."""

import pytest

from fuzz.values.point import Access
from targets.linux.block.capabilities import set_synchronous
from targets.linux.mm.exit import exit_mm
from targets.linux.mm.fork import fork
from targets.linux.mm.madvise import madvise_dontneed
from targets.linux.mm.mm_struct import set_pte
from targets.linux.mm.reclaim import swap_out
from targets.linux.mm.user import user_store
from targets.linux.swap.flags import SWP_WRITEOK
from targets.linux.swap.swapoff import swapoff
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import NAP, Rig, faults, filled, refusal_of, switch, walk


def fill_and_swap_out(rig: Rig, letters: str) -> None:
    mkswap(rig.core, rig.disk)
    swapon(rig.core, rig.disk)
    for index, letter in enumerate(letters):
        user_store(rig.core, rig.mm, index, filled(letter))
        swap_out(rig.core, rig.mm, index)


BOTH_WAYS = ("4.9", "5.0", "5.4", "5.15", "5.19", "6.3", "6.8", "6.12", "6.19")
"""By slot until 5.0, by process from then on."""


@pytest.mark.parametrize("version", BOTH_WAYS)
@pytest.mark.parametrize("has_rw_page", [True, False])
def test_every_page_comes_back_and_nothing_stays(version: str, *, has_rw_page: bool) -> None:
    rig = Rig(version)
    rig.driver.has_rw_page = has_rw_page
    rig.driver.has_slot_free_notify = True

    def body() -> list[str]:
        fill_and_swap_out(rig, "abc")
        swapoff(rig.core, rig.disk)
        return [rig.load(index) for index in range(3)]

    assert rig.run(body) == [["a", "b", "c"]]
    (area,) = rig.core.swap_info
    assert (area.flags, area.inuse_pages, area.max, area.disk) == (0, 0, 0, None)
    assert (rig.core.nr_swap_pages, rig.core.total_swap_pages) == (0, 0)
    assert (rig.core.memory.in_use, rig.disk.openers, rig.core.mmlist) == (3, 0, [])


@pytest.mark.parametrize("version", BOTH_WAYS)
def test_parent_and_child_get_the_same_page_back(version: str) -> None:
    rig = Rig(version)

    def body() -> list[object]:
        fill_and_swap_out(rig, "a")
        child = fork(rig.core, rig.mm)
        swapoff(rig.core, rig.disk)
        loads = [rig.load(0, mm) for mm in (rig.mm, child)]
        return [loads, rig.mapped(0) is rig.mapped(0, child)]

    assert rig.run(body) == [[["a", "a"], True]]


@pytest.mark.parametrize("version", BOTH_WAYS)
def test_a_page_that_came_back_can_be_swapped_out_elsewhere(version: str) -> None:
    """It is dirty: there is no other copy."""
    rig = Rig(version, disks=2)

    def body() -> list[object]:
        fill_and_swap_out(rig, "a")
        swapoff(rig.core, rig.disk)
        mkswap(rig.core, rig.drivers[1].disk)
        swapon(rig.core, rig.drivers[1].disk)
        return [swap_out(rig.core, rig.mm, 0), rig.load(0)]

    assert rig.run(body) == [[True, "a"]]


def test_a_device_that_is_no_area_is_refused() -> None:
    rig = Rig()
    assert rig.run(lambda: swapoff(rig.core, rig.disk)) == ["EINVAL"]


@pytest.mark.parametrize("version", BOTH_WAYS)
@pytest.mark.parametrize(
    "fault",
    ["A swapoff.memory#1 ENOMEM", "A swapin.page#1 ENOMEM", "A swapoff.signal#1 EINTR"],
)
def test_a_swapoff_that_fails_leaves_the_area_as_it_was(version: str, fault: str) -> None:
    rig = Rig(version, faults=faults(fault))

    def body() -> list[object]:
        fill_and_swap_out(rig, "ab")
        (area,) = rig.core.swap_info
        before = (area.flags, area.prio, area.inuse_pages, rig.core.nr_swap_pages)
        name = refusal_of(lambda: swapoff(rig.core, rig.disk))
        after = (area.flags, area.prio, area.inuse_pages, rig.core.nr_swap_pages)
        again = [swap_out(rig.core, rig.mm, 0), bool(area.flags & SWP_WRITEOK)]
        return [name, before == after, *again, rig.load(1) == "b"]

    assert rig.run(body) == [[fault.rsplit(maxsplit=1)[-1], True, False, True, True]]


def test_after_a_read_error_the_process_gets_a_page_that_was_never_read() -> None:
    """A bug of every kernel before 5.19 (unuse-pte-random-data)."""
    rig = Rig()
    rig.expected = ["page-uninit-value"]

    def body() -> str:
        fill_and_swap_out(rig, "a")
        rig.driver.has_rw_page = False
        rig.driver.read_errors = ["EIO"]
        swapoff(rig.core, rig.disk)
        return rig.load(0)

    assert rig.run(body) == ["\0"]


@pytest.mark.parametrize(("errors", "read"), [([], "a"), (["EIO"], "\0")], ids=["ok", "failing"])
def test_a_page_swapped_out_again_meanwhile_is_saved_first(errors: list[str], read: str) -> None:
    """Reclaim takes the page from the parent while swapoff waits for the child, which is busy.

    The slot was forgotten when it was read, so the page must be written before it is dropped.
    No kernel before 5.0 looks whether that went well: then the data is lost.
    """
    rig = Rig(strategy=switch("A mmap_sem.lock#5 B"))
    rig.driver.has_slot_free_notify = True

    def body() -> list[str]:
        fill_and_swap_out(rig, "a")
        child = fork(rig.core, rig.mm)
        rig.driver.has_rw_page = False
        rig.driver.write_errors = list(errors)
        swapoff(rig.core, rig.disk)
        return [rig.load(0), rig.load(0, child)]

    def reclaim() -> bool:
        with rig.core.mms[1].mmap_sem.writing():
            rig.world.sleep(NAP, 1)
            return swap_out(rig.core, rig.mm, 0)

    loads, freed = rig.run(body, reclaim)
    assert (loads, freed) == ([read, "a"], False)
    assert [way for way, *_ in rig.driver.seen] == ["rw_page", "bio"]


def test_while_mmap_sem_is_free_swapoff_keeps_the_page_locked() -> None:
    rig = Rig(strategy=switch("A mmap_sem.lock#5 B"))

    def body() -> str:
        fill_and_swap_out(rig, "a")
        fork(rig.core, rig.mm)
        swapoff(rig.core, rig.disk)
        return rig.load(0)

    assert rig.run(body, lambda: swap_out(rig.core, rig.mm, 0)) == ["a", False]
    assert [way for way, *_ in rig.driver.seen] == ["rw_page"]


def test_swapoff_looks_at_counts_without_the_lock_and_says_so() -> None:
    rig = Rig()

    def body() -> None:
        fill_and_swap_out(rig, "a")
        swapoff(rig.core, rig.disk)

    rig.run(body)
    looks = [event[1].access for event in rig.world.trace if event[1].name == "swapoff.look"]
    assert looks == [Access.READ] * 3


@pytest.mark.parametrize("version", BOTH_WAYS)
def test_a_signal_between_two_slots_leaves_what_came_back_in_memory(version: str) -> None:
    rig = Rig(version, faults=faults("A swapoff.signal#2 EINTR"))

    def body() -> object:
        fill_and_swap_out(rig, "ab")
        child = fork(rig.core, rig.mm)
        name = refusal_of(lambda: swapoff(rig.core, rig.disk))
        swapoff(rig.core, rig.disk)
        return name, [rig.load(index, mm) for mm in (rig.mm, child) for index in range(2)]

    assert rig.run(body) == [("EINTR", ["a", "b"] * 2)]


@pytest.mark.parametrize("version", BOTH_WAYS)
@pytest.mark.parametrize("seed", range(6))
def test_faults_forks_and_exits_may_meet_swapoff(version: str, seed: int) -> None:
    """Whatever the schedule, each process reads what it wrote, and nothing is left behind."""
    rig = Rig(version, strategy=walk(seed))
    set_synchronous(rig.disk, synchronous=seed % 2 == 0)
    forked: list[bool] = []

    def boot() -> str:
        fill_and_swap_out(rig, "abc")
        fork(rig.core, rig.mm)
        forked.append(True)
        return refusal_of(lambda: swapoff(rig.core, rig.disk))

    def child() -> str:
        while not forked:
            rig.world.sleep(NAP, 1)
        mm = rig.core.mms[1]
        read = rig.load(0, mm) + rig.load(1, mm)
        exit_mm(rig.core, mm)
        return read

    def parent() -> str:
        while not forked:
            rig.world.sleep(NAP, 1)
        user_store(rig.core, rig.mm, 0, filled("d"))
        swap_out(rig.core, rig.mm, 2)
        return "".join(rig.load(index) for index in range(3))

    assert rig.run(boot, child, parent) == ["", "ab", "dbc"]
    (area,) = rig.core.swap_info
    assert (area.inuse_pages, area.max, area.users) == (0, 0, 0)
    assert rig.core.memory.in_use == 3


def test_from_5_15_on_swapoff_waits_for_a_fault_that_has_read() -> None:
    rig = Rig("5.15", strategy=switch("B ptl.lock#1 A"))
    set_synchronous(rig.disk, synchronous=True)

    def boot() -> list[object]:
        fill_and_swap_out(rig, "a")
        rig.world.sleep(NAP, 1)
        swapoff(rig.core, rig.disk)
        return [rig.core.swap_info[0].users]

    def fault() -> str:
        while not rig.core.mmlist:
            rig.world.sleep(NAP, 1)
        return rig.load(0)

    assert rig.run(boot, fault) == [[0], "a"]


@pytest.mark.parametrize("version", ["5.15", "6.19"])
def test_a_fault_in_an_area_that_is_gone_waits_for_who_has_freed_the_slot(version: str) -> None:
    rig = Rig(version, strategy=switch("A pte.write#4 B"))

    def drop() -> None:
        fill_and_swap_out(rig, "a")
        madvise_dontneed(rig.core, rig.mm, 0)

    def fault() -> list[str]:
        swapoff(rig.core, rig.disk)
        return [rig.where(0), rig.load(0)]

    assert rig.run(drop, fault) == [None, ["swap", "\0"]]


def test_a_fault_in_an_area_that_is_gone_finds_no_end_if_the_page_table_stays() -> None:
    rig = Rig("6.19")
    rig.expected = ["livelock"]

    def body() -> None:
        fill_and_swap_out(rig, "a")
        entry = rig.mm.page_table[0]
        swapoff(rig.core, rig.disk)
        with rig.mm.ptl:
            set_pte(rig.mm, 0, entry)
        rig.load(0)

    assert rig.run(body) == [None]
