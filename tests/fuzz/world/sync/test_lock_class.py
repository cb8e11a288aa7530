from fuzz.values.point import Access, conflict
from fuzz.world.sync.lock_class import LockClass


def test_a_lock_class_names_its_three_points() -> None:
    zone = LockClass("zone", "a toy")
    points = (zone.lock, zone.unlock, zone.wait)
    assert [(point.name, point.access, point.thing) for point in points] == [
        ("zone.lock", Access.LOCK, "zone"),
        ("zone.unlock", Access.UNLOCK, "zone"),
        ("zone.wait", Access.WAIT, "zone"),
    ]


def test_taking_a_lock_conflicts_with_taking_the_same_one_only() -> None:
    zone, other = LockClass("zone", "a toy"), LockClass("other", "another toy")
    assert conflict(zone.lock, 1, zone.lock, 1)
    assert not conflict(zone.lock, 1, zone.lock, 2)
    assert not conflict(zone.lock, 1, other.lock, 1)
