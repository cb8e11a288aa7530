"""The bits of swap_info_struct.flags."""

import pytest

from targets.linux.block.capabilities import set_synchronous
from targets.linux.kernel.versions import VERSIONS, kernel_named
from targets.linux.swap import flags
from targets.linux.swap.designs import flag_layout
from targets.linux.swap.flags import SWP_BLKDEV, SWP_USED, SWP_WRITEOK
from targets.linux.swap.swapon import mkswap, swapon
from tests.targets.linux.swap.machines import Rig


def test_seven_flags_have_the_same_bit_in_every_kernel() -> None:
    named = ("USED", "WRITEOK", "DISCARDABLE", "DISCARDING", "SOLIDSTATE", "CONTINUED", "BLKDEV")
    assert [getattr(flags, f"SWP_{name}") for name in named] == [1 << bit for bit in range(7)]


def bits(version: str, design: str | None = None) -> list[int | None]:
    """The bits of AREA_DISCARD, PAGE_DISCARD, STABLE_WRITES, SYNCHRONOUS_IO, VALID, SCANNING."""
    layout = flag_layout(kernel_named(version, design=design))
    values = (
        layout.area_discard,
        layout.page_discard,
        layout.stable_writes,
        layout.synchronous_io,
        layout.valid,
        layout.scanning,
    )
    return [value.bit_length() - 1 if value else None for value in values]


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ("4.6 4.7 4.9", [8, 9, None, None, None, 10]),
        ("4.10 4.14", [8, 9, 10, None, None, 11]),
        ("4.15", [8, 9, 10, 11, None, 12]),
        ("4.20 5.0", [9, 10, 11, 12, None, 13]),
        ("5.4 5.10", [9, 10, 11, 12, 13, 14]),
        ("5.15 5.17 5.19 6.1 6.3 6.5 6.8 6.12", [9, 10, 11, 12, None, 14]),
        ("6.14 6.17 6.18 6.19", [9, 10, 11, 12, None, None]),
    ],
)
def test_the_bits_of_each_kernel(versions: str, expected: list[int | None]) -> None:
    assert [bits(version) for version in versions.split()] == [expected] * len(versions.split())


@pytest.mark.parametrize(
    ("version", "design", "expected"),
    [
        ("4.7", "v2", [8, 9, 10, None, None, 11]),
        ("4.7", "v1", [8, 9, None, None, None, 10]),
        ("4.10", "as-flag", [8, 9, None, None, None, 10]),
        ("4.10", "none", [8, 9, None, None, None, 10]),
        ("5.10", "none", [9, 10, None, 12, 13, 14]),
        ("6.19", "none", [9, 10, None, 12, None, None]),
    ],
)
def test_only_the_design_that_became_the_fix_has_the_flag(
    version: str, design: str, expected: list[int | None]
) -> None:
    assert bits(version, design) == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_swapon_notes_what_the_device_is(version: str) -> None:
    """The flags of an area on a device in memory that wants stable pages."""
    rig = Rig(version)
    rig.driver.wants_stable_pages()
    set_synchronous(rig.disk, synchronous=True)
    rig.run(lambda: mkswap(rig.core, rig.disk), lambda: swapon(rig.core, rig.disk))
    layout = rig.core.layout
    (area,) = rig.core.swap_info
    noted = layout.stable_writes | layout.synchronous_io
    assert area.flags & noted == noted
    assert area.flags & (SWP_USED | SWP_WRITEOK | SWP_BLKDEV) == SWP_USED | SWP_WRITEOK | SWP_BLKDEV


@pytest.mark.parametrize(
    ("version", "synchronous", "has_rw_page", "noted"),
    [
        ("4.15", True, False, True),
        ("5.4", False, True, False),
        ("5.10", False, True, True),
        ("6.1", True, False, False),
        ("6.3", True, False, True),
        ("6.19", False, True, False),
    ],
)
def test_whom_swapon_believes_about_synchronous_io(
    version: str, *, synchronous: bool, has_rw_page: bool, noted: bool
) -> None:
    rig = Rig(version)
    set_synchronous(rig.disk, synchronous=synchronous)
    rig.driver.has_rw_page = has_rw_page
    rig.run(lambda: mkswap(rig.core, rig.disk), lambda: swapon(rig.core, rig.disk))
    (area,) = rig.core.swap_info
    assert bool(area.flags & rig.core.layout.synchronous_io) is noted
