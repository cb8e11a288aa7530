"""Files in sysfs: what they accept, what they refuse, what they show."""

import pytest

from targets.linux.kernel.versions import VERSIONS
from targets.linux.zram.algorithm_files import (
    max_comp_streams_show,
    max_comp_streams_store,
)
from targets.linux.zram.attributes import (
    disksize_show,
    initstate_show,
    mem_used_max_store,
)
from targets.linux.zram.device import Zram
from targets.linux.zram.disksize import disksize_store
from targets.linux.zram.stat_files import io_stat_show, mm_stat_show
from tests.targets.linux.zram.devices import Act, bare_device, device, run, write

FROM_4_7 = VERSIONS[1:]
WITHOUT_STREAMS = ("6.17", "6.18", "6.19")

ACCEPTED = None


def store_streams(text: str) -> Act:
    return lambda zram: max_comp_streams_store(zram, text)


@pytest.mark.parametrize(
    ("at_first", "later", "answer"),
    [("1", "2", "EINVAL"), ("1", "1", "EINVAL"), ("2", "3", ACCEPTED), ("3", "1", ACCEPTED)],
)
def test_4_6_changes_the_number_of_streams_only_if_there_were_several(
    at_first: str, later: str, answer: str | None
) -> None:
    zram = bare_device("4.6")
    zram.machine.world.boot(lambda: max_comp_streams_store(zram, at_first))
    zram.machine.world.boot(lambda: disksize_store(zram, "64K"))
    assert run(zram, store_streams(later)) == [answer]
    assert zram.max_comp_streams == int(at_first if answer else later)


@pytest.mark.parametrize("kernel", [name for name in FROM_4_7 if name not in WITHOUT_STREAMS])
def test_from_4_7_on_the_number_of_streams_is_that_of_cpus_whatever_is_written(
    kernel: str,
) -> None:
    zram = device(kernel)
    answers = run(zram, store_streams("no number"), max_comp_streams_show)
    assert answers == [None, "2"]


def test_4_6_shows_the_number_of_streams_that_was_written() -> None:
    zram = bare_device("4.6")
    assert run(zram, store_streams("3"), max_comp_streams_show) == [None, "3"]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_new_device_shows_that_nothing_is_stored(kernel: str) -> None:
    shows = (initstate_show, disksize_show, mm_stat_show, io_stat_show)
    zram = bare_device(kernel)
    (shown,) = run(zram, lambda zram: [show(zram) for show in shows])
    assert frozenset(str(shown)) <= frozenset("[]', 0")


def test_mem_used_max_starts_again_at_what_is_used_now() -> None:
    zram = device()

    def use(zram: Zram) -> None:
        for index in range(3):
            write(zram, index, "random:1")
        for index in range(3):
            write(zram, index, "zeros")
        mem_used_max_store(zram, "0")

    run(zram, use)
    assert zram.stats.max_used_pages == 0
