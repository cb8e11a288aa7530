"""What a request and a store promise, and a model that breaks it."""

import pytest

from targets.linux.machine.errno import ENOMEM, Refusal
from targets.linux.zram import attributes, io, read, sysfs, write_steps
from targets.linux.zram.device import Zram
from tests.targets.running import run, signatures

CASE = "target zram\nkernel 6.1\ntask A\n  write block=1 with=random:7\n  {}\n"
AGAIN = CASE.format("write block=1 with=random:9")


def test_a_failed_write_that_empties_its_slot_is_a_finding_where_the_old_page_is_promised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def emptying(zram: Zram, handle: int) -> None:
        del handle
        slot = zram.meta.slots.get(1)
        if slot is not None and slot.handle:
            slot.handle, slot.size = 0, 0
            raise Refusal(ENOMEM)

    monkeypatch.setattr("targets.linux.zram.write.refuse_beyond_limit", emptying)
    assert "refused-write-changed-zram_bvec_write" in signatures(AGAIN)


def test_a_write_that_is_accepted_beyond_mem_limit_is_a_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = CASE.format("mem_limit pages=1\n  write block=2 with=random:9")
    assert [answer.text for answer in run(case).answers] == ["ok", "ok", "EIO"]
    assert signatures(case) == []
    monkeypatch.setattr("targets.linux.zram.write.refuse_beyond_limit", lambda *_: None)
    assert "zram-limit-exceeded-mem_limit" in signatures(case)


def test_requests_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASE.format("read block=1\n  discard block=1")
    assert signatures(case) == []
    bvec_rw = io.zram_bvec_rw

    def twice(zram: Zram, *args: object, **named: object) -> object:
        zram.stats.num_writes += 1
        return bvec_rw(zram, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(io, "zram_bvec_rw", twice)
    assert signatures(case) == ["zram-wrong-count-num_writes"]


def test_a_write_stalls_only_for_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert signatures(AGAIN) == []
    count = write_steps.count_object

    def stalling(zram: Zram, clen: int) -> None:
        zram.stats.writestall += 1
        count(zram, clen)

    monkeypatch.setattr(write_steps, "count_object", stalling)
    assert signatures(AGAIN) == ["zram-needless-stall-writestall"]


def test_a_counter_below_nothing_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    count = write_steps.count_object

    def losing(zram: Zram, clen: int) -> None:
        zram.stats.miss_free -= 1
        count(zram, clen)

    monkeypatch.setattr(write_steps, "count_object", losing)
    assert signatures(AGAIN) == ["zram-negative-count-miss_free"]


def _store(name: str, store: object, monkeypatch: pytest.MonkeyPatch) -> None:
    attribute = sysfs.DeviceAttribute(store=store)  # type: ignore[arg-type]
    attributes_now = {**sysfs.ZRAM_DISK_ATTRS, name: attribute}
    monkeypatch.setattr(sysfs, "ZRAM_DISK_ATTRS", attributes_now)


def test_a_file_that_takes_a_value_and_keeps_another_is_a_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = CASE.format("mem_limit pages=9")
    assert signatures(case) == []
    _store("mem_limit", lambda *_: None, monkeypatch)
    assert signatures(case) == ["store-not-kept-mem_limit"]


def test_a_file_that_refuses_a_value_and_takes_it_is_a_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def store(zram: Zram, text: str) -> None:
        attributes.mem_limit_store(zram, text)
        raise Refusal(ENOMEM)

    _store("mem_limit", store, monkeypatch)
    case = CASE.format("mem_limit pages=9")
    assert signatures(case)[0] == "refused-store-changed-mem_limit"


@pytest.mark.parametrize("kernel", ["4.14", "6.14", "6.19"])
def test_a_failed_write_is_judged_by_what_its_kernel_promises(kernel: str) -> None:
    case = AGAIN.replace("6.1", kernel)
    failing = case + "".join(f"fault A zsmalloc.handle#{n} ENOMEM\n" for n in (2, 3))
    outcome = run(failing)
    assert (outcome.answers[-1].text, outcome.findings) == ("EIO", ())


def test_a_page_that_comes_from_the_backing_device_is_counted_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps = "write block=1 with=random:7\n  writeback mode=huge\n  read block=1"
    case = f"target zram\nkernel 6.1\nconfig backing=disk\ntask A\n  {steps}\n"
    assert signatures(case) == []
    usual = read.read_from_bdev

    def twice(zram: Zram, *args: object) -> object:
        zram.stats.bd_reads += 1
        return usual(zram, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(read, "read_from_bdev", twice)
    assert signatures(case) == ["zram-wrong-count-bd_reads"]
