"""Loading: where a page comes from, and whether its copy stays."""

import pytest

from targets.linux.kernel.versions import VERSIONS
from targets.linux.swap.frontswap import Load
from targets.linux.zswap.load import zswap_load
from targets.linux.zswap.store import zswap_store
from targets.linux.zswap.zbud import Zbud
from tests.targets.linux.zswap.benches import TEXT, Bench, contents, since


@pytest.mark.parametrize("kernel", VERSIONS)
@pytest.mark.parametrize("swapcache", [True, False])
def test_the_swap_cache_takes_over_from_6_12_on_and_nobody_else(
    kernel: str, *, swapcache: bool
) -> None:
    bench = Bench(kernel)
    page = bench.page_of(3, swapcache=swapcache)

    def body() -> Load:
        zswap_store(bench.zswap, bench.page_of(3, TEXT))
        return zswap_load(bench.zswap, page)

    assert bench.run(body) == [Load.HIT]
    dropped = swapcache and kernel in since("6.12")
    assert (bench.held(), page.dirty) == ([] if dropped else [3], dropped)
    assert bytes(page.bytes) == contents(TEXT)


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_slot_that_zswap_does_not_have_is_read_from_the_device(kernel: str) -> None:
    bench = Bench(kernel)
    assert bench.run(lambda: zswap_load(bench.zswap, bench.page_of(3))) == [Load.MISS]


def damage(bench: Bench) -> None:
    """Overwrite what the pool has of the only entry."""
    (entry,) = bench.zswap.trees[0].entries.values()
    pool = bench.zswap.pool
    assert isinstance(pool, Zbud) or bench.zswap.machine.kernel.version
    pool.write(entry.handle, b"\xff" * entry.length)


@pytest.mark.parametrize("kernel", VERSIONS)
def test_a_damaged_entry_kills_the_machine_until_it_becomes_an_error(kernel: str) -> None:
    bench = Bench(kernel)
    answers: list[Load] = []

    def body() -> None:
        zswap_store(bench.zswap, bench.page_of(3, TEXT))
        damage(bench)
        answers.append(zswap_load(bench.zswap, bench.page_of(3)))

    bench.rig.world.spawn("A", body)
    bench.rig.world.run()
    kinds = [finding.signature for finding in bench.rig.world.findings]
    if kernel in since("6.18"):
        assert (answers, kinds) == ([Load.FAILED], [])
    else:
        assert (answers, kinds) == ([], ["kernel-bug-zswap_decompress"])
