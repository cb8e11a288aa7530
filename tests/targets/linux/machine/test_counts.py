"""Claims about counters as mappings."""

from dataclasses import asdict

from targets.linux.machine.counts import counts_of
from targets.linux.machine.io_counters import IoCounters
from targets.linux.zram.stats import ZramStats


def test_all_counters_are_there_in_their_order() -> None:
    for counters in (IoCounters(bios=2, rw_pages=1), ZramStats(compr_data_size=5)):
        assert list(counts_of(counters).items()) == list(asdict(counters).items())
