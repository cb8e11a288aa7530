"""Files in sysfs: what they accept, what they refuse, what they show."""

import pytest

from targets.linux.kernel.versions import VERSIONS
from targets.linux.zram.algorithm_files import (
    comp_algorithm_store,
    max_comp_streams_show,
    max_comp_streams_store,
)
from targets.linux.zram.attributes import (
    compact_store,
    disksize_show,
    initstate_show,
    mem_limit_store,
    mem_used_max_store,
)
from targets.linux.zram.device import Zram
from targets.linux.zram.disksize import disksize_store
from targets.linux.zram.reset import reset_store
from targets.linux.zram.stat_files import io_stat_show, mm_stat_show
from tests.targets.linux.zram.devices import Act, bare_device, device, run, write

FROM_4_7 = VERSIONS[1:]
WITHOUT_STREAMS = ("6.17", "6.18", "6.19")

STORES = {
    "disksize": disksize_store,
    "mem_limit": mem_limit_store,
    "mem_used_max": mem_used_max_store,
    "max_comp_streams": max_comp_streams_store,
    "comp_algorithm": comp_algorithm_store,
    "compact": compact_store,
    "reset": reset_store,
}

ACCEPTED = None


def store(name: str, text: str) -> Act:
    return lambda zram: STORES[name](zram, text)


@pytest.mark.parametrize(
    ("name", "text", "bare", "sized"),
    [
        ("disksize", "", "EINVAL", "EINVAL"),
        ("disksize", "0", "EINVAL", "EINVAL"),
        ("disksize", "-1", "EINVAL", "EINVAL"),
        ("disksize", "M", "EINVAL", "EINVAL"),
        ("disksize", "1", ACCEPTED, "EBUSY"),
        ("disksize", "64K\n", ACCEPTED, "EBUSY"),
        ("disksize", "0x10000", ACCEPTED, "EBUSY"),
        ("disksize", "64Kbytes", ACCEPTED, "EBUSY"),
        ("mem_limit", "", "EINVAL", "EINVAL"),
        ("mem_limit", "none", "EINVAL", "EINVAL"),
        ("mem_limit", "0", ACCEPTED, ACCEPTED),
        ("mem_limit", "K", ACCEPTED, ACCEPTED),
        ("mem_limit", "25M", ACCEPTED, ACCEPTED),
        ("mem_used_max", "0", ACCEPTED, ACCEPTED),
        ("mem_used_max", "0\n", ACCEPTED, ACCEPTED),
        ("mem_used_max", "1", "EINVAL", "EINVAL"),
        ("mem_used_max", "0K", "EINVAL", "EINVAL"),
        ("comp_algorithm", "lz4", ACCEPTED, "EBUSY"),
        ("comp_algorithm", "lz4\n", ACCEPTED, "EBUSY"),
        ("comp_algorithm", "lzo", ACCEPTED, "EBUSY"),
        ("comp_algorithm", "rar", "EINVAL", "EINVAL"),
        ("comp_algorithm", "", "EINVAL", "EINVAL"),
        ("compact", "", "EINVAL", ACCEPTED),
        ("compact", "1", "EINVAL", ACCEPTED),
        ("reset", "1", ACCEPTED, ACCEPTED),
        ("reset", "65535\n", ACCEPTED, ACCEPTED),
        ("reset", "0", "EINVAL", "EINVAL"),
        ("reset", "", "EINVAL", "EINVAL"),
        ("reset", "yes", "EINVAL", "EINVAL"),
        ("reset", "65536", "ERANGE", "ERANGE"),
    ],
)
@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_write_is_answered_as_the_kernel_does(
    kernel: str, name: str, text: str, bare: str | None, sized: str | None
) -> None:
    assert run(bare_device(kernel), store(name, text)) == [bare]
    assert run(device(kernel), store(name, text)) == [sized]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("1", ACCEPTED),
        ("0x2", ACCEPTED),
        ("0", "EINVAL"),
        ("-1", "EINVAL"),
        ("many", "EINVAL"),
        ("2147483648", "ERANGE"),
    ],
)
def test_4_6_wants_one_compression_stream_at_least(text: str, answer: str | None) -> None:
    assert run(bare_device("4.6"), store("max_comp_streams", text)) == [answer]


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
    assert run(zram, store("max_comp_streams", later)) == [answer]
    assert zram.max_comp_streams == int(at_first if answer else later)


@pytest.mark.parametrize("kernel", [name for name in FROM_4_7 if name not in WITHOUT_STREAMS])
def test_from_4_7_on_the_number_of_streams_is_that_of_cpus_whatever_is_written(
    kernel: str,
) -> None:
    zram = device(kernel)
    answers = run(zram, store("max_comp_streams", "no number"), max_comp_streams_show)
    assert answers == [None, "2"]


@pytest.mark.parametrize("kernel", WITHOUT_STREAMS)
def test_the_file_is_gone_when_streams_may_be_slept_on(kernel: str) -> None:
    answers = run(device(kernel), store("max_comp_streams", "2"), max_comp_streams_show)
    assert answers == ["ENOENT", "ENOENT"]


def test_4_6_shows_the_number_of_streams_that_was_written() -> None:
    zram = bare_device("4.6")
    assert run(zram, store("max_comp_streams", "3"), max_comp_streams_show) == [None, "3"]


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
