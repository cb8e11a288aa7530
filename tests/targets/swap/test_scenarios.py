"""Scenarios of a machine that swaps to a zram, on every kernel: what its users and files tell."""

import pytest

from fuzz.program.outcome import Outcome
from targets.linux.kernel.versions import VERSIONS
from targets.linux.machine.page import PAGE_SIZE
from tests.targets.running import run

WITH_RW_PAGE = VERSIONS[: VERSIONS.index("6.3")]
WAITING = VERSIONS[: VERSIONS.index("5.0")]
"""Kernels on which swap waits for the lock of a slot that it has no use for any more."""


def lived(kernel: str, *lines: str) -> Outcome:
    return run("\n".join(["target swap", f"kernel {kernel}", *lines, ""]))


def answers(outcome: Outcome, task: str = "A") -> list[str]:
    return [answer.text for answer in outcome.answers if answer.task == task]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_page_that_mem_limit_keeps_out_of_swap_stays_with_its_process(kernel: str) -> None:
    """S3: where the page is tried through rw_page first, its write fails twice."""
    outcome = lived(
        kernel,
        "task A",
        "  store page=0 with=random:1",
        "  load page=0",
        "  mem_limit pages=1",
        "  swap_out page=0",
        "  show file=io_stat",
        "  load page=0",
        "  mem_limit pages=0",
        "  swap_out page=0",
        "  load page=0",
    )
    _, loaded, *rest = answers(outcome)
    failed = 2 if kernel in WITH_RW_PAGE else 1
    assert rest == ["ok", "kept", f"0,{failed},0,0", loaded, "ok", "freed", loaded]
    assert outcome.findings == ()


def set_up_while_swapping_on(kernel: str, *lines: str, at: str = "") -> Outcome:
    return lived(
        kernel,
        *lines,
        "  disksize pages=16",
        "task B",
        "  mkswap",
        "  swapon",
        *([f"switch A {at} B"] if at else []),
    )


@pytest.mark.parametrize("kernel", VERSIONS)
@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        (("config swap=off", "task A", "  reset"), ["4.10"]),
        (("config swap=no-size", "task A"), ["4.10", "4.14"]),
    ],
    ids=["again", "first"],
)
def test_swapon_misses_the_wish_for_stable_pages_at_some_moment_of_the_set_up(
    kernel: str, lines: tuple[str, ...], missing: list[str]
) -> None:
    """S4: 4.10 takes the wish back for a moment, and until 4.14 it came after the first size."""
    alone = set_up_while_swapping_on(kernel, *lines)
    moments = [f"{point.name}#{visit}" for task, point, visit, _ in alone.trace if task.name == "A"]
    outcomes = [set_up_while_swapping_on(kernel, *lines, at=moment) for moment in moments]
    found = [finding.kind for outcome in outcomes for finding in outcome.findings]
    assert any(answers(outcome, "B") == ["ok", "ok"] for outcome in outcomes)
    assert dict.fromkeys(found) == ({"stable-writes-missed": None} if kernel in missing else {})


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_request_that_the_size_lets_in_sees_the_table(kernel: str) -> None:
    """No lock orders it after the set-up, neither where zram nor where the block layer looks."""
    outcome = lived(
        kernel,
        "config swap=off without=all",
        "task A",
        "  reset",
        "  disksize pages=16",
        "task B",
        "  mkswap",
        "  swapon",
        "switch A begin#1 B",
        "switch B swap_lock.lock#1 A",
    )
    assert outcome.findings == ()


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_device_that_is_swapped_to_is_not_reset(kernel: str) -> None:
    """S5: with or without a page on it, until swapoff."""
    outcome = lived(
        kernel,
        "task A",
        "  store page=0 with=text:1",
        "  load page=0",
        "  reset",
        "  swap_out page=0",
        "  reset",
        "  swapoff",
        "  load page=0",
        "  reset",
    )
    _, loaded, *rest = answers(outcome)
    assert rest == ["EBUSY", "freed", "EBUSY", "ok", loaded, "ok"]
    assert outcome.findings == ()


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_slot_that_somebody_reads_while_swap_frees_it_is_waited_for_or_missed(
    kernel: str,
) -> None:
    """S6: a slot that was missed keeps its page until it is written again."""
    outcome = lived(
        kernel,
        "task A",
        "  store page=0 with=text:1",
        "  swap_out page=0",
        "  read block=1",
        "task B",
        "  dontneed page=0",
        "  show file=io_stat",
        "  show file=debug_stat",
        "  store page=1 with=text:2",
        "  swap_out page=1",
        "  show file=mm_stat",
        "switch A zsmalloc.object.read#1 B",
    )
    waits = kernel in WAITING
    assert [answer.task for answer in outcome.answers[:3]] == ["A", "A", "A" if waits else "B"]
    assert answers(outcome, "B")[1] == "0,0,0,1"
    if not waits:
        assert answers(outcome, "B")[2].split(",")[-1] == "1"
    assert outcome.findings == ()
    # The header, page 1 in the next slot, and what was missed.
    stored = int(answers(outcome, "B")[-1].split(",")[0])
    assert stored == (2 if waits else 3) * PAGE_SIZE


@pytest.mark.parametrize("kernel", VERSIONS)
def test_who_waits_for_a_slot_that_is_freed_into_a_batch_goes_on(kernel: str) -> None:
    outcome = lived(
        kernel,
        "config disk_pages=24 slot_batch=1 without=all",
        "task A",
        "  store page=0 with=text:1",
        "  swap_out page=0",
        "  load page=0",
        "task C",
        "  swap_in page=0",
        "switch A ptl.lock#4 C",
    )
    assert outcome.findings == ()


def test_writeback_that_meets_a_page_that_is_being_stored_may_do_nothing() -> None:
    outcome = lived(
        "6.3",
        "config zswap=on without=all",
        "task A",
        "  store page=0 with=text:1",
        "  swap_out page=0",
        "task B",
        "  store page=3 with=size:1200:3",
        "  swap_out page=3",
        "  zswap_writeback",
        "switch A zbud.write#1 B",
    )
    assert answers(outcome, "B")[-1] == "EAGAIN"
    assert outcome.findings == ()


def test_a_page_whose_process_went_while_it_was_given_a_slot_may_be_clean() -> None:
    outcome = lived(
        "4.9",
        "config cpus=4 disk_pages=4 page_cluster=2 second=equal without=all",
        "task A",
        "  unpin",
        "  fill page=3 with=size:3710:49",
        "  exit",
        "  swap_out page=3",
        "  store page=3 with=zeros",
        "task B",
        "  disksize pages=0",
        "  writeback_limit pages=16",
        "  swap_out page=2",
        "  fill page=3 with=sample:023ece8d0901",
        "  swap_out page=3",
        "switch A begin#1 B",
        "switch B operation#1 A",
        "switch A mmap_sem.lock#1 B",
        "switch B zram.files.use#1 A",
        "switch A mmap_sem.unlock#1 B",
        "switch B ptl.lock#1 A",
        "switch A pte.read#1 B",
        "switch B pte.write#1 A",
        "switch B mmap_sem.lock#2 A",
        "switch A pte.write#2 B",
        "switch B do_anonymous_page.page#1 A",
        "switch A ptl.unlock#3 B",
        "switch B alloc_page.sleep#1 A",
        "switch A page.lock#1 B",
        "switch B ptl.lock#3 A",
        "switch A swap_avail_lock.unlock#1 B",
        "switch B ptl.unlock#3 A",
        "switch A swap_info.lock#1 B",
        "switch B page.write#1 A",
        "switch A swap_cache.node#1 B",
        "switch B ptl.lock#4 A",
        "switch A swap_cache.insert#1 B",
        "switch B pte.write#2 A",
        "switch A tree_lock.unlock#1 B",
        "switch B ptl.unlock#4 A",
        "switch A tree_lock.lock#2 B",
        "switch B page.lock#1 A",
        "switch A tree_lock.unlock#2 B",
        "switch B ptl.unlock#5 A",
        "switch A operation#5 B",
    )
    assert outcome.findings == ()
