"""What writes and reads of a device's files are answered, on each kernel: one table.

A device is `bare`, without a size, or `sized`, with one; both have no backing device attached.
"""

from dataclasses import dataclass

import pytest

from fuzz.values.refusal import Refusal
from targets.linux.block.disk import blkdev_get
from targets.linux.kernel.versions import VERSIONS
from targets.linux.zram.device import Zram
from targets.linux.zram.sysfs import show_file, store_file
from tests.targets.linux.zram.backings import with_loop
from tests.targets.linux.zram.devices import Act, bare_device, device, run

OK = "ok"

Answer = str | dict[str, str]
"""An answer, or the answer from each of some versions on; none before the first is ENOENT."""


@dataclass(frozen=True)
class Row:
    """What a write of `text` to a file is answered."""

    file: str
    text: str
    bare: Answer
    sized: Answer | None = None
    """None for the same."""

    def __str__(self) -> str:
        return f"{self.file}-{self.text[:24]!r}"


def since(version: str, answer: str) -> Answer:
    """The file came with a version."""
    return {version: answer}


def streams(in_4_6: str) -> Answer:
    """The file means nothing from 4.7 on, and is gone in 6.17."""
    return {"4.6": in_4_6, "4.7": OK, "6.17": "ENOENT"}


def answer_on(kernel: str, answer: Answer) -> str:
    """Pick the answer of a kernel."""
    if isinstance(answer, str):
        return answer
    known = "ENOENT"
    for version in VERSIONS[: VERSIONS.index(kernel) + 1]:
        known = answer.get(version, known)
    return known


LONG_NAME = "z" * 128

ROWS = (
    Row("disksize", "0", "EINVAL"),
    Row("disksize", "-1", "EINVAL"),
    Row("disksize", "M", "EINVAL"),
    Row("disksize", "\n", "EINVAL"),
    Row("disksize", "16E", "EINVAL"),
    Row("disksize", "1", OK, "EBUSY"),
    Row("disksize", "64K\n", OK, "EBUSY"),
    Row("disksize", "0x10000", OK, "EBUSY"),
    Row("disksize", "64Kbytes", OK, "EBUSY"),
    Row("disksize", "100G", OK, "EBUSY"),
    # Its table takes 4 TiB; Linux 6.18.44 with 24 GiB takes 4T, and refuses 6T.
    Row("disksize", "1P", "ENOMEM", {"4.6": "ENOMEM", "4.14": "EBUSY"}),
    # Rounded up it is nothing, and so is its table, which is made first up to 4.10.
    Row("disksize", str(2**64 - 1), "ENOMEM", {"4.6": "ENOMEM", "4.14": "EBUSY"}),
    Row("mem_limit", "\n", "EINVAL"),
    Row("mem_limit", "none", "EINVAL"),
    Row("mem_limit", "0", OK),
    Row("mem_limit", "K", OK),
    Row("mem_limit", "25M", OK),
    Row("mem_used_max", "0", OK),
    Row("mem_used_max", "0\n", OK),
    Row("mem_used_max", "1", "EINVAL"),
    Row("mem_used_max", "-0", "EINVAL"),
    Row("mem_used_max", "0K", "EINVAL"),
    Row("max_comp_streams", "1", streams(OK), streams("EINVAL")),
    Row("max_comp_streams", "0x2", streams(OK), streams("EINVAL")),
    Row("max_comp_streams", "0", streams("EINVAL")),
    Row("max_comp_streams", "-1", streams("EINVAL")),
    Row("max_comp_streams", "many", streams("EINVAL")),
    Row("max_comp_streams", "2147483648", streams("ERANGE")),
    Row("comp_algorithm", "lz4", OK, "EBUSY"),
    Row("comp_algorithm", "lz4\n", OK, "EBUSY"),
    Row("comp_algorithm", "lzo", OK, "EBUSY"),
    Row("comp_algorithm", "rar", "EINVAL"),
    Row("comp_algorithm", "\n", "EINVAL"),
    Row("comp_algorithm", LONG_NAME, {"4.6": "EINVAL", "6.3": "E2BIG"}),
    Row("recomp_algorithm", "algo=lz4", since("6.3", OK), since("6.3", "EBUSY")),
    Row("recomp_algorithm", "algo=lz4 priority=3", since("6.3", OK), since("6.3", "EBUSY")),
    Row("recomp_algorithm", "algo=lz4 priority=0", since("6.3", "EINVAL")),
    Row("recomp_algorithm", "algo=lz4 priority=4", since("6.3", "EINVAL")),
    Row("recomp_algorithm", "priority=1", since("6.3", "EINVAL")),
    Row("recomp_algorithm", "lz4", since("6.3", "EINVAL")),
    Row("recomp_algorithm", "algo=rar", since("6.3", "EINVAL")),
    Row("recomp_algorithm", f"algo={LONG_NAME}", since("6.3", "E2BIG")),
    Row("algorithm_params", "algo=lz4 level=1", since("6.12", OK)),
    Row("algorithm_params", "priority=0 level=1", since("6.12", OK)),
    Row("algorithm_params", "level", since("6.12", "EINVAL")),
    Row("algorithm_params", "algo=rar", since("6.12", "EINVAL")),
    Row("algorithm_params", "priority=-1", since("6.12", "EINVAL")),
    Row("algorithm_params", "priority=4", since("6.12", "EINVAL")),
    Row("compact", "1", "EINVAL", OK),
    Row("compact", "any", "EINVAL", OK),
    Row("reset", "1", OK),
    Row("reset", "65535\n", OK),
    Row("reset", "0", "EINVAL"),
    Row("reset", "-1", "EINVAL"),
    Row("reset", "0x1", "EINVAL"),
    Row("reset", "yes", "EINVAL"),
    Row("reset", "65536", "ERANGE"),
    Row("idle", "all", since("5.0", "EINVAL"), since("5.0", OK)),
    Row("idle", "ALL", since("5.0", "EINVAL")),
    Row("idle", "10", since("5.0", "EINVAL")),
    Row("backing_dev", "/dev/loop0\n", since("4.14", OK), since("4.14", "EBUSY")),
    Row("backing_dev", "/dev/none", since("4.14", "ENOENT"), since("4.14", "EBUSY")),
    Row("writeback", "idle", since("5.0", "EINVAL"), since("5.0", "ENODEV")),
    # Pairs are read when the device is known to have what it takes.
    Row("writeback", "all", since("5.0", "EINVAL"), {"5.0": "EINVAL", "6.17": "ENODEV"}),
    Row("writeback_limit", "1", since("5.0", OK)),
    Row("writeback_limit", "x", since("5.0", "EINVAL")),
    Row("writeback_limit", "0x1", since("5.0", "EINVAL")),
    Row("writeback_limit_enable", "1", since("5.0", OK)),
    Row("writeback_limit_enable", "yes", since("5.0", "EINVAL")),
    Row("writeback_batch_size", "8", since("6.19", OK)),
    Row("writeback_batch_size", "0", since("6.19", "EINVAL")),
    # Without a further algorithm there is nothing to do, which is an error in the end.
    Row("recompress", "type=huge", since("6.3", "EINVAL"), {"6.3": OK, "6.17": "EINVAL"}),
    Row("recompress", "type", since("6.3", "EINVAL")),
    Row("recompress", "threshold=4096", since("6.3", "EINVAL")),
    Row("recompress", "algo=rar", since("6.3", "EINVAL")),
    Row("mm_stat", "0", "EACCES"),
    Row("io_stat", "0", "EACCES"),
    Row("initstate", "1", "EACCES"),
    Row("debug_stat", "0", {"4.7": "EACCES"}),
    Row("bd_stat", "0", since("5.0", "EACCES")),
    Row("zero_pages", "0", {"4.6": "EACCES", "4.14": "ENOENT"}),
)

READS: tuple[tuple[str, Answer], ...] = (
    ("disksize", OK),
    ("initstate", OK),
    ("mm_stat", OK),
    ("io_stat", OK),
    ("comp_algorithm", OK),
    ("debug_stat", {"4.7": OK}),
    ("bd_stat", since("5.0", OK)),
    ("backing_dev", since("4.14", OK)),
    ("writeback_limit", since("5.0", OK)),
    ("writeback_limit_enable", since("5.0", OK)),
    ("writeback_batch_size", since("6.19", OK)),
    ("recomp_algorithm", since("6.3", OK)),
    ("max_comp_streams", streams(OK)),
    ("mem_limit", {"4.6": OK, "4.14": "EACCES"}),
    ("mem_used_max", {"4.6": OK, "4.14": "EACCES"}),
    ("zero_pages", {"4.6": OK, "4.14": "ENOENT"}),
    ("reset", "EACCES"),
    ("compact", "EACCES"),
    ("idle", since("5.0", "EACCES")),
    ("writeback", since("5.0", "EACCES")),
    ("recompress", since("6.3", "EACCES")),
    ("algorithm_params", since("6.12", "EACCES")),
    ("use_dedup", "ENOENT"),
)


def stored(zram: Zram, name: str, text: str) -> str:
    try:
        store_file(zram, name, text)
    except Refusal as refusal:
        return refusal.name
    return OK


def shown(zram: Zram, name: str) -> str:
    try:
        show_file(zram, name)
    except Refusal as refusal:
        return refusal.name
    return OK


def on_both(kernel: str, act: Act) -> list[object]:
    """What a device without a size answers, and one with a size."""
    answers: list[object] = []
    for zram in (bare_device(kernel), device(kernel)):
        with_loop(zram)
        answers += run(zram, act)
    return answers


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_write_is_answered_as_each_kernel_does(row: Row) -> None:
    answers = {
        kernel: on_both(kernel, lambda zram: stored(zram, row.file, row.text))
        for kernel in VERSIONS
    }
    assert answers == {
        kernel: [answer_on(kernel, row.bare), answer_on(kernel, row.sized or row.bare)]
        for kernel in VERSIONS
    }


@pytest.mark.parametrize(("name", "answer"), READS)
def test_a_read_is_answered_as_each_kernel_does(name: str, answer: Answer) -> None:
    answers = {kernel: on_both(kernel, lambda zram: shown(zram, name)) for kernel in VERSIONS}
    assert answers == {kernel: [answer_on(kernel, answer)] * 2 for kernel in VERSIONS}


@pytest.mark.parametrize("kernel", VERSIONS)
def test_what_is_refused_changes_nothing_that_can_be_read(kernel: str) -> None:
    """Every refused write, one after another, leaves the files as they were."""

    def files(zram: Zram) -> list[str]:
        return [show_file(zram, name) for name, _ in READS if shown(zram, name) == OK]

    def refuse_all(zram: Zram) -> None:
        before = files(zram)
        for row in ROWS:
            if answer_on(kernel, row.sized or row.bare) != OK:
                assert stored(zram, row.file, row.text) != OK
        assert files(zram) == before

    assert run(device(kernel), refuse_all) == [None]


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_device_that_somebody_has_is_not_reset_and_one_that_is_reset_is_not_opened(
    kernel: str,
) -> None:
    def hold_and_reset(zram: Zram) -> str:
        blkdev_get(zram.disk, "somebody")
        return stored(zram, "reset", "1")

    def open_claimed(zram: Zram) -> list[str]:
        zram.claim = True
        try:
            blkdev_get(zram.disk, "somebody")
        except Refusal as refusal:
            return [refusal.name, stored(zram, "reset", "1")]
        return [OK]

    assert run(device(kernel), hold_and_reset) == ["EBUSY"]
    assert run(device(kernel), open_claimed) == [["EBUSY", "EBUSY"]]
