"""Each judgement about locks fires on a minimal wrong program, and not on its corrected twin."""

import pytest

from fuzz.sanitize.locks.sanitizer import LockSanitizer
from fuzz.values.finding import Finding
from fuzz.values.sanitizers import all_without
from fuzz.world.sync.mutex import Mutex
from fuzz.world.world import World
from tests.fuzz.sanitize.locks import toys
from tests.fuzz.sanitize.locks.toys import Toy


def findings_of(toy: Toy, *, right: bool) -> list[Finding]:
    """Run a toy in the default order, in which no two of its tasks ever wait for each other."""
    world = World()
    world.attach(LockSanitizer(world))
    toy(world, right=right)
    world.run()
    return world.findings


def told(findings: list[Finding]) -> list[str]:
    return [f"{finding.kind} {finding.place}" for finding in findings]


@pytest.mark.parametrize(
    ("toy", "wrong"),
    [
        (toys.embrace, ["lock-order left+right"]),
        (toys.ring, ["lock-order left+right+third"]),
        (toys.tried, ["lock-order left+right"]),
        (toys.tried_first, ["lock-order left+right"]),
        (toys.read_twice, ["self-deadlock read"]),
        (toys.flush_what_one_holds, ["lock-order left+worker"]),
        (toys.allocate_what_reclaim_needs, ["lock-order left+reclaim"]),
        (toys.two_of_a_kind, ["lock-recursion take_both"]),
        (toys.nested_both_ways, ["lock-order left+left/1+third"]),
        (toys.interrupted_holder, ["lock-in-interrupt left"]),
        (toys.interrupt_tries, ["lock-in-interrupt left"]),
        (toys.interrupt_waits_by_and_by, ["lock-order-in-interrupt masked+left"]),
        (toys.leave_held, ["lock-left-held forget"]),
        (toys.drop_anothers_reading, ["lock-left-held take", "wrong-unlock drop"]),
        (toys.drop_a_free_bit, ["wrong-unlock drop"]),
        (toys.drop_anothers_mutex, ["wrong-unlock drop"]),
        (toys.drop_anothers_spinlock, ["wrong-unlock take_one"]),
        (toys.free_what_is_held, ["held-lock-freed tear_down"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_it_fires_on_the_wrong_toy_and_not_on_its_corrected_twin(
    toy: Toy, wrong: list[str]
) -> None:
    assert told(findings_of(toy, right=False)) == wrong
    assert findings_of(toy, right=True) == []


def test_a_task_that_waits_for_itself_is_told_before_it_hangs() -> None:
    assert told(findings_of(toys.recurse, right=False)) == [
        "self-deadlock inner",
        "hung-task inner",
    ]
    assert findings_of(toys.recurse, right=True) == []


def test_a_cycle_is_told_with_who_took_what_where_while_holding_what() -> None:
    (finding,) = findings_of(toys.embrace, right=False)
    assert finding.title == "WARNING: possible circular locking dependency detected in back"
    assert finding.detail == (
        "task B takes left in back while it holds right, taken in back; "
        "task A takes right in forth while it holds left, taken in forth"
    )


def test_a_report_is_told_once() -> None:
    world = World()
    world.attach(LockSanitizer(world))
    toys.embrace(world, right=False)
    toys.embrace(world, right=False)
    world.run()
    assert told(world.findings) == ["lock-order left+right"]


def test_what_was_switched_off_is_not_told() -> None:
    world = World(sanitizers=all_without("locks"))
    lock = Mutex(world, toys.LEFT)
    world.spawn("A", lock.acquire)
    world.run()
    assert world.findings == []
