"""Writing back: words, errors, what becomes of slots, and of one that is used meanwhile."""

import pytest

from fuzz.values.refusal import Refusal
from targets.linux.zram.backing import backing_dev_store
from targets.linux.zram.device import Zram
from targets.linux.zram.discard import zram_slot_free
from targets.linux.zram.disksize import disksize_store
from targets.linux.zram.reset import reset_store
from targets.linux.zram.sysfs import show_file
from tests.targets.linux.zram.backings import (
    LOOP,
    WITH_WRITEBACK,
    at_rest,
    backed_device,
    read,
    since,
    store,
    until,
    with_loop,
    write,
    written_back,
)
from tests.targets.linux.zram.devices import bare_device, content, device, kinds, run

PAIRS = since("6.17")
LOOPING = tuple(kernel for kernel in until("6.14") if kernel in WITH_WRITEBACK)
SELECTING = since("6.14")
LAST_BIO = ("5.4", "5.10")
NO_ERROR = ("5.0",)


def fill(zram: Zram, count: int = 4) -> None:
    for index in range(count):
        write(zram, index, f"text:{index}")


def success(kernel: str) -> str:
    """What a write of `writeback` answers that has written a page back."""
    return "took-0" if kernel in LAST_BIO else "ok"


def texts() -> list[tuple[str, str, str]]:
    """Which kernel says what to which text, with 16 pages of which none is stored."""
    known = {
        "idle": WITH_WRITEBACK,
        "huge": WITH_WRITEBACK,
        "idle\n": WITH_WRITEBACK,
        "huge_idle": since("5.19"),
        "incompressible": since("6.3"),
        "page_index=15": since("5.15"),
        "type=idle": PAIRS,
        "page_index=1 page_index=2": PAIRS,
        "page_indexes=1-15": PAIRS,
        "page_indexes=1-2 type=huge": PAIRS,
        "size=7": PAIRS,
        "all": (),
        "Idle": (),
        "page_index=": (),
        "page_index=x": (),
        "type=all": (),
        "page_indexes=3": (),
    }
    rows = [
        (kernel, text, "ok" if kernel in kernels else "EINVAL")
        for text, kernels in known.items()
        for kernel in WITH_WRITEBACK
    ]
    for text in ("page_index=16", "page_indexes=1-16", "page_indexes=2-1"):
        rows += [(kernel, text, "ERANGE" if kernel in PAIRS else "EINVAL") for kernel in SELECTING]
    return rows


@pytest.mark.parametrize(("kernel", "text", "answer"), texts())
def test_each_kernel_knows_its_words(kernel: str, text: str, answer: str) -> None:
    zram, _ = backed_device(kernel)
    assert run(zram, lambda zram: store(zram, "writeback", text)) == [answer]
    assert at_rest(zram)


@pytest.mark.parametrize("kernel", WITH_WRITEBACK)
def test_writeback_needs_a_size_first_and_then_a_backing_device(kernel: str) -> None:
    assert run(bare_device(kernel), lambda zram: store(zram, "writeback", "idle")) == ["EINVAL"]
    assert run(device(kernel), lambda zram: store(zram, "writeback", "idle")) == ["ENODEV"]


@pytest.mark.parametrize("name", ["writeback", "idle", "writeback_limit", "bd_stat"])
def test_kernels_before_5_0_have_no_such_files(name: str) -> None:
    zram, _ = backed_device("4.20")
    act = show_file if name == "bd_stat" else lambda zram, name: store(zram, name, "1")

    def use(zram: Zram) -> object:
        try:
            return act(zram, name)
        except Refusal as refusal:
            return refusal.name

    assert run(zram, use) == ["ENOENT"]


@pytest.mark.parametrize("kernel", WITH_WRITEBACK)
def test_idle_pages_are_written_back_and_read_back(kernel: str) -> None:
    zram, _ = backed_device(kernel)

    def act(zram: Zram) -> object:
        fill(zram)
        store(zram, "idle", "all")
        read(zram, 2)
        answer = store(zram, "writeback", "idle")
        return answer, show_file(zram, "bd_stat"), read(zram, 1), show_file(zram, "bd_stat")

    last = success(kernel)
    assert run(zram, act) == [(last, "3 0 3", content("text:1"), "3 1 3")]
    assert written_back(zram) == [0, 1, 3]
    assert (zram.stats.pages_stored, zram.stats.compr_data_size) == (4, zram.meta.slot(2).size)
    assert at_rest(zram)
    assert kinds(zram) == []


@pytest.mark.parametrize(
    ("kernel", "blocks"),
    [
        *((kernel, [1, 2, 3, 4]) for kernel in LOOPING),
        *((kernel, [4, 3, 2, 1]) for kernel in ("6.14", "6.17", "6.18")),
        ("6.19", [3, 2, 1, 0]),
    ],
)
def test_slots_of_one_size_go_in_order_or_the_last_selected_first(
    kernel: str, blocks: list[int]
) -> None:
    zram, _ = backed_device(kernel)

    def act(zram: Zram) -> None:
        for index in range(4):
            write(zram, index, f"random:{index}")
        store(zram, "writeback", "huge")

    run(zram, act)
    assert [zram.meta.slot(index).block for index in range(4)] == blocks


@pytest.mark.parametrize("kernel", SELECTING)
def test_the_largest_pages_go_first(kernel: str) -> None:
    zram, _ = backed_device(kernel, pages=2)

    def act(zram: Zram) -> None:
        for index, recipe in enumerate(["size:100:1", "size:2000:1", "size:500:1"]):
            write(zram, index, recipe)
        store(zram, "idle", "all")
        store(zram, "writeback", "idle")

    run(zram, act)
    assert written_back(zram) == ([1, 2] if kernel == "6.19" else [1])


@pytest.mark.parametrize("kernel", PAIRS)
def test_a_mode_keeps_to_the_pages_that_were_named_before_it(kernel: str) -> None:
    zram, _ = backed_device(kernel)

    def act(zram: Zram) -> None:
        fill(zram)
        store(zram, "idle", "all")
        store(zram, "writeback", "page_index=9 page_indexes=1-2 type=idle page_index=3")

    run(zram, act)
    assert written_back(zram) == [1, 2]


@pytest.mark.parametrize("kernel", PAIRS)
def test_an_error_in_a_later_pair_writes_nothing_back(kernel: str) -> None:
    zram, loop = backed_device(kernel)
    run(zram, lambda zram: (fill(zram), store(zram, "writeback", "page_index=1 page_index=99")))
    assert (written_back(zram), loop.blocks) == ([], {})
    assert at_rest(zram)


@pytest.mark.parametrize("kernel", WITH_WRITEBACK)
def test_pages_that_one_word_fills_stay(kernel: str) -> None:
    zram, _ = backed_device(kernel)

    def act(zram: Zram) -> None:
        write(zram, 0, "zeros")
        store(zram, "idle", "all")
        store(zram, "writeback", "idle")

    run(zram, act)
    assert written_back(zram) == []


@pytest.mark.parametrize("kernel", WITH_WRITEBACK)
def test_a_full_backing_device_is_no_space_after_what_fits(kernel: str) -> None:
    zram, _ = backed_device(kernel, pages=3)

    def act(zram: Zram) -> str:
        fill(zram)
        store(zram, "idle", "all")
        return store(zram, "writeback", "idle")

    assert run(zram, act) == ["ok" if kernel in NO_ERROR else "ENOSPC"]
    assert len(written_back(zram)) == (3 if kernel == "6.19" else 2)
    assert at_rest(zram)


@pytest.mark.parametrize(
    ("kernel", "answer"),
    [
        *((kernel, "ok" if kernel in NO_ERROR else "ENOSPC") for kernel in LOOPING),
        *((kernel, "ok") for kernel in ("6.14", "6.17", "6.18", "6.19")),
    ],
)
def test_the_loop_wants_a_block_before_it_looks_at_a_slot(kernel: str, answer: str) -> None:
    zram, _ = backed_device(kernel, pages=1)
    assert run(zram, lambda zram: store(zram, "writeback", "huge")) == [answer]


@pytest.mark.parametrize("kernel", WITH_WRITEBACK)
def test_the_budget_ends_writeback_with_eio_and_is_never_overdrawn(kernel: str) -> None:
    zram, _ = backed_device(kernel)

    def act(zram: Zram) -> object:
        fill(zram)
        store(zram, "idle", "all")
        store(zram, "writeback_limit", "2")
        store(zram, "writeback_limit_enable", "1")
        answer = store(zram, "writeback", "idle")
        return answer, show_file(zram, "writeback_limit"), show_file(zram, "writeback_limit_enable")

    assert run(zram, act) == [("ok" if kernel in NO_ERROR else "EIO", "0", "1")]
    assert len(written_back(zram)) == 2
    assert at_rest(zram)


@pytest.mark.parametrize("kernel", WITH_WRITEBACK)
def test_a_reset_leaves_the_budget_as_it_is(kernel: str) -> None:
    zram, _ = backed_device(kernel)

    def act(zram: Zram) -> object:
        store(zram, "writeback_limit", "7")
        store(zram, "writeback_limit_enable", "1")
        reset_store(zram, "1")
        return show_file(zram, "writeback_limit"), show_file(zram, "writeback_limit_enable")

    assert run(zram, act) == [("7", "1")]


@pytest.mark.parametrize("kernel", WITH_WRITEBACK)
@pytest.mark.parametrize("text", ["x", "-1", "0x10", str(2**64)])
@pytest.mark.parametrize("name", ["writeback_limit", "writeback_limit_enable"])
def test_a_budget_is_a_decimal_number(kernel: str, name: str, text: str) -> None:
    assert run(device(kernel), lambda zram: store(zram, name, text)) == ["EINVAL"]


@pytest.mark.parametrize(
    ("kernel", "answer"),
    [
        ("5.0", "ok"),
        *((kernel, "took-0") for kernel in LAST_BIO),
        *((kernel, "EIO") for kernel in since("5.15")),
    ],
)
def test_an_error_of_a_page_is_told_unless_a_later_page_hides_it(kernel: str, answer: str) -> None:
    zram, _ = backed_device(kernel)

    def act(zram: Zram) -> str:
        fill(zram)
        store(zram, "idle", "all")
        return store(zram, "writeback", "idle")

    assert run(zram, act, fails=["A backing.write#1 EIO"]) == [answer]
    assert (len(written_back(zram)), zram.stats.bd_writes) == (3, 3)
    assert at_rest(zram)


@pytest.mark.parametrize("kernel", WITH_WRITEBACK)
@pytest.mark.parametrize("change", ["rewrite", "free", "read", "rewrite and mark"])
def test_a_slot_that_is_used_while_it_is_written_back_stays_as_it_is(
    kernel: str, change: str
) -> None:
    zram, _ = backed_device(kernel)

    def writer(zram: Zram) -> str:
        fill(zram, 1)
        store(zram, "idle", "all")
        return store(zram, "writeback", "idle")

    def user(zram: Zram) -> None:
        if change == "free":
            zram_slot_free(zram, 0)
        elif change == "read":
            read(zram, 0)
        else:
            write(zram, 0, "text:9")
        if change == "rewrite and mark":
            store(zram, "idle", "all")

    point = "zram.wb.wait#1" if kernel == "6.19" else "bio.wait.wait#2"
    answers = run(zram, writer, user, to=[f"A {point} B"], fails=["A backing.write#1 LATE"])
    assert answers[0] == success(kernel)
    assert written_back(zram) == []
    assert at_rest(zram)
    assert kinds(zram) == []


@pytest.mark.parametrize("kernel", SELECTING)
def test_only_one_post_processes_at_a_time(kernel: str) -> None:
    zram, _ = backed_device(kernel)

    def writer(zram: Zram) -> str:
        fill(zram, 1)
        return store(zram, "writeback", "page_index=0")

    point = "zram.wb.wait#1" if kernel == "6.19" else "bio.wait.wait#2"
    answers = run(zram, writer, lambda z: store(z, "writeback", "huge"), to=[f"A {point} B"])
    assert answers == ["ok", "EAGAIN"]


@pytest.mark.parametrize(
    ("text", "sized", "backed"),
    [
        ("page_index=16", "ENODEV", "EINVAL"),
        ("page_index=-1", "ENODEV", "EINVAL"),
        ("page_index=x", "EINVAL", "EINVAL"),
        ("page_index=3", "ENODEV", "ok"),
    ],
)
def test_stable_releases_of_6_1_look_up_the_size_last(text: str, sized: str, backed: str) -> None:
    assert run(device("6.1"), lambda zram: store(zram, "writeback", text)) == [sized]
    zram, _ = backed_device("6.1")
    with_loop(zram)
    assert run(zram, lambda zram: store(zram, "writeback", text)) == [backed]


@pytest.mark.parametrize("kernel", [one for one in WITH_WRITEBACK if one != "6.1"])
def test_a_size_that_was_looked_up_too_early_leads_behind_the_table(kernel: str) -> None:
    zram, _ = backed_device(kernel)
    with_loop(zram)

    def shrink(zram: Zram) -> None:
        reset_store(zram, "1")
        backing_dev_store(zram, f"{LOOP}\n")
        disksize_store(zram, "4K")

    writer = lambda zram: store(zram, "writeback", "idle")  # noqa: E731 - an act
    run(zram, writer, shrink, to=["A zram.init_lock.lock#1 B"])
    assert kinds(zram) == ["vmalloc-out-of-bounds"]
