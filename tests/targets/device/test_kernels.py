"""Every real kernel that there is runs programs and answers in the same form."""

import base64
from typing import Any

import pytest

from targets.device.guests.guest import Guest, Refused

NOISE = base64.b64encode(bytes((n * 7919 >> 5) & 0xFF for n in range(4096))).decode()
SETUP = {"op": "store", "file": "disksize", "text": "262144"}


def config(kernel: Guest) -> dict[str, Any]:
    options = kernel.hello["config"]
    assert isinstance(options, dict)
    return options


def test_a_kernel_says_what_it_is_and_what_its_zram_offers(kernel: Guest) -> None:
    hello = kernel.hello
    assert hello["page_size"] == 4096
    assert hello["swap_areas"] == 0 or not hello["own_machine"]
    assert isinstance(hello["files"], list)
    assert isinstance(hello["algorithms"], list)
    assert {"disksize", "mm_stat", "io_stat", "debug_stat", "reset"} <= set(hello["files"])
    assert not {"size", "stat", "uevent"} & set(hello["files"])
    assert hello["default_algorithm"] in hello["algorithms"]
    assert ("backing_dev" in hello["files"]) == ("CONFIG_ZRAM_WRITEBACK" in config(kernel))
    assert ("block_state" in hello["files"]) == ("CONFIG_ZRAM_MEMORY_TRACKING" in config(kernel))


def test_a_program_is_answered_with_data_errors_and_statistics(kernel: Guest) -> None:
    answers = kernel.run(
        [
            SETUP,
            {"op": "write", "block": 0, "data": NOISE},
            {"op": "write", "block": 1, "count": 2, "data": base64.b64encode(b"12345678").decode()},
            {"op": "read", "block": 0, "count": 3},
            {"op": "discard", "block": 0, "count": 2},
            {"op": "write_zeroes", "block": 2},
            {"op": "read", "block": 0, "count": 3},
            {"op": "write", "block": 64, "data": NOISE},
            {"op": "store", "file": "reset", "text": "1"},
        ],
        watch=["disksize", "mm_stat"],
    )
    assert [answer.get("ok", answer.get("errno")) for answer in answers] == [
        6, 4096, 8192, ["1be2cd32", "16aa51c0", "16aa51c0"], None, None,
        ["c71c0011"] * 3, "ENOSPC", 1,
    ]  # fmt: skip
    stored = [_columns(answer)[0] // 4096 for answer in answers]
    assert stored == [0, 1, 3, 3, 1, stored[5], stored[5], stored[5], 0]
    assert stored[5] in {0, 1}


def _columns(answer: dict[str, Any]) -> list[int]:
    return [int(word) for word in answer["seen"][0]["mm_stat"].split()]


def test_pages_are_written_back_to_a_loop_device(kernel: Guest) -> None:
    if "CONFIG_ZRAM_WRITEBACK" not in config(kernel):
        pytest.skip(f"{kernel.kind.name} is built without CONFIG_ZRAM_WRITEBACK")
    answers = kernel.run(
        [
            {"op": "attach", "name": "disk", "pages": 16},
            {"op": "store", "file": "backing_dev", "text": "$disk"},
            SETUP,
            {"op": "write", "block": 3, "data": NOISE},
            {"op": "store", "file": "idle", "text": "all"},
            {"op": "store", "file": "writeback", "text": "idle"},
            {"op": "show", "file": "bd_stat"},
            {"op": "read", "block": 3},
            {"op": "detach", "name": "disk"},
            {"op": "show", "file": "backing_dev"},
            {"op": "store", "file": "reset", "text": "1"},
            {"op": "show", "file": "backing_dev"},
        ]
    )
    assert [answer.get("ok", answer.get("errno")) for answer in answers] == [
        None, 10, 6, 4096, 3, 4, "       1        0        1\n",
        ["1be2cd32"], None, "$disk\n", 1, "none\n",
    ]  # fmt: skip


def test_a_cpu_leaves_and_comes_back_where_the_machine_is_the_agents_own(kernel: Guest) -> None:
    answers = kernel.run(
        [SETUP, {"op": "cpu", "cpu": 1}, {"op": "write", "block": 0, "data": NOISE}]
    )
    expected = "ok"
    if not kernel.hello["own_machine"]:
        expected = "EPERM"
    elif kernel.hello["cpus"] == 1:
        expected = "ENOENT"
    assert answers[1] in ({expected: None}, {"errno": expected})
    assert answers[2] == {"ok": 4096}
    assert kernel.request({"do": "hello"}) == kernel.hello


def test_long_programs_come_and_go_in_one_piece(kernel: Guest) -> None:
    steps = [SETUP, *({"op": "write", "block": n, "data": NOISE} for n in range(60))]
    steps += [{"op": "read", "block": 0, "count": 60, "bytes": True}]
    for _ in range(3):
        *_, last = kernel.run(steps)
        is_right = last == {"ok": base64.b64encode(base64.b64decode(NOISE) * 60).decode()}
        assert is_right, "60 pages come back as they were written"


def test_many_programs_run_in_one_boot(kernel: Guest) -> None:
    for _ in range(20):
        assert kernel.run([SETUP], devices=2) == [{"ok": 6}]


def test_a_process_finds_its_pages_as_it_left_them_after_they_were_swapped_out(
    kernel: Guest,
) -> None:
    text = base64.b64encode(b"swap all of it.." * 128 + bytes(2048)).decode()
    answer: dict[str, Any] = dict(
        kernel.swap(
            {
                "disk_pages": 128,
                "pages": 32,
                "steps": [
                    {"op": "store", "page": 0, "count": 16, "data": text},
                    {"op": "store", "page": 16, "count": 8, "data": NOISE},
                    {"op": "push_out", "count": 32},
                    {"op": "store", "page": 3, "data": NOISE},
                    {"op": "load", "page": 20},
                    {"op": "forget", "page": 8, "count": 8},
                    {"op": "push_out", "count": 8},
                    {"op": "verify", "count": 32},
                ],
            }
        )
    )
    steps = answer["steps"]
    assert answer["status"] == 0
    assert [step.get("ok", step.get("errno")) for step in steps] == [
        None, None, None, None, ["1be2cd32"], None, None, [],
    ]  # fmt: skip
    resident = {3, 20}
    assert steps[2]["swapped"] == [*range(24)], "all that was touched is out, the rest never was"
    assert steps[4]["swapped"] == [page for page in range(24) if page not in resident]
    assert steps[5]["swapped"] == [*range(3), *range(4, 8), *range(16, 20), *range(21, 24)]
    # MADV_PAGEOUT asks only: page 3, just read back, may still be on its way to the list of pages.
    assert {*steps[6]["swapped"], 3} == {*range(8), *range(16, 20), *range(21, 24)}
    assert steps[7]["swapped"] == []
    assert [step["used"] >= len(step["swapped"]) for step in steps] == [True] * len(steps)
    stored = [int(step["mm_stat"].split()[0]) // 4096 - 1 for step in steps]
    assert stored[2] == 24, "each page has a slot; the header has one as well"
    assert int(answer["mm_stat"].split()[0]) == 4096, "swapoff leaves the header alone"


def test_a_process_that_dies_is_told_and_the_agent_lives(kernel: Guest) -> None:
    with pytest.raises(Refused, match="Misuse: the process has no pages 8 to 9"):
        kernel.swap(
            {"disk_pages": 16, "pages": 8, "steps": [{"op": "load", "page": 8, "count": 2}]}
        )
    with pytest.raises(Refused, match="no such operation: 'fly'; there are store load"):
        kernel.swap({"disk_pages": 16, "pages": 8, "steps": [{"op": "fly"}]})
    with pytest.raises(Refused, match="OSError"):
        kernel.swap({"disk_pages": 1, "pages": 8, "steps": []})
    crash = kernel.swap({"disk_pages": 16, "pages": -1, "steps": []})
    assert (crash["steps"], crash["status"]) == ([], 1)
    assert kernel.run([SETUP]) == [{"ok": 6}]
