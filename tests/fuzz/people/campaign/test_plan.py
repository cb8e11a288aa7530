"""What a campaign is to search, and what it says to who asks for the impossible."""

import json
from typing import Any, Final

import pytest

from fuzz.people.campaign.plan import Lane, Plan, lanes_of, searchable
from fuzz.people.catalogue import Catalogue
from fuzz.people.errors import UserError

COUNTER: Final = "tests.toys.counter:TARGET"
DESIGNED: Final = "tests.fuzz.people.campaign.test_plan:DESIGNED"
SEAT_OF_NOBODY: Final = "tests.fuzz.people.campaign.test_plan:NOT_SEARCHED"


class NotSearched:
    name = "records"
    cannot_be_searched = "records only says what was"


NOT_SEARCHED: Final = NotSearched()


def plan(*targets: str, **options: Any) -> Plan:
    return Plan(targets, "crashes", **options)


def test_every_target_is_searched_on_every_kernel() -> None:
    assert lanes_of(plan(COUNTER)) == (
        Lane(COUNTER, "counter@1", "1", ()),
        Lane(COUNTER, "counter@2", "2", ()),
    )


def test_kernels_are_chosen_among_those_of_all_targets() -> None:
    depot = "tests.toys.depot:TARGET"
    chosen = lanes_of(plan(COUNTER, depot, kernels=("2",)))
    assert [lane.name for lane in chosen] == ["counter@2"]


def test_a_setting_goes_to_the_targets_that_have_it() -> None:
    depot = "tests.toys.depot:TARGET"
    lanes = lanes_of(plan(COUNTER, depot, settings=(("room", "5"),)))
    assert {lane.name: lane.settings for lane in lanes} == {
        "counter@1": (),
        "counter@2": (),
        "depot@1": (("room", "5"),),
    }


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (plan("no.such:TARGET"), "target no.such:TARGET does not load"),
        (plan(COUNTER, kernels=("9",)), "--kernel: expected one of 1, 2, not '9'"),
        (plan(COUNTER, settings=(("x", "1"),)), "--set: expected one of"),
        (plan(COUNTER, settings=(("cpus", "many"),)), "--set cpus: expected"),
        (plan(COUNTER, "tests.toys.troubled:WRONG"), "another one is called counter, too"),
        (plan(SEAT_OF_NOBODY), "records only says what was"),
    ],
)
def test_what_cannot_be_searched_is_one_clear_line(wrong: Plan, complaint: str) -> None:
    with pytest.raises(UserError) as refused:
        lanes_of(wrong)
    assert complaint in str(refused.value)


def test_a_plan_outlives_its_process() -> None:
    asked = plan(COUNTER, kernels=("1",), settings=(("cpus", "2"),), seed=3, unit_seconds=1.5)
    assert Plan.of(json.loads(json.dumps(asked.words()))) == asked


def test_all_installed_targets_that_can_be_searched_are() -> None:
    known = Catalogue()
    chosen = searchable(known)
    assert set(chosen) < set(known)
    assert all(hasattr(known[name], "cannot_be_searched") for name in set(known) - set(chosen))
