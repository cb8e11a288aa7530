from typing import Any

from fuzz.values.choices import Choices
from fuzz.world.faults import Attributes, DrawnFaults, ExplicitFaults, Plans
from tests.fuzz.world.toys import DISK, SLAB, fault, task_at

A, B = task_at(0), task_at(1)


def drawn(capability: str, **settings: Any) -> DrawnFaults:
    attributes = Attributes(capability, **{"probability": 100, "times": -1, **settings})
    return DrawnFaults(attributes, Choices(0))


def test_a_named_fault_comes_before_a_drawn_one_which_then_is_not_asked() -> None:
    plans = Plans(ExplicitFaults([fault("A disk#1 EIO")]), drawn("disks", interval=2))
    outcomes = [plans.decide(A, DISK, visit, 1, exempt=False) for visit in (1, 2, 3)]
    assert outcomes == ["EIO", None, "EIO"]


def test_each_facility_has_its_own_plan() -> None:
    plans = Plans(ExplicitFaults([]), drawn("slabs", probability=0), drawn("disks"))
    assert plans.decide(A, SLAB, 1, 1, exempt=False) is None
    assert plans.decide(A, DISK, 1, 1, exempt=False) == "EIO"
    assert plans.decide(A, DISK, 1, 1, exempt=True) is None


def test_a_task_that_counts_down_is_kept_from_all_other_drawn_faults() -> None:
    plans = Plans(ExplicitFaults([]), drawn("disks"), drawn("slabs", probability=0, fail_nth=2))
    outcomes = [plans.decide(A, DISK, visit, 1, exempt=False) for visit in (1, 2, 3)]
    assert outcomes == [None, "EIO", "EIO"]


def test_no_plan_fails_nothing() -> None:
    assert Plans(ExplicitFaults([])).decide(A, DISK, 1, 1, exempt=False) is None
