"""Operations on a device and its files: what each answers."""

import pytest

from targets.swap import TARGET as SWAP
from targets.swap.target import SwapTarget
from targets.zram import TARGET as ZRAM
from targets.zram.target import ZramTarget
from tests.targets.running import answers, signatures

ZEROS = "c71c0011"
NOTHING = "00000000"
"""The digest of no bytes at all, which is what there is beyond the end."""


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        (["read block=1"], [ZEROS]),
        (["read block=16"], [NOTHING]),
        (["write block=1 with=text:1", "read block=1", "discard block=1", "read block=1"], None),
        (["write block=16 with=zeros"], ["ENOSPC"]),
        (["discard block=15 count=2"], ["EINVAL"]),
        (["disksize pages=4"], ["EBUSY"]),
        (["reset", "disksize pages=0", "disksize pages=4"], ["ok", "EINVAL", "ok"]),
        (["reset", "read block=0", "compact"], ["ok", NOTHING, "EINVAL"]),
        (["mem_limit pages=1", "mem_limit pages=0"], ["ok", "ok"]),
        (["comp_algorithm name=lz4", "comp_algorithm name=none"], ["EBUSY", "EINVAL"]),
        (["reset", "comp_algorithm name=lz4"], ["ok", "ok"]),
        (["max_comp_streams count=0"], ["ok"]),
        (["compact", "mem_used_max"], ["ok", "ok"]),
        (["show file=initstate", "show file=disksize"], ["1", "65536"]),
        (["show file=mm_stat"], ["0,0,0,0,0,0,0"]),
        (["show file=io_stat", "show file=debug_stat"], ["0,0,0,0", "version:,1,0"]),
        (["show file=comp_algorithm"], ["lzo,[lz4],deflate,lz4hc"]),
    ],
)
def test_a_zram_answers(operations: list[str], expected: list[str] | None) -> None:
    got = answers("target zram\nkernel 4.10\ntask A\n" + "".join(f"  {o}\n" for o in operations))
    assert got == (expected or ["ok", got[1], "ok", ZEROS])


def test_what_was_read_is_named_by_a_digest_of_its_bytes() -> None:
    written = "target zram\nkernel 4.10\ntask A\n  write block=0 with={}\n  read block=0\n"
    one, other = answers(written.format("text:1")), answers(written.format("text:2"))
    assert one[1] != other[1] != ZEROS


@pytest.mark.parametrize(
    ("kernel", "count", "answer"),
    [("4.6", 0, "EINVAL"), ("4.6", 2, "EINVAL"), ("4.6", 1, "EINVAL"), ("4.7", 0, "ok")],
)
def test_streams_are_refused_where_they_count(kernel: str, count: int, answer: str) -> None:
    case = f"target zram\nkernel {kernel}\ntask A\n  max_comp_streams count={count}\n"
    assert answers(case) == [answer]


def test_debug_stat_came_with_the_second_compression() -> None:
    assert answers("target zram\nkernel 4.6\ntask A\n  show file=debug_stat\n") == ["ENOENT"]


@pytest.mark.parametrize(
    ("operation", "answer"),
    [
        ("write block=1 with=text:1", "EBUSY"),
        ("discard block=1", "EBUSY"),
        ("reset", "EBUSY"),
        ("mkswap", "EBUSY"),
        ("disksize pages=4", "EBUSY"),
        ("read block=1", ZEROS),
        ("mem_limit pages=1", "ok"),
        ("compact", "ok"),
    ],
)
def test_a_device_that_is_swapped_to_may_be_looked_at_only(operation: str, answer: str) -> None:
    assert answers(f"target swap\nkernel 4.10\ntask A\n  {operation}\n") == [answer]


@pytest.mark.parametrize("operation", ["reset", "disksize pages=4", "compact", "show file=mm_stat"])
def test_a_disk_that_is_no_zram_has_no_such_files(operation: str) -> None:
    case = f"target swap\nkernel 4.10\nconfig disk=crc\ntask A\n  {operation}\n"
    assert answers(case) == ["ENOENT"]


@pytest.mark.parametrize(
    ("operation", "fault", "answer"),
    [
        ("read block=0", "user.buffer#1 ENOMEM", "ENOMEM"),
        ("read block=0", "submit_bio#1 EIO", "EIO"),
        ("write block=0 with=text:1", "submit_bio#1 EIO", "EIO"),
        ("discard block=0", "submit_bio#1 EIO", "EIO"),
        ("write block=0 with=text:1", "zcomp.compress#1 EINVAL", "EIO"),
    ],
)
def test_what_fails_is_answered_and_harms_nothing(operation: str, fault: str, answer: str) -> None:
    case = f"target zram\nkernel 4.10\ntask A\n  {operation}\nfault A {fault}\n"
    assert answers(case) == [answer]


@pytest.mark.parametrize("target", [SWAP, ZRAM], ids=lambda target: target.name)
def test_a_target_describes_its_kernels_in_words(target: SwapTarget | ZramTarget) -> None:
    assert "stable anon: it does not ask" in target.kernel_notes("4.9")
    assert target.kernel_differences("4.9", "4.9") == []
    assert any(
        "is not reused on a swap device" in line
        for line in target.kernel_differences("4.9", "4.10")
    )


@pytest.mark.parametrize("target", [SWAP, ZRAM], ids=lambda target: target.name)
def test_a_fault_point_is_listed_once(target: SwapTarget | ZramTarget) -> None:
    names = [point.name for point in target.fault_points]
    assert names == list(dict.fromkeys(names))
    assert all(point.faults for point in target.fault_points)


def test_a_write_of_nothing_resets_nothing() -> None:
    case = (
        "target zram\nkernel 4.10\ntask A\n  write block=0 with=text:1\n  echo text=% to=reset\n"
        "  read block=0\n"
    )
    assert answers(case)[2] not in (ZEROS, NOTHING)
    assert signatures(case) == []
