"""Refusals need a cause: the judge is shown wrong errnos, and right ones."""

from contextlib import suppress

import pytest

from targets.linux.machine.errno import Refusal
from targets.shared import raw_io
from targets.swap.refusals import SWAP_REFUSALS
from targets.swap.target import TARGET as SWAP
from targets.zram.refusals import ZRAM_REFUSALS
from targets.zram.seat import ZramSeat
from targets.zram.target import TARGET as ZRAM
from targets.zsmalloc.refusals import POOL_REFUSALS
from targets.zsmalloc.target import TARGET as ZSMALLOC
from tests.targets.running import run, signatures

CASE = "target zram\nkernel 6.1\ntask A\n  {}\n"


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        ("compact", "EINVAL"),
        ("mem_limit pages=4", "EBUSY"),
        ("disksize pages=4", "EINVAL"),
        ("reset", "EBUSY"),
        ("read block=1", "EIO"),
        ("write block=1 with=random:7", "ENOSPC"),
        ("discard block=1", "EINVAL"),
        ("writeback mode=idle", "EIO"),
        ("cpu_offline cpu=1", "ENOENT"),
        ("show file=mm_stat", "ENOENT"),
        ("show file=mm_stat", "EACCES"),
        ("echo text=1 to=mem_limit", "EBUSY"),
        ("echo text=1 to=compact", "EINVAL"),
        ("echo text=1 to=mm_stat", "EINVAL"),
        ("writeback_limit pages=1", "ENOENT"),
        ("comp_algorithm name=lzo", "EINVAL"),
        ("idle", "EBUSY"),
    ],
)
def test_a_refusal_without_a_cause_is_a_finding(
    operation: str, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Refusal(error)

    calls = ("read_file", "read_block", "write_block", "discard_blocks", "write_file", "set_cpu")
    for call in calls:
        monkeypatch.setattr(ZramSeat, call, refuse)
    word = operation.partition(" ")[0]
    assert signatures(CASE.format(operation)) == [f"refused-without-cause-{word}+{error}"]


@pytest.mark.parametrize(
    ("operations", "answers"),
    [
        ("reset\n  compact", ["ok", "EINVAL"]),
        ("disksize pages=4", ["EBUSY"]),
        ("open\n  reset", ["ok", "EBUSY"]),
        ("write block=63 with=random:7", ["ENOSPC"]),
        ("discard block=60 count=8", ["EINVAL"]),
        ("writeback mode=idle", ["ENODEV"]),
        ("cpu_offline cpu=0", ["ENOENT"]),
        ("show file=recomp_algorithm", ["ENOENT"]),
        ("echo text=1 to=mm_stat", ["EACCES"]),
        ("show file=compact", ["EACCES"]),
        ("mem_limit pages=1\n  write_many block=0 count=8 with=random:1 then=random:2", None),
    ],
)
def test_a_refusal_with_a_cause_is_none(operations: str, answers: list[str] | None) -> None:
    outcome = run(CASE.format(operations))
    assert outcome.findings == ()
    texts = [answer.text for answer in outcome.answers]
    assert texts == (answers or ["ok", "EIO"])


def test_an_error_that_was_injected_and_not_answered_is_a_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = CASE.format("write block=1 with=random:7") + "fault A submit_bio#1 EIO\n"
    assert signatures(case) == []

    def write_block(seat: ZramSeat, block: int, data: bytes) -> None:
        with suppress(Refusal):
            raw_io.write_blocks(seat.zram.disk, block, [data])

    monkeypatch.setattr(ZramSeat, "write_block", write_block)
    assert signatures(case) == ["error-swallowed-write"]


def test_a_table_speaks_of_all_operations_of_its_target() -> None:
    tables = ((ZRAM, ZRAM_REFUSALS), (SWAP, SWAP_REFUSALS), (ZSMALLOC, POOL_REFUSALS))
    never_refused = {"ksmd", "compact", "modprobe", "shrink"}
    for target, documented in tables:
        words = {kind.word for kind in target.operations}
        assert words - set(documented) <= never_refused


def test_a_write_beyond_the_end_that_is_accepted_is_a_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = CASE.format("write block=63 with=random:7")
    assert signatures(case) == []
    monkeypatch.setattr(ZramSeat, "write_block", lambda *_: None)
    assert signatures(case) == ["refusal-missing-write"]
