"""What every hub must do: a class of tests that a test of an implementation inherits.

It says in the fixture `hub` what is tested, and gives it the clock of the fixture `clock`.
"""

from dataclasses import dataclass
from typing import Final

import pytest

from fuzz.keep.files import KeepError
from fuzz.keep.hub.interface import (
    Batch,
    Discovery,
    Entry,
    Filed,
    Hub,
    Kind,
    Known,
    Lease,
    Receipt,
    Stored,
    Unit,
)

LANE: Final = "toy@1"
OTHER: Final = "toy@2"
FOUND: Final = Discovery("lost-update", "add", "data-loss", "an update is lost", ("target toy\n",))
FILED: Final = Filed("target toy\n# small\n", "crash", "title", "folder", "1 task", 7)


@dataclass
class Clock:
    """Seconds that a test moves."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def entry(number: int, *counters: int) -> Entry:
    return Entry(f"target toy\n# {number}\n", counters or (number,))


def batch(number: int, worker: str = "w", lane: str = LANE, **said: object) -> Batch:
    return Batch(worker=worker, number=number, lane=lane, **said)  # pyright: ignore


def texts(stored: tuple[Stored, ...]) -> list[str]:
    return [one.text for one in stored]


class HubContract:
    """The tests."""

    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    def leased(self, hub: Hub, kind: Kind = Kind.SEARCH, worker: str = "w") -> Lease:
        lease = hub.lease(worker, [kind], 10.0)
        assert lease is not None
        return lease

    # Work

    def test_units_are_leased_in_the_order_in_which_they_were_offered(self, hub: Hub) -> None:
        numbers = [hub.offer(Kind.SEARCH, lane, 5) for lane in (LANE, OTHER)]
        units = [self.leased(hub).unit for _ in numbers]
        assert units == [
            Unit(numbers[0], Kind.SEARCH, LANE, 5, 1),
            Unit(numbers[1], Kind.SEARCH, OTHER, 5, 1),
        ]
        assert hub.lease("w", [Kind.SEARCH], 10.0) is None

    def test_a_worker_gets_only_the_kinds_that_it_asks_for(self, hub: Hub) -> None:
        hub.offer(Kind.SEARCH, LANE, 0)
        assert hub.lease("w", [Kind.FILE], 10.0) is None
        assert self.leased(hub).unit.kind is Kind.SEARCH

    def test_what_waits_is_counted(self, hub: Hub) -> None:
        assert hub.waiting(Kind.SEARCH) == 0
        hub.offer(Kind.SEARCH, LANE, 0)
        hub.offer(Kind.SEARCH, LANE, 0)
        assert hub.waiting(Kind.SEARCH) == 2
        self.leased(hub)
        assert (hub.waiting(Kind.SEARCH), hub.waiting(Kind.FILE)) == (1, 0)

    def test_a_lease_that_is_over_is_given_to_somebody_else(self, hub: Hub, clock: Clock) -> None:
        hub.offer(Kind.SEARCH, LANE, 0)
        first = self.leased(hub, worker="one")
        clock.now += 9
        assert hub.lease("two", [Kind.SEARCH], 10.0) is None
        clock.now += 1
        assert hub.waiting(Kind.SEARCH) == 1
        second = self.leased(hub, worker="two")
        assert (second.unit.number, second.unit.attempts) == (first.unit.number, 2)
        assert second.token > first.token

    def test_who_comes_late_changes_nothing_and_is_told_so(self, hub: Hub, clock: Clock) -> None:
        hub.offer(Kind.SEARCH, LANE, 0)
        first = self.leased(hub, worker="one")
        clock.now += 100
        second = self.leased(hub, worker="two")
        assert hub.finish(first) is False
        assert hub.push(batch(1, "one", lease=first)).held is False
        assert hub.finish(second) is True
        assert hub.finish(second) is False

    def test_a_batch_extends_the_lease(self, hub: Hub, clock: Clock) -> None:
        hub.offer(Kind.SEARCH, LANE, 0)
        lease = self.leased(hub)
        clock.now += 8
        assert hub.push(batch(1, lease=lease)).held is True
        clock.now += 8
        assert hub.lease("other", [Kind.SEARCH], 10.0) is None
        assert hub.finish(lease) is True

    def test_the_units_of_a_dead_worker_are_given_out_at_once(self, hub: Hub) -> None:
        for _ in range(2):
            hub.offer(Kind.SEARCH, LANE, 0)
        dead, alive = self.leased(hub, worker="dead"), self.leased(hub, worker="alive")
        hub.release("dead")
        again = self.leased(hub, worker="alive")
        assert again.unit.number == dead.unit.number
        assert (hub.finish(dead), hub.finish(again), hub.finish(alive)) == (False, True, True)

    def test_a_unit_that_kills_everybody_is_given_up(self, hub: Hub) -> None:
        hub.offer(Kind.SEARCH, LANE, 0)
        attempts: list[int] = []
        while (lease := hub.lease("w", [Kind.SEARCH], 10.0)) is not None:
            attempts.append(lease.unit.attempts)
            hub.release("w")
        assert attempts == [1, 2, 3, 4, 5]
        assert hub.waiting(Kind.SEARCH) == 0

    # Cases

    def test_what_one_pushes_another_pulls_in_that_order(self, hub: Hub) -> None:
        receipt = hub.push(batch(1, entries=(entry(3), entry(1), entry(2))))
        assert receipt == Receipt(entries=3)
        pulled = hub.pull(LANE, 0, 10)
        assert texts(pulled) == [entry(number).text for number in (3, 1, 2)]
        assert [one.sequence for one in pulled] == sorted({one.sequence for one in pulled})

    def test_a_pull_goes_on_after_a_sequence_number(self, hub: Hub) -> None:
        hub.push(batch(1, entries=tuple(map(entry, range(1, 6)))))
        first = hub.pull(LANE, 0, 2)
        rest = hub.pull(LANE, first[-1].sequence, 10)
        assert texts(first + rest) == [entry(number).text for number in range(1, 6)]
        assert hub.pull(LANE, rest[-1].sequence, 10) == ()

    def test_lanes_are_apart(self, hub: Hub) -> None:
        hub.push(batch(1, entries=(entry(1),)))
        assert hub.push(batch(2, lane=OTHER, entries=(entry(1),))).entries == 1
        assert texts(hub.pull(OTHER, 0, 10)) == [entry(1).text]

    def test_a_case_is_stored_once_whoever_sends_it(self, hub: Hub) -> None:
        assert hub.push(batch(1, "one", entries=(entry(1),))).entries == 1
        assert hub.push(batch(1, "two", entries=(entry(1),))).entries == 0
        assert texts(hub.pull(LANE, 0, 10)) == [entry(1).text]

    def test_a_case_that_reaches_what_others_did_is_no_news(self, hub: Hub) -> None:
        hub.push(batch(1, entries=(entry(1, 10, 11),)))
        assert hub.push(batch(2, entries=(entry(2, 10), entry(3, 11, 12)))).entries == 1
        assert texts(hub.pull(LANE, 0, 10)) == [entry(1).text, entry(3).text]

    def test_a_batch_that_is_sent_again_counts_once(self, hub: Hub) -> None:
        sent = batch(7, entries=(entry(1),), discoveries=(FOUND,), executions=50)
        receipt = hub.push(sent)
        assert hub.push(sent) == receipt == Receipt(1, 0, (FOUND.signature,))
        assert hub.known(FOUND.signature).executions == 50

    # Findings

    def test_a_new_finding_becomes_a_unit_to_file(self, hub: Hub) -> None:
        hub.push(batch(1, executions=30))
        assert hub.push(batch(2, executions=4, discoveries=(FOUND,))).discoveries == (
            "lost-update-add",
        )
        assert self.leased(hub, Kind.FILE).unit.subject == "lost-update-add"
        known = hub.known("lost-update-add")
        assert known == Known(FOUND, LANE, 34, known.seconds)

    def test_a_finding_is_filed_once_wherever_it_is_seen(self, hub: Hub) -> None:
        hub.push(batch(1, discoveries=(FOUND,)))
        assert hub.push(batch(2, lane=OTHER, discoveries=(FOUND,))) == Receipt()
        assert hub.known(FOUND.signature).lane == LANE
        assert hub.waiting(Kind.FILE) == 1

    def test_only_who_has_the_lease_files(self, hub: Hub, clock: Clock) -> None:
        hub.push(batch(1, discoveries=(FOUND,)))
        late = self.leased(hub, Kind.FILE, "late")
        clock.now += 100
        lease = self.leased(hub, Kind.FILE, "other")
        assert hub.file(late, FILED) is False
        assert hub.file(lease, FILED) is True
        assert hub.finish(lease) is True
        assert hub.waiting(Kind.FILE) == 0

    def test_a_finding_that_nobody_pushed_is_a_clear_error(self, hub: Hub) -> None:
        with pytest.raises(KeepError, match="no finding of this campaign is called 'nothing'"):
            hub.known("nothing")
