import pytest

from fuzz.values.point import Access, Point, conflict, fault_point

READ = Point("read", "read it", Access.READ, "cell")
WRITE = Point("write", "write it", Access.WRITE, "cell")
LOCK = Point("lock", "lock it", Access.LOCK, "cell")
UNLOCK = Point("unlock", "unlock it", Access.UNLOCK, "cell")
WAIT = Point("wait", "wait for it", Access.WAIT, "cell")
OTHER = Point("other", "write another thing", Access.WRITE, "other")
NOTHING = Point("nothing", "touch nothing named", Access.WRITE)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (READ, READ, False),
        (READ, WRITE, True),
        (WRITE, WRITE, True),
        (LOCK, LOCK, True),
        (UNLOCK, WAIT, True),
        (WAIT, READ, False),
        (WRITE, OTHER, False),
        (NOTHING, NOTHING, False),
    ],
)
def test_accesses_conflict_when_one_of_them_changes_the_same_thing(
    one: Point, other: Point, *, expected: bool
) -> None:
    assert conflict(one, 0, other, 0) is expected
    assert conflict(other, 0, one, 0) is expected


def test_accesses_to_different_instances_never_conflict() -> None:
    assert not conflict(WRITE, 1, WRITE, 2)


@pytest.mark.parametrize("access", list(Access))
def test_only_writes_locks_and_unlocks_count_as_writes(access: Access) -> None:
    expected = access in {Access.WRITE, Access.LOCK, Access.UNLOCK}
    assert Point("p", "pass", access).writes is expected


def test_points_compare_by_identity() -> None:
    assert Point("same", "same") != Point("same", "same")


def test_a_fault_point_lists_what_may_go_wrong() -> None:
    point = fault_point("disk", "read a block", "EIO", "LATE", capability="disks")
    assert (point.faults, point.capability) == (("EIO", "LATE"), "disks")
    assert (READ.faults, READ.capability) == ((), "")


def test_a_fault_point_at_which_nothing_goes_wrong_is_our_bug() -> None:
    with pytest.raises(AssertionError, match="what may go wrong"):
        fault_point("disk", "read a block")
