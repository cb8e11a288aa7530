"""Claims about what tasks shared."""

from typing import Final

from fuzz.search.sharing import Sharing, sharings_of
from fuzz.values.point import Access, Point
from fuzz.world.event import Event
from fuzz.world.task import Task
from tests.fuzz.world.toys import PASS, READ, WRITE, task_at

LOCK: Final = Point("shed.lock", "lock the shed", Access.LOCK, "shed")
UNLOCK: Final = Point("shed.unlock", "unlock the shed", Access.UNLOCK, "shed")
A, B, C = (task_at(number) for number in range(3))


def trace(*events: tuple[Task, Point, int]) -> list[Event]:
    return [(task, point, 1, instance) for task, point, instance in events]


def test_a_thing_that_one_task_uses_or_nobody_writes_is_not_shared() -> None:
    assert sharings_of(trace((A, WRITE, 0), (A, READ, 0), (A, PASS, 0), (B, PASS, 0))) == ()
    assert sharings_of(trace((A, READ, 0), (B, READ, 0))) == ()


def test_a_sharing_says_where_how_often_and_which_writes_and_reads_may_meet() -> None:
    (sharing,) = sharings_of(trace((A, WRITE, 0), (A, READ, 0), (B, READ, 0), (B, READ, 0)))
    assert sharing == Sharing(
        points=("cell.write", "cell.read"),
        counts=(("A", 2), ("B", 2)),
        pairs=(("cell.write", "cell.read"),),
    )


def test_accesses_of_different_instances_do_not_meet() -> None:
    (sharing,) = sharings_of(trace((A, WRITE, 0), (B, READ, 1)))
    assert sharing.pairs == ()


def test_a_reader_that_came_first_might_have_come_later() -> None:
    (sharing,) = sharings_of(trace((B, READ, 0), (A, WRITE, 0)))
    assert sharing.pairs == (("cell.write", "cell.read"),)


def test_who_takes_a_lock_reads_what_the_last_holder_wrote() -> None:
    (sharing,) = sharings_of(trace(*[(t, p, 0) for t in (A, B) for p in (LOCK, UNLOCK)]))
    assert sharing.pairs == (("shed.unlock", "shed.lock"),)


def test_what_a_task_does_counts_for_who_has_started_it_too() -> None:
    child, grandchild = task_at(3), task_at(4)
    child.parent, grandchild.parent = A, child
    (sharing,) = sharings_of(trace((A, WRITE, 0), (child, WRITE, 0), (grandchild, WRITE, 0)))
    assert dict(sharing.counts) == {"A": 3, "D": 2, "E": 1}
