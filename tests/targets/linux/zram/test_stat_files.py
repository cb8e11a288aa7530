"""What the statistics say, column for column, on every kernel."""

from typing import Final

import pytest

from targets.linux.kernel.build import Build
from targets.linux.kernel.versions import VERSIONS, kernel_named
from targets.linux.zram.device import Zram
from targets.linux.zram.stats import ZramStats
from targets.linux.zram.sysfs import show_file, store_file
from tests.targets.linux.zram.devices import device, run, write

OLD: Final = ("4.6", "4.7", "4.9", "4.10")
FIRST_WITH_HUGE: Final = VERSIONS.index("4.20")
FIRST_WITH_HUGE_SINCE: Final = VERSIONS.index("5.15")

DEBUG_STAT: Final = {
    "4.6": "ENOENT",
    **dict.fromkeys(("4.7", "4.9", "4.10", "4.14", "4.15", "4.20"), "version: 1\n3"),
    **dict.fromkeys(("5.0", "5.4", "5.10", "5.15", "5.17"), "version: 1\n3 4"),
    "5.19": "version: 2\n4",
    **dict.fromkeys(("6.1", "6.3", "6.5", "6.8", "6.12", "6.14"), "version: 1\n3 4"),
    **dict.fromkeys(("6.17", "6.18", "6.19"), "version: 1\n0 4"),
}

SINGLE_VALUES: Final = {
    "num_reads": "1",
    "num_writes": "3",
    "failed_reads": "0",
    "failed_writes": "0",
    "invalid_io": "0",
    "notify_free": "0",
    "zero_pages": "1",
    "orig_data_size": "8192",
    "compr_data_size": "4396",
}


def fill(zram: Zram) -> None:
    """Write a page of zeros, one that compresses to 300 bytes, and one that does not."""
    write(zram, 0, "zeros")
    write(zram, 1, "size:300:1")
    write(zram, 2, "random:1")


@pytest.mark.parametrize("kernel", VERSIONS)
def test_mm_stat_has_the_columns_of_its_kernel(kernel: str) -> None:
    zram = device(kernel)

    def act(zram: Zram) -> str:
        store_file(zram, "mem_limit", "1M")
        fill(zram)
        return show_file(zram, "mm_stat")

    number = VERSIONS.index(kernel)
    (shown,) = run(zram, act)
    size, used = zram.meta.slot(1).size, zram.meta.pool.pages_allocated * 4096
    columns = [8192 if kernel in OLD else 12288, 4096 + size, used, 1 << 20, used, 1, 0]
    columns += [1] * (number >= FIRST_WITH_HUGE) + [1] * (number >= FIRST_WITH_HUGE_SINCE)
    assert str(shown).split() == [str(column) for column in columns]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_debug_stat_has_the_columns_of_its_kernel(kernel: str) -> None:
    zram = device(kernel)
    zram.stats = ZramStats(writestall=3, miss_free=4)
    assert run(zram, lambda zram: show_file(zram, "debug_stat")) == [DEBUG_STAT[kernel]]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_io_stat_has_four_columns(kernel: str) -> None:
    zram = device(kernel)
    zram.stats = ZramStats(failed_reads=1, failed_writes=2, notify_free=4)
    assert run(zram, lambda zram: show_file(zram, "io_stat")) == ["1 2 0 4"]


@pytest.mark.parametrize("kernel", VERSIONS)
@pytest.mark.parametrize("name", SINGLE_VALUES)
def test_files_of_one_statistic_exist_up_to_4_10(kernel: str, name: str) -> None:
    zram = device(kernel)

    def act(zram: Zram) -> str:
        fill(zram)
        zram.stats.num_reads = 1
        return show_file(zram, name)

    assert run(zram, act) == [SINGLE_VALUES[name] if kernel in OLD else "ENOENT"]


@pytest.mark.parametrize("kernel", VERSIONS)
@pytest.mark.parametrize(
    ("name", "text", "shown"), [("mem_limit", "12K", "12288"), ("mem_used_max", "0", "0")]
)
def test_limits_can_be_read_up_to_4_10(kernel: str, name: str, text: str, shown: str) -> None:
    def act(zram: Zram) -> str:
        store_file(zram, name, text)
        return show_file(zram, name)

    assert run(device(kernel), act) == [shown if kernel in OLD else "EACCES"]


@pytest.mark.parametrize(
    ("kernel", "marks"),
    [
        ("4.15", None),
        ("4.20", ["s..", "..h"]),
        ("5.0", ["s..i", "..h."]),
        ("6.1", ["s..i", "..h."]),
        ("6.3", ["s..i..", "..h..n"]),
        ("6.19", ["s..i..", "..h..n"]),
    ],
)
def test_block_state_shows_the_slots_that_hold_a_page(kernel: str, marks: list[str] | None) -> None:
    zram = device(kernel_named(kernel, build=Build(memory_tracking=True)))

    def act(zram: Zram) -> list[str]:
        write(zram, 0, "zeros")
        write(zram, 2, "random:1")
        zram.meta.slot(0).idle = True
        zram.meta.slot(2).incompressible = True
        lines = [line.split() for line in show_file(zram, "block_state").split("\n")]
        assert [(line[0], line[1]) for line in lines] == [("0", "0.000000"), ("2", "0.000000")]
        return [line[2] for line in lines]

    assert run(zram, act) == [marks or "ENOENT"]


def test_block_state_needs_access_times() -> None:
    assert run(device("6.19"), lambda zram: show_file(zram, "block_state")) == ["ENOENT"]
