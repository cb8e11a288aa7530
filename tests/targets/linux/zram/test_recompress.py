"""Recompression: what is chosen, what it comes to, and what each kernel refuses."""

from dataclasses import replace

import pytest

from targets.linux.kernel.build import BUILD
from targets.linux.kernel.versions import VERSIONS, kernel_named
from targets.linux.zram.device import Zram
from targets.linux.zram.disksize import disksize_store
from targets.linux.zram.sysfs import store_file
from tests.targets.linux.zram.devices import Act, bare_device, content, kinds, read, run, write

FROM_6_3 = ("6.3", "6.5", "6.8", "6.12", "6.14", "6.17", "6.18", "6.19")
FROM_6_12 = FROM_6_3[3:]
FROM_6_14 = FROM_6_3[4:]
FROM_6_17 = FROM_6_3[5:]

LZ4_OF_TEXT, ZSTD_OF_TEXT = 2770, 1764
"""Bytes of the page `text:1`."""


def recompress(text: str) -> Act:
    return lambda zram: store_file(zram, "recompress", text)


def device_with(kernel: str, *algorithms: str) -> Zram:
    """Make a device of 16 pages with lz4 and further algorithms, from priority 1 on."""
    zram = bare_device(kernel)
    zram.comps.algs[1 : 1 + len(algorithms)] = algorithms
    zram.machine.world.boot(lambda: disksize_store(zram, "64K"))
    return zram


def wrote(*recipes: str) -> Act:
    """Write pages to the first slots."""

    def act(zram: Zram) -> None:
        for index, recipe in enumerate(recipes):
            write(zram, index, recipe)

    return act


@pytest.mark.parametrize("kernel", VERSIONS)
def test_only_kernels_with_several_algorithms_recompress(kernel: str) -> None:
    answer = "EINVAL" if kernel in FROM_6_3 else "ENOENT"
    assert run(bare_device(kernel), recompress("type=idle")) == [answer]
    unbuilt = kernel_named(kernel, build=replace(BUILD, multi_comp=False))
    assert run(bare_device(unbuilt), recompress("type=idle")) == ["ENOENT"]


@pytest.mark.parametrize("kernel", FROM_6_3)
def test_a_page_that_gets_a_smaller_class_moves_and_still_reads_the_same(kernel: str) -> None:
    zram = device_with(kernel, "zstd")
    answers = run(zram, wrote("text:1"), recompress("type=all"), lambda zram: read(zram, 0))
    slot, stats = zram.meta.slot(0), zram.stats
    assert answers == [None, None, content("text:1")]
    assert (slot.priority, slot.size, slot.incompressible) == (1, ZSTD_OF_TEXT, False)
    assert (stats.pages_stored, stats.compr_data_size) == (1, ZSTD_OF_TEXT)


@pytest.mark.parametrize("kernel", FROM_6_3)
def test_a_page_that_no_algorithm_makes_smaller_is_marked_and_left_alone(kernel: str) -> None:
    zram = device_with(kernel, "zstd")
    run(zram, wrote("random:1"), recompress("type=huge"))
    slot = zram.meta.slot(0)
    assert (slot.size, slot.huge, slot.priority, slot.incompressible) == (4096, True, 0, True)


@pytest.mark.parametrize("kernel", FROM_6_3)
def test_a_threshold_spares_what_is_small_and_rejects_what_stays_large(kernel: str) -> None:
    zram = device_with(kernel, "lz4hc", "zstd")
    run(zram, wrote("text:1", "size:1700:1"), recompress("threshold=2000"))
    assert [zram.meta.slot(index).size for index in (0, 1)] == [ZSTD_OF_TEXT, 1700]
    assert [zram.meta.slot(index).priority for index in (0, 1)] == [2, 0]
    assert not zram.meta.slot(1).incompressible


@pytest.mark.parametrize(
    ("kernel", "marked"), [("6.3", False), ("6.14", False), ("6.17", True), ("6.19", True)]
)
def test_a_page_that_stays_above_the_threshold_is_marked_only_by_newer_kernels(
    kernel: str, *, marked: bool
) -> None:
    zram = device_with(kernel, "zstd")
    run(zram, wrote("text:1"), recompress("threshold=1000"))
    slot = zram.meta.slot(0)
    assert (slot.priority, slot.incompressible) == (0, marked)


@pytest.mark.parametrize("kernel", FROM_6_3)
def test_a_type_that_nobody_knows_leaves_the_one_before(kernel: str) -> None:
    zram = device_with(kernel, "zstd")
    run(zram, wrote("text:1"), recompress("type=huge type=nothing"))
    assert zram.meta.slot(0).priority == 0, "the page is not huge"


@pytest.mark.parametrize("kernel", FROM_6_3)
@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("type=idle", (None, None, None)),
        ("type=nothing", (None, None, None)),
        ("type", ("EINVAL", "EINVAL", "EINVAL")),
        ("threshold=3000", (None, None, None)),
        ("threshold=4096", ("EINVAL", "EINVAL", "EINVAL")),
        ("threshold=-1", ("EINVAL", "EINVAL", "EINVAL")),
        ("threshold=4294967296", ("ERANGE", "ERANGE", "ERANGE")),
        ("algo=zstd", (None, None, None)),
        ("algo=lz4", ("EINVAL", "EINVAL", "EINVAL")),
        ("algo=rar", ("EINVAL", "EINVAL", "EINVAL")),
        ("max_pages=x", (None, "EINVAL", "EINVAL")),
        ("max_pages=1", (None, None, None)),
        ("priority=x", (None, "EINVAL", "EINVAL")),
        ("priority=0", (None, None, None)),
        ("priority=1", (None, None, None)),
        ("priority=2", (None, None, "EINVAL")),
        ("priority=9", (None, None, "EINVAL")),
    ],
)
def test_a_request_is_answered_as_the_kernel_does(
    kernel: str, text: str, answers: tuple[str | None, str | None, str | None]
) -> None:
    """The three answers are of 6.3 to 6.8, of 6.12 and 6.14, and from 6.17 on."""
    era = (kernel in FROM_6_12) + (kernel in FROM_6_17)
    assert run(device_with(kernel, "zstd"), recompress(text)) == [answers[era]]


@pytest.mark.parametrize(
    ("kernel", "answer"), [("6.3", None), ("6.8", "EINVAL"), ("6.12", "EINVAL"), ("6.18", "EINVAL")]
)
def test_thresholds_lie_below_the_huge_class_since_it_is_asked_for(
    kernel: str, answer: str | None
) -> None:
    assert run(device_with(kernel, "zstd"), recompress("threshold=3625")) == [answer]


@pytest.mark.parametrize("kernel", FROM_6_3)
def test_without_a_further_algorithm_there_is_nothing_to_do(kernel: str) -> None:
    zram = device_with(kernel)
    answer = "EINVAL" if kernel in FROM_6_17 else None
    assert run(zram, wrote("text:1"), recompress("type=all")) == [None, answer]
    assert zram.meta.slot(0).priority == 0


@pytest.mark.parametrize("kernel", FROM_6_12)
def test_a_request_stops_after_the_pages_that_it_allows(kernel: str) -> None:
    zram = device_with(kernel, "zstd")
    run(zram, wrote("text:1", "text:2", "text:3"), recompress("max_pages=2"))
    assert sum(zram.meta.slot(index).priority for index in range(3)) == 2


@pytest.mark.parametrize(("kernel", "first"), [("6.12", 0), ("6.14", 1), ("6.18", 1)])
def test_the_largest_pages_go_first_since_they_are_selected(kernel: str, first: int) -> None:
    zram = device_with(kernel, "zstd")
    run(zram, wrote("size:1500:1", "text:2"), recompress("max_pages=1"))
    marks = [zram.meta.slot(index) for index in range(2)]
    tried = [bool(slot.priority) or slot.incompressible for slot in marks]
    assert tried == [index == first for index in range(2)]


@pytest.mark.parametrize("kernel", FROM_6_3)
def test_idle_pages_only_are_recompressed_when_that_is_asked_for(kernel: str) -> None:
    zram = device_with(kernel, "zstd")

    def mark_the_second(zram: Zram) -> None:
        zram.meta.slot(1).idle = True

    run(zram, wrote("text:1", "text:2"), mark_the_second, recompress("type=idle"))
    assert [zram.meta.slot(index).priority for index in range(2)] == [0, 1]
    assert zram.meta.slot(1).idle is False


@pytest.mark.parametrize("kernel", FROM_6_3)
def test_a_kernel_without_memory_keeps_the_old_object_and_says_so(kernel: str) -> None:
    zram = device_with(kernel, "zstd")
    answers = run(
        zram, wrote("text:1"), recompress("type=all"), fails=["B zsmalloc.handle#1 ENOMEM"]
    )
    assert (answers, zram.meta.slot(0).size) == ([None, "ENOMEM"], LZ4_OF_TEXT)
    assert not kinds(zram)


@pytest.mark.parametrize("kernel", FROM_6_14)
def test_two_requests_at_a_time_are_one_too_many(kernel: str) -> None:
    both = recompress("type=all"), recompress("type=all")
    assert run(device_with(kernel, "zstd"), *both) == [None, None]
    racing = run(device_with(kernel, "zstd"), *both, to=["A zram.pp.end#1 B"])
    assert racing == [None, "EAGAIN"]


@pytest.mark.parametrize("kernel", FROM_6_17)
def test_a_gap_in_the_priorities_makes_pages_incompressible_untried(kernel: str) -> None:
    """The device counts two compressors, but the second one is behind the last priority tried."""
    zram = bare_device(kernel)
    zram.comps.algs[3] = "zstd"
    zram.machine.world.boot(lambda: disksize_store(zram, "64K"))
    assert run(zram, wrote("text:1"), recompress("type=all")) == [None, None]
    assert (zram.meta.slot(0).priority, zram.meta.slot(0).incompressible) == (0, True)
