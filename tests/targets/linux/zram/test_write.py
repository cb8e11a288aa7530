"""Writing: one pass or two, and what comes of a page that changes between them."""

import pytest

from targets.linux.block.bio import Op
from targets.linux.kernel.versions import VERSIONS
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zram.attributes import mem_limit_store
from targets.linux.zram.device import Zram
from targets.linux.zram.inspection import recount, slot_image
from targets.linux.zsmalloc.inspection import leaked_objects
from tests.targets.linux.zram.devices import (
    LOOKING_TWICE,
    WITH_TWO_PASSES,
    content,
    device,
    kinds,
    page_of,
    read,
    rewrite,
    run,
    submit,
    write,
)

NO_FAST_OBJECT = "A zsmalloc.handle#1 ENOMEM"
"""The try that cannot sleep finds no memory; from 4.7 on a second one follows."""


def stats(zram: Zram) -> tuple[int, int, int]:
    return (
        zram.stats.pages_stored,
        zram.stats.compr_data_size,
        zram.stats.same_pages,
    )


@pytest.mark.parametrize("kernel", VERSIONS)
@pytest.mark.parametrize("recipe", ["zeros", "text:3", "random:7", "size:100:1", "size:3072:1"])
def test_a_page_is_read_back_as_it_was_written(kernel: str, recipe: str) -> None:
    zram = device(kernel)
    answers = run(zram, lambda zram: (write(zram, 3, recipe), read(zram, 3)))
    assert answers == [("ok", content(recipe))]
    assert slot_image(zram, 3) == content(recipe)
    assert kinds(zram) == []


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_slot_that_was_never_written_reads_as_zeros(kernel: str) -> None:
    zram = device(kernel)
    assert run(zram, lambda zram: read(zram, 5)) == [bytes(PAGE_SIZE)]
    assert slot_image(zram, 5) is None


def whole_from(kernel: str) -> int:
    """The shortest compressed page that is stored as it is."""
    if VERSIONS.index(kernel) < VERSIONS.index("4.20"):
        return PAGE_SIZE * 3 // 4 + 1
    return 3257 if VERSIONS.index(kernel) < VERSIONS.index("6.3") else 3625


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_page_is_stored_whole_from_the_length_on_that_its_kernel_says(kernel: str) -> None:
    """Until 4.15 that is three quarters, then what zsmalloc would give a page anyway."""
    least = whole_from(kernel)
    zram = device(kernel)
    recipes = ("size:100:1", f"size:{least - 1}:1", f"size:{least}:1", "random:1")
    run(zram, lambda zram: [write(zram, index, recipe) for index, recipe in enumerate(recipes)])
    sizes = [zram.meta.slot(index).size for index in range(4)]
    assert sizes == [100, least - 1, PAGE_SIZE, PAGE_SIZE]
    assert (zram.stats.huge_pages, stats(zram)) == (2, (4, sum(sizes), 0))


@pytest.mark.parametrize("kernel", VERSIONS)
def test_overwriting_frees_what_the_slot_held(kernel: str) -> None:
    zram = device(kernel)
    recipes = ("text:1", "zeros", "zeros", "random:2", "size:500:3")
    run(zram, lambda zram: [write(zram, 0, recipe) for recipe in recipes])
    counted = recount(zram)
    assert stats(zram) == (1, 500, 0)
    assert (counted.pages_stored, counted.compr_data_size, counted.same_pages) == (1, 500, 0)
    assert leaked_objects(zram.meta.pool, counted.handles) == []


def test_4_6_refuses_when_its_only_try_finds_no_memory() -> None:
    zram = device("4.6")
    answers = run(zram, lambda zram: write(zram, 0, "text:1"), fails=[NO_FAST_OBJECT])
    assert answers == ["EIO"]
    assert (zram.stats.failed_writes, zram.stats.writestall) == (1, 0)


@pytest.mark.parametrize("kernel", WITH_TWO_PASSES)
def test_a_failed_fast_try_stalls_and_compresses_again(kernel: str) -> None:
    zram = device(kernel)
    answers = run(zram, lambda zram: write(zram, 0, "text:1"), fails=[NO_FAST_OBJECT])
    assert answers == ["ok"]
    assert slot_image(zram, 0) == content("text:1")
    assert zram.stats.writestall == 1
    points = [point.name for _, point, _, _ in zram.machine.world.trace]
    assert points.count("zcomp.compress") == 2


@pytest.mark.parametrize("kernel", WITH_TWO_PASSES)
def test_a_write_fails_when_both_tries_find_no_memory(kernel: str) -> None:
    fails = [NO_FAST_OBJECT, "A zsmalloc.handle#2 ENOMEM"]
    zram = device(kernel)
    answers = run(zram, lambda zram: write(zram, 0, "text:1"), fails=fails)
    assert answers == ["EIO"]
    assert (zram.stats.failed_writes, zram.stats.writestall) == (1, 1)
    assert kinds(zram) == []


@pytest.mark.parametrize("kernel", VERSIONS)
@pytest.mark.parametrize(
    "fails",
    [
        ("A zcomp.compress#2 EINVAL",),
        ("A zsmalloc.handle#2 ENOMEM", "A zsmalloc.handle#3 ENOMEM"),
        ("A submit_bio#2 EIO",),
    ],
)
def test_a_failed_write_keeps_the_old_contents_except_in_6_14(
    kernel: str, fails: tuple[str, ...]
) -> None:
    zram = device(kernel)
    answers = run(
        zram, lambda zram: (write(zram, 0, "text:1"), write(zram, 0, "text:2")), fails=fails
    )
    assert answers == [("ok", "EIO")]
    early = kernel == "6.14" and not fails[0].startswith("A submit_bio")
    assert slot_image(zram, 0) == (None if early else content("text:1"))


@pytest.mark.parametrize("kernel", VERSIONS)
def test_mem_limit_refuses_the_write_that_outgrows_it(kernel: str) -> None:
    zram = device(kernel)

    def fill(zram: Zram) -> list[str]:
        mem_limit_store(zram, "8K")
        return [write(zram, index, f"random:{index}") for index in range(3)]

    assert run(zram, fill) == [["ok", "ok", "EIO"]]
    assert (zram.stats.failed_writes, zram.stats.max_used_pages) == (1, 3)
    assert leaked_objects(zram.meta.pool, recount(zram).handles) == []


def overrun(kernel: str, before: str, after: str) -> Zram:
    """Write a page through a bio whose owner changes it while the second object is allocated."""
    zram = device(kernel)
    page = page_of(zram, before)
    run(
        zram,
        lambda zram: submit(zram, Op.WRITE, 0, page),
        lambda zram: rewrite(zram, page, after),
        fails=[NO_FAST_OBJECT],
        to=["A zsmalloc.handle#2 B"],
    )
    return zram


@pytest.mark.parametrize("kernel", ["4.7", "4.9", "4.10"])
@pytest.mark.parametrize("after", ["size:3000:1", "random:1"])
def test_a_page_that_grows_between_the_passes_overruns_its_object(kernel: str, after: str) -> None:
    """The device alone never protects itself: in 4.10 it is swap that keeps the page stable."""
    zram = overrun(kernel, "size:100:1", after)
    found = zram.machine.world.findings[0]
    assert found.identity == ("zsmalloc-out-of-bounds", "zram_bvec_write")


def test_4_6_compresses_once_and_never_overruns() -> None:
    for at in ("page.read#1", "zcomp.compress#1", "page.read#2", "zsmalloc.handle#1"):
        zram = device("4.6")
        page = page_of(zram, "size:100:1")
        run(
            zram,
            lambda zram, page=page: submit(zram, Op.WRITE, 0, page),
            lambda zram, page=page: rewrite(zram, page, "random:1"),
            to=[f"A {at} B"],
        )
        assert kinds(zram) == []


@pytest.mark.parametrize("kernel", WITH_TWO_PASSES)
def test_a_page_that_shrinks_between_the_passes_does_no_harm(kernel: str) -> None:
    zram = overrun(kernel, "size:3000:1", "size:100:1")
    assert kinds(zram) == []
    assert slot_image(zram, 0) == content("size:100:1")
    assert stats(zram) == (1, 100, 0)


def leaked(zram: Zram) -> int:
    return len(leaked_objects(zram.meta.pool, recount(zram).handles))


@pytest.mark.parametrize("kernel", WITH_TWO_PASSES)
def test_a_page_that_becomes_zero_between_the_passes_leaked_its_object_up_to_4_10(
    kernel: str,
) -> None:
    zram = overrun(kernel, "size:3000:1", "zeros")
    assert slot_image(zram, 0) == bytes(PAGE_SIZE)
    assert leaked(zram) == (kernel in LOOKING_TWICE)


@pytest.mark.parametrize("kernel", WITH_TWO_PASSES)
def test_a_second_compression_that_fails_leaked_the_object_up_to_4_10(kernel: str) -> None:
    zram = device(kernel)
    fails = [NO_FAST_OBJECT, "A zcomp.compress#2 EINVAL"]
    assert run(zram, lambda zram: write(zram, 0, "text:1"), fails=fails) == ["EIO"]
    assert leaked(zram) == (kernel in LOOKING_TWICE)


def test_a_page_that_gets_incompressible_between_the_passes_leaks_its_object_in_6_14() -> None:
    zram = overrun("6.14", "size:3000:1", "random:1")
    assert (kinds(zram), slot_image(zram, 0)) == ([], content("random:1"))
    assert leaked(zram) == 1


@pytest.mark.parametrize("kernel", WITH_TWO_PASSES)
def test_from_6_0_on_a_page_that_is_stored_whole_is_compressed_once(kernel: str) -> None:
    zram = device(kernel)
    fails = [NO_FAST_OBJECT]
    assert run(zram, lambda zram: write(zram, 0, "random:1"), fails=fails) == [
        "EIO" if kernel == "6.14" else "ok"
    ]
    points = [point.name for _, point, _, _ in zram.machine.world.trace]
    again = kernel.startswith(("4.", "5."))
    assert points.count("zcomp.compress") == (2 if again else 1)


def test_5_19_refuses_a_write_that_would_have_to_sleep() -> None:
    zram = device("5.19")
    answers = run(zram, lambda zram: write(zram, 0, "text:1"), fails=[NO_FAST_OBJECT])
    assert (answers, zram.stats.writestall, leaked(zram)) == (["EIO"], 0, 0)


@pytest.mark.parametrize("kernel", VERSIONS)
def test_one_word_fills_a_page_from_4_12_on(kernel: str) -> None:
    zram = device(kernel)
    run(zram, lambda zram: write(zram, 0, "same:0x11"))
    assert zram.meta.slot(0).same is (kernel not in LOOKING_TWICE)
    assert slot_image(zram, 0) == content("same:0x11")


@pytest.mark.parametrize("kernel", VERSIONS)
def test_two_writers_of_one_slot_lose_an_object_in_6_14_only(kernel: str) -> None:
    zram = device(kernel)
    run(
        zram,
        lambda zram: write(zram, 0, "text:1"),
        lambda zram: submit(zram, Op.WRITE, 0, page_of(zram, "text:2", pfn=9)),
        to=["A zsmalloc.handle#1 B"],
    )
    stored, _, _ = stats(zram)
    assert (stored, leaked(zram)) == ((2, 1) if kernel == "6.14" else (1, 0))


def test_a_mark_that_another_writer_left_makes_6_14_read_a_handle() -> None:
    """One finds that a word fills the page, the other puts an object into the same slot."""
    zram = device("6.14")
    answers = run(
        zram,
        lambda zram: (write(zram, 0, "text:1"), read(zram, 0))[1],
        lambda zram: submit(zram, Op.WRITE, 0, page_of(zram, "zeros", pfn=9)),
        to=["A zsmalloc.handle#1 B"],
    )
    handle = zram.meta.slot(0).handle
    assert answers == [handle.to_bytes(8, "little") * 512, "ok"]


def test_a_page_that_changes_within_a_pass_is_stored_torn() -> None:
    zram = device("4.6")
    page = page_of(zram, "text:1")
    run(
        zram,
        lambda zram: submit(zram, Op.WRITE, 0, page),
        lambda zram: rewrite(zram, page, "text:2"),
        to=["A page.read#2 B"],
    )
    half = PAGE_SIZE // 2
    assert slot_image(zram, 0) == content("text:1")[:half] + content("text:2")[half:]


def test_an_uncompressed_page_is_looked_at_once_more_when_it_is_copied() -> None:
    zram = device("4.6")
    page = page_of(zram, "random:1")
    run(
        zram,
        lambda zram: submit(zram, Op.WRITE, 0, page),
        lambda zram: rewrite(zram, page, "random:2"),
        to=["A page.read#3 B"],
    )
    assert slot_image(zram, 0) == content("random:2")


@pytest.mark.parametrize("kernel", WITH_TWO_PASSES)
def test_a_write_takes_at_most_twenty_points(kernel: str) -> None:
    """Cases write a dozen pages and stay at a few hundred points."""
    zram = device(kernel)
    run(zram, lambda zram: [write(zram, index, "size:600:1") for index in range(2)])
    points = [point.name for _, point, _, _ in zram.machine.world.trace]
    second = points[points.index("submit_bio", 2) : points.index("end")]
    assert len(second) <= 20
