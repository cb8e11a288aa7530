"""Zswap that does nothing is found out, if nothing was in its way."""

from collections.abc import Callable

import pytest

from targets.linux.machine.errno import EAGAIN, Refusal
from targets.linux.machine.page import PAGE_SIZE
from targets.linux.zswap.shrink import zswap_shrink
from targets.linux.zswap.zswap import Zswap
from targets.shared.zswap_progress import judge_taken, takes, writeback_judged
from tests.targets.linux.zswap.benches import TEXT, Bench, contents


def write_back(zswap: Zswap) -> None:
    with writeback_judged(zswap):
        if error := zswap_shrink(zswap):
            raise Refusal(error)


def say_so(zswap: Zswap) -> None:
    with writeback_judged(zswap):
        pass


def refuse(zswap: Zswap) -> None:
    with writeback_judged(zswap):
        raise Refusal(EAGAIN)


@pytest.mark.parametrize("kernel", ["4.9", "6.8"])
@pytest.mark.parametrize(
    ("acts", "found"),
    [
        (write_back, []),
        (say_so, ["zswap-stalls-zswap_writeback_entry"]),
        (refuse, ["zswap-stalls-zswap_writeback_entry"]),
    ],
)
def test_writeback_that_does_nothing_is_found(
    kernel: str, acts: Callable[[Zswap], None], found: list[str]
) -> None:
    bench = Bench(kernel)

    def body() -> list[object]:
        bench.out(1, TEXT)
        try:
            acts(bench.zswap)
        except Refusal:
            return [refuse]
        return [None]

    bench.rig.expected = ["zswap-stalls"] * len(found)
    bench.run(body)
    assert [finding.signature for finding in bench.rig.world.findings] == found


def test_who_is_full_or_off_or_gets_zeros_takes_nothing() -> None:
    bench = Bench("6.8")
    text = contents(TEXT)
    bench.zswap.max_pages = 2
    on = takes(bench.zswap, text)
    zeros = takes(bench.zswap, bytes(PAGE_SIZE))
    bench.zswap.max_pages = 0
    full = takes(bench.zswap, text)
    bench.zswap.max_pages, bench.zswap.enabled = 2, False
    assert (on, zeros, full, takes(bench.zswap, text)) == (True, False, False, False)


def test_a_page_that_is_not_taken_is_found() -> None:
    bench = Bench("6.8")

    def body() -> list[object]:
        bench.out(1, TEXT)
        (offset,) = bench.zswap.trees[0].entries
        judge_taken(bench.zswap, offset)
        judge_taken(bench.zswap, offset + 1)
        return []

    bench.rig.expected = ["zswap-stalls"]
    bench.run(body)
    found = [finding.signature for finding in bench.rig.world.findings]
    assert found == ["zswap-stalls-zswap_store"]
