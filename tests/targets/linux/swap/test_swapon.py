"""mkswap and swapon: what they check, in which order, and what an area is like afterwards."""

from functools import partial

import pytest

from targets.linux.kernel.versions import kernel_named
from targets.linux.machine.page import SECTORS_PER_PAGE
from targets.linux.swap.area import MAX_SWAPFILES, SwapArea
from targets.linux.swap.flags import SWP_BLKDEV, SWP_USED, SWP_WRITEOK
from targets.linux.swap.header import header_bytes
from targets.linux.swap.inspect import area_stable_writes
from targets.linux.swap.swapoff import swapoff
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import ZEROS, Rig, Spy, faults, refusal_of

IN_USE = SWP_USED | SWP_WRITEOK | SWP_BLKDEV


def swapped_on(rig: Rig) -> SwapArea:
    mkswap(rig.core, rig.disk)
    return swapon(rig.core, rig.disk)


def test_a_new_area_offers_every_page_but_the_first() -> None:
    rig = Rig(pages=8)
    rig.run(lambda: swapped_on(rig))
    (area,) = rig.core.swap_info
    assert bytes(area.swap_map) == bytes([0x3F, 0, 0, 0, 0, 0, 0, 0])
    assert (area.max, area.pages, area.inuse_pages) == (8, 7, 0)
    assert (area.lowest_bit, area.highest_bit, area.prio) == (1, 7, -1)
    assert (area.flags, rig.disk.holder) == (IN_USE, area)
    assert (rig.core.nr_swap_pages, rig.core.total_swap_pages) == (7, 7)


@pytest.mark.parametrize(
    ("header", "answer"),
    [
        (header_bytes(7), ""),
        (header_bytes(5), ""),
        (ZEROS, "EINVAL"),
        (header_bytes(0), "EINVAL"),
        (header_bytes(8), "EINVAL"),
        (header_bytes(7)[:-1] + b"X", "EINVAL"),
    ],
    ids=["whole", "shorter", "no signature", "empty", "longer than the device", "bad signature"],
)
def test_the_header_is_read_from_the_device_and_checked(header: bytes, answer: str) -> None:
    rig = Rig(pages=8)
    rig.driver.blocks[0] = header
    answers = rig.run(lambda: refusal_of(lambda: swapon(rig.core, rig.disk)))
    assert answers == [answer]
    assert (rig.disk.openers, rig.core.memory.in_use) == (0 if answer else 1, 0)


@pytest.mark.parametrize(
    ("bad", "answer"),
    [((3,), ""), ((3, 5), ""), ((0,), "EINVAL"), ((8,), "EINVAL"), (tuple(range(1, 8)), "EINVAL")],
)
def test_bad_pages_are_never_used_and_are_pages_of_the_area(
    bad: tuple[int, ...], answer: str
) -> None:
    rig = Rig(pages=8)
    rig.driver.blocks[0] = header_bytes(7, bad)
    assert rig.run(lambda: refusal_of(lambda: swapon(rig.core, rig.disk))) == [answer]
    (area,) = rig.core.swap_info
    if not answer:
        assert [slot for slot, byte in enumerate(area.swap_map) if byte == 0x3F] == [0, *bad]
        assert area.pages == 7 - len(bad)


def test_an_area_is_cut_off_where_swap_entries_end() -> None:
    rig = Rig(pages=8)
    rig.core.maximum_size = 5
    rig.driver.blocks[0] = header_bytes(999, (700,))
    rig.run(lambda: swapon(rig.core, rig.disk))
    (area,) = rig.core.swap_info
    assert (area.max, area.pages) == (5, 4)


@pytest.mark.parametrize(
    "fault",
    [
        "A swapon.swap_info#1 ENOMEM",
        "A swap_header.page#2 ENOMEM",
        "A submit_bio#2 EIO",
        "A swapon.swap_map#1 ENOMEM",
    ],
)
def test_a_swapon_that_fails_leaves_nothing_and_can_be_repeated(fault: str) -> None:
    rig = Rig(faults=faults(fault))

    def body() -> list[object]:
        mkswap(rig.core, rig.disk)
        first = refusal_of(lambda: swapon(rig.core, rig.disk))
        used = sum(area.flags for area in rig.core.swap_info)
        return [first, used, rig.disk.openers, swapon(rig.core, rig.disk).type]

    assert rig.run(body) == [[fault.rsplit(maxsplit=1)[-1], 0, 0, 0]]


def test_a_device_is_one_area_only_and_cannot_be_prepared_meanwhile() -> None:
    rig = Rig()

    def body() -> list[str]:
        swapped_on(rig)
        again = refusal_of(lambda: swapon(rig.core, rig.disk))
        return [again, refusal_of(lambda: mkswap(rig.core, rig.disk))]

    assert rig.run(body) == [["EBUSY", "EBUSY"]]


def test_a_device_without_room_for_a_slot_is_not_prepared() -> None:
    rig = Rig(pages=1)
    assert rig.run(lambda: mkswap(rig.core, rig.disk)) == ["ENOSPC"]


def test_there_are_29_types() -> None:
    rig = Rig(disks=MAX_SWAPFILES + 1)

    def body() -> list[str]:
        for driver in rig.drivers:
            mkswap(rig.core, driver.disk)
        return [refusal_of(partial(swapon, rig.core, driver.disk)) for driver in rig.drivers]

    assert rig.run(body) == [[*[""] * 29, "EPERM"]]


def priorities_before_and_after_a_swapoff(version: str) -> object:
    rig = Rig(version, disks=4)

    def body() -> list[int]:
        for driver, priority in zip(rig.drivers, (None, None, 5, None), strict=True):
            mkswap(rig.core, driver.disk)
            swapon(rig.core, driver.disk, priority)
        before = [area.prio for area in rig.core.swap_info]
        swapoff(rig.core, rig.drivers[1].disk)
        return before + [area.prio for area in rig.core.swap_info if area.flags]

    (answer,) = rig.run(body)
    return answer


@pytest.mark.parametrize("version", ["4.6", "4.14", "6.18"])
def test_areas_without_a_priority_rank_by_age_and_close_ranks_at_swapoff(version: str) -> None:
    assert priorities_before_and_after_a_swapoff(version) == [-1, -2, 5, -3, -1, 5, -2]


def test_areas_without_a_priority_share_one_from_6_19_on() -> None:
    assert priorities_before_and_after_a_swapoff("6.19") == [-1, -1, 5, -1, -1, 5, -1]


@pytest.mark.parametrize(
    ("design", "wanted", "believed"),
    [
        ("none", True, None),
        ("v1", True, None),
        ("as-flag", True, True),
        ("as-flag", False, False),
        ("v2", True, True),
        ("v2", False, False),
    ],
)
def test_swapon_asks_once_whether_the_device_wants_stable_pages(
    *,
    design: str,
    wanted: bool,
    believed: bool | None,
) -> None:
    rig = Rig(kernel_named("4.10", design=design))
    if wanted:
        rig.driver.wants_stable_pages()
    rig.run(lambda: swapped_on(rig))
    (area,) = rig.core.swap_info
    assert area_stable_writes(rig.core, area) is believed
    assert area.flags == IN_USE | (1 << 10 if design == "v2" and wanted else 0)


@pytest.mark.parametrize(
    ("defects", "inherited"), [((), False), (("as-flag-never-cleared",), True)]
)
def test_with_the_defect_the_next_area_of_the_type_inherits_the_flag(
    *,
    defects: tuple[str, ...],
    inherited: bool,
) -> None:
    rig = Rig(kernel_named("4.10", design="as-flag", with_defects=defects), disks=2)
    rig.driver.wants_stable_pages()

    def body() -> bool | None:
        swapped_on(rig)
        swapoff(rig.core, rig.disk)
        mkswap(rig.core, rig.drivers[1].disk)
        return area_stable_writes(rig.core, swapon(rig.core, rig.drivers[1].disk))

    assert rig.run(body) == [inherited]


def test_the_sample_is_taken_after_the_map_was_allocated() -> None:
    """A device that starts to ask for stable pages just before is still understood."""
    rig = Rig("4.10")

    def body() -> bool | None:
        return area_stable_writes(rig.core, swapped_on(rig))

    rig.world.watch(Spy("swapon.swap_map", rig.driver.wants_stable_pages))
    assert rig.run(body) == [True]


def test_a_device_of_size_zero_is_refused() -> None:
    rig = Rig()
    rig.disk.capacity = SECTORS_PER_PAGE * 0
    rig.driver.blocks[0] = header_bytes(7)
    assert rig.run(lambda: swapon(rig.core, rig.disk)) == ["EINVAL"]
