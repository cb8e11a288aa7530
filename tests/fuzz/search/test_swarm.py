"""Claims about swarms."""

from fuzz.search.swarm import BATCH, Swarm
from fuzz.values.choices import Choices
from tests.toys import depot


def batches(swarm: Swarm, count: int) -> list[tuple[int, int]]:
    choices = Choices(1)
    sizes: list[tuple[int, int]] = []
    for _ in range(count):
        for _ in range(BATCH):
            swarm.advance(choices)
        sizes.append((len(set(swarm.kinds.kinds)), len(swarm.points)))
    return sizes


def test_some_batches_use_everything_and_others_a_part() -> None:
    everything = len(depot.TARGET.operations), len(depot.TARGET.fault_points)
    sizes = batches(Swarm(depot.TARGET), 40)
    assert 10 < sizes.count(everything) < 35
    assert len(set(sizes)) > 4
    assert all(kinds for kinds, _ in sizes)


def test_a_batch_does_not_change_in_the_middle() -> None:
    swarm, choices = Swarm(depot.TARGET), Choices(2)
    before = swarm.kinds
    for _ in range(BATCH - 1):
        swarm.advance(choices)
        assert swarm.kinds is before


def test_without_swarms_everything_is_used() -> None:
    assert set(batches(Swarm(depot.TARGET, used=False), 20)) == {
        (len(depot.TARGET.operations), len(depot.TARGET.fault_points))
    }
