"""Processes and administrators: what each operation answers, and what it leaves behind."""

import pytest

from tests.targets.running import answers, run

ZEROS = "c71c0011"
HEAD = "target swap\nkernel 4.10\n"


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        (["load page=0"], [ZEROS]),
        (["store page=0 with=zeros", "swap_out page=0"], ["ok", "freed"]),
        (["swap_out page=0"], ["kept"]),
        (["swap_in page=0", "fill page=0 with=zeros"], ["ok", "ok"]),
        (["exit", "load page=0", "store page=0 with=zeros"], ["ok", "SIGSEGV", "SIGSEGV"]),
        (["exit", "exit", "fork task=A"], ["ok", "SIGSEGV", "ESRCH"]),
        (["exit", "swap_in page=0", "fill page=0 with=zeros"], ["ok", "SIGSEGV", "SIGSEGV"]),
        (["swapon"], ["EBUSY"]),
        (["swapoff", "swapoff"], ["ok", "EINVAL"]),
        (["swapoff", "swapon"], ["ok", "ok"]),
        (
            ["swapoff", "discard block=0", "swapon", "mkswap", "swapon"],
            ["ok", "ok", "EINVAL", "ok", "ok"],
        ),
        (
            ["swapoff", "reset", "mkswap", "disksize pages=4", "mkswap"],
            ["ok", "ok", "ENOSPC", "ok", "ok"],
        ),
        (["format protection=off"], ["ENOENT"]),
        (["fork task=B"], ["ESRCH"]),
        (["peek", "dma with=zeros", "unpin"], ["EBADF", "EBADF", "EBADF"]),
        (["pin page=0 for=read", "dma with=zeros", "peek"], ["ok", "EBADF", ZEROS]),
        (["pin page=0 for=write", "dma with=zeros", "unpin", "unpin"], ["ok"] * 3 + ["EBADF"]),
        (["pin page=0 for=write", "dontneed page=0", "dma with=zeros"], ["ok", "ok", "EBADF"]),
        (["uffd_move page=0 to=1", "chrt policy=fifo"], ["EINVAL", "ok"]),
        (["pagemap page=0", "clear_refs", "pagemap page=0"], ["written", "ok", "not written"]),
        (["mkswap_bad last=3 bad=2", "swapoff", "mkswap_bad last=3 bad=2"], ["EBUSY", "ok", "ok"]),
    ],
)
def test_a_machine_answers(operations: list[str], expected: list[str]) -> None:
    assert answers(HEAD + "task A\n" + "".join(f"  {o}\n" for o in operations)) == expected


def test_a_page_comes_back_as_it_was_written() -> None:
    case = "task A\n  store page=0 with=text:1\n  load page=0\n  swap_out page=0\n  load page=0\n"
    got = answers(HEAD + case)
    assert got == ["ok", got[1], "freed", got[1]]
    assert got[1] != ZEROS


def test_a_disk_is_formatted_when_nobody_has_it_open() -> None:
    case = "config disk=crc\ntask A\n  format protection=off\n  swapoff\n  format protection=off\n"
    assert answers(HEAD + case + "  swapon\n") == ["EBUSY", "ok", "ok", "EINVAL"]


def test_a_disk_without_protection_takes_pages_that_change() -> None:
    case = (
        "target swap\nkernel 4.9\nconfig disk=crc\ntask A\n  swapoff\n  format protection=off\n"
        "  mkswap\n  swapon\n  store page=0 with=text:1\n  swap_out page=0\n"
        "  store page=0 with=random:1\n"
    )
    assert run(case).findings == ()


def test_nothing_is_swapped_to_when_the_machine_boots_without() -> None:
    case = "config swap=off\ntask A\n  store page=0 with=zeros\n  swap_out page=0\n  swapoff\n"
    assert answers(HEAD + case + "  mkswap\n  swapon\n  swap_out page=0\n") == [
        *("ok", "kept", "EINVAL"),
        *("ok", "ok", "freed"),
    ]


def test_the_sizes_of_the_boot_are_those_of_the_configuration() -> None:
    case = "config disk_pages=5 streams=3\ntask A\n  show file=disksize\n"
    assert answers("target swap\nkernel 4.6\n" + case) == ["20480"]


def test_fork_launches_the_task_that_waits_for_it() -> None:
    case = (
        "task A\n  store page=0 with=text:1\n  load page=0\n  fork task=B\ntask B\n  load page=0\n"
    )
    outcome = run(HEAD + case)
    digest = outcome.answers[1].text
    assert [(answer.task, answer.text) for answer in outcome.answers] == [
        ("A", "ok"),
        ("A", digest),
        ("A", "ok"),
        ("B", digest),
    ]


def test_a_child_is_launched_once() -> None:
    case = "task A\n  fork task=B\n  fork task=B\ntask B\n  load page=0\n"
    assert sorted(answers(HEAD + case)) == sorted(["ok", "ESRCH", ZEROS])


def test_a_child_of_a_fork_that_fails_never_runs() -> None:
    case = "task A\n  exit\n  fork task=B\ntask B\n  load page=0\n"
    assert answers(HEAD + case) == ["ok", "SIGSEGV"]


def test_the_first_task_waits_for_nobody() -> None:
    case = "task A\n  fork task=B\ntask B\n  fork task=A\n"
    assert answers(HEAD + case) == ["ok", "ESRCH"]


def test_a_child_has_a_memory_of_its_own() -> None:
    case = (
        "task A\n  store page=0 with=text:1\n  fork task=B\n  store page=0 with=text:2\n"
        "  swap_out page=0\ntask B\n  store page=0 with=text:3\n  swap_out page=0\n  load page=0\n"
    )
    assert run(HEAD + case).findings == ()


def test_a_process_that_has_ended_leaves_nothing() -> None:
    case = (
        "task A\n  store page=0 with=text:1\n  swap_out page=0\n  store page=1 with=text:2\n"
        "  exit\n  swapoff\n  reset\n"
    )
    outcome = run(HEAD + case)
    assert (outcome.findings, outcome.counters["pages_in_use"]) == ((), 0)


@pytest.mark.parametrize(
    ("fault", "operation", "answer"),
    [
        ("do_anonymous_page.page#2 ENOMEM", "load page=1", "VM_FAULT_OOM"),
        ("swapin.page#1 ENOMEM", "load page=0", "VM_FAULT_OOM"),
        ("swapoff.memory#1 ENOMEM", "swapoff", "ENOMEM"),
        ("swapin.page#1 ENOMEM", "swapoff", "ENOMEM"),
    ],
)
def test_what_fails_is_answered_and_harms_nothing(fault: str, operation: str, answer: str) -> None:
    case = f"task A\n  store page=0 with=zeros\n  swap_out page=0\n  {operation}\nfault A {fault}\n"
    outcome = run(HEAD + case)
    assert ([each.text for each in outcome.answers], outcome.findings) == (
        ["ok", "freed", answer],
        (),
    )


@pytest.mark.parametrize("disk", ["zram", "zram-async", "crc"])
@pytest.mark.parametrize("kernel", ["4.6", "4.7", "4.9", "4.10"])
def test_the_same_case_gives_the_same_bytes(kernel: str, disk: str) -> None:
    case = (
        f"target swap\nkernel {kernel}\nconfig disk={disk}\n"
        "task A\n  store page=0 with=text:1\n  swap_out page=0\n  fork task=C\n  load page=0\n"
        "task B\n  store page=0 with=random:1\n  swapoff\n"
        "task C\n  store page=0 with=size:100:1\n  exit\n"
        "schedule pos seed=7\n"
    )
    assert run(case).text() == run(case).text()


@pytest.mark.parametrize(
    ("disk", "fault"),
    [("zram", "load"), ("zram-async", "load"), ("crc", "load"), ("zram", "store")],
)
@pytest.mark.parametrize("kernel", ["4.6", "4.10"])
def test_a_swapoff_at_any_moment_of_a_swap_out_ends_and_keeps_the_page(
    kernel: str, disk: str, fault: str
) -> None:
    last = {"load": "  load page=0\n", "store": "  swap_in page=0\n  store page=0 with=text:2\n"}
    case = (
        f"target swap\nkernel {kernel}\nconfig disk={disk}\n"
        f"task A\n  store page=0 with=text:1\n  swap_out page=0\n{last[fault]}"
        "task B\n  swapoff\n"
    )
    moments = [
        f"{point.name}#{visit}"
        for task, point, visit, _ in run(case).trace
        if task.name == "A" and point.name != "end"
    ]
    assert len(moments) > 40
    shown = {at: run(f"{case}switch A {at} B\n") for at in moments}
    assert {at: outcome.findings for at, outcome in shown.items() if outcome.findings} == {}
    assert all(("B", 0, "ok") in outcome.answers for outcome in shown.values())
