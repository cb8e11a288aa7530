"""Refusals need a cause: the judge is shown wrong errnos, and right ones."""

from contextlib import suppress

import pytest

from targets.linux.kernel.versions import VERSIONS
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


CLEAN = "target zram\nkernel {}\nconfig without=all{}\n"
DISTURBERS = (
    # The files go while a backing device is attached, and writeback finds them gone.
    "task A\n  reset\n  backing_dev\n  writeback mode=idle\n"
    "task B\n  rmmod\nswitch A zram.init_lock.lock#2 B\n",
    # Somebody has opened what hot_remove has claimed after a reset, and takes away now.
    "task A\n  reset\n  read block=0\ntask B\n  rmmod\ntask C\n  hot_remove device=0\n"
    "switch A bd_mutex.lock#2 C\nswitch A bd_mutex.lock#4 B\n"
    "switch B operation#1 C\nswitch C zram.init_lock.unlock#1 B\n",
    # A device is opened by its path while its module goes.
    "task A\n  rmmod\ntask B\n  echo text=/dev/zram0 to=backing_dev\n"
    "switch A zram.files.remove#1 B\n",
    # A device is opened by its path while it is reset; one that was there before is freed.
    "task A\n  hot_remove device=0\n  hot_add\n  hot_add\n  reset\n"
    "task B\n  use device=1\n  echo text=/dev/zram0 to=backing_dev\n"
    "switch A bd_mutex.lock#3 B\n",
)
TWO_ALGORITHMS = (
    "task A\n  reset\n  recomp_algorithm name=lz4hc priority=1\n"
    "  recomp_algorithm name=zstd priority=2\n  disksize pages=1\n"
)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("tasks", DISTURBERS, ids=range(len(DISTURBERS)))
def test_what_somebody_has_left_half_done_is_a_cause(version: str, tasks: str) -> None:
    backing = " backing=disk" * ("  backing_dev" in tasks)
    assert signatures(CLEAN.format(version, backing) + tasks) == []


@pytest.mark.parametrize("version", VERSIONS[VERSIONS.index("6.3") :])
def test_an_algorithm_may_be_missed_below_the_priority_that_is_named_with_it(
    version: str,
) -> None:
    tasks = TWO_ALGORITHMS + "  recompress name=lz4hc priority=2\n"
    assert signatures(CLEAN.format(version, "") + tasks) == []


def test_an_algorithm_is_never_missed_at_the_priority_that_is_named_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = CLEAN.format("6.18", "") + TWO_ALGORITHMS + "  recompress name=zstd priority=2\n"
    assert signatures(case) == []
    write_file = ZramSeat.write_file

    def refuse(seat: ZramSeat, name: str, text: str) -> None:
        if name == "recompress":
            raise Refusal("EINVAL")
        write_file(seat, name, text)

    monkeypatch.setattr(ZramSeat, "write_file", refuse)
    assert signatures(case) == ["refused-without-cause-recompress+EINVAL"]


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
