"""Claims about cases drawn from nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest

from fuzz.program.case import Case
from fuzz.program.domain import Number
from fuzz.program.operation import Operation, argument, arguments_of
from fuzz.program.target import settings_of
from fuzz.program.text import case_text, parse_case
from fuzz.search.generate import (
    Seen,
    draw_any,
    draw_case,
    draw_fault,
    draw_kinds,
    draw_settings,
    one_a_moment,
)
from fuzz.search.kinds import by_weight
from fuzz.search.usage import draw_value
from fuzz.values.anchor import Anchor, Fault
from fuzz.values.choices import Choices
from tests.toys import counter, depot

TARGETS: Final = {"counter": counter.TARGET, "depot": depot.TARGET}
KERNELS: Final = [("counter", "1"), ("counter", "2"), ("depot", "1")]


def drawn(name: str, kernel: str, count: int = 300, **fixed: str) -> list[Case]:
    return [draw_case(TARGETS[name], kernel, fixed, Choices(seed)) for seed in range(count)]


@pytest.mark.parametrize(("name", "kernel"), KERNELS)
def test_every_case_is_one_that_a_person_may_write(name: str, kernel: str) -> None:
    for case in drawn(name, kernel):
        assert parse_case(case_text(case), TARGETS) == case
        TARGETS[name].check(kernel, settings_of(TARGETS[name], dict(case.settings)))
        assert case.kernel == kernel


def test_the_same_seed_draws_the_same_case() -> None:
    assert drawn("depot", "1") == drawn("depot", "1")


def test_fixed_settings_are_kept_and_the_others_are_drawn() -> None:
    settings = {case.settings for case in drawn("depot", "1", room="5")}
    assert {dict(one)["room"] for one in settings} == {"5"}
    assert {dict(one).get("cpus") for one in settings} == {None, "1", "3", "4"}


def test_a_fixed_default_is_not_drawn_otherwise() -> None:
    assert {dict(case.settings).get("cpus") for case in drawn("depot", "1", cpus="2")} == {None}


def test_when_no_settings_fit_only_the_fixed_ones_differ() -> None:
    assert draw_settings(counter.TARGET, "2", {"cpus": "4"}, Choices(1)) == (("cpus", "4"),)


def test_one_to_four_tasks_are_drawn_and_most_cases_have_several() -> None:
    sizes = [len(case.programs) for case in drawn("depot", "1")]
    assert set(sizes) == {1, 2, 3, 4}
    assert sizes.count(1) < len(sizes) / 3


def test_facilities_and_points_fail_all_through_some_runs_and_single_requests_in_some() -> None:
    cases = drawn("depot", "1")
    ways = {(bool(case.faults), bool(case.injections)) for case in cases}
    assert ways == {(False, False), (False, True), (True, False), (True, True)}
    attributes = [each.attributes for case in cases for each in case.injections]
    points = depot.TARGET.fault_points
    names = {name for point in points for name in (point.capability, point.name)}
    assert {each.capability for each in attributes} == names
    assert {each.ignore_gfp_wait for each in attributes} == {True, False}


def test_what_fails_is_among_the_points_that_runs_have_passed() -> None:
    seen = Seen(passed=(depot.NO_NOTE,))
    cases = [draw_case(depot.TARGET, "1", {}, Choices(seed), seen) for seed in range(200)]
    faults = {fault.at.point for case in cases for fault in case.faults}
    injected = {each.attributes.capability for case in cases for each in case.injections}
    assert (faults, injected) == ({"depot.note"}, {"depot.note", "desk"})


def test_kinds_that_are_shunned_are_not_drawn() -> None:
    shunned = {depot.Put, depot.Open}
    seen = Seen(shunned=shunned)
    cases = [draw_case(depot.TARGET, "1", {}, Choices(seed), seen) for seed in range(50)]
    kinds = {type(one) for case in cases for program in case.programs for one in program.operations}
    assert kinds == set(depot.TARGET.operations) - shunned


class Habitual(depot.DepotTarget):
    habits = ("open, put load=3, close", "open, take, close")


def test_a_habit_with_a_kind_that_is_shunned_is_not_followed() -> None:
    target, seen = Habitual(), Seen(shunned={depot.Put})
    cases = [draw_case(target, "1", {}, Choices(seed), seen) for seed in range(50)]
    kinds = {type(one) for case in cases for program in case.programs for one in program.operations}
    assert kinds == set(depot.TARGET.operations) - {depot.Put}


def test_a_swarm_leaves_kinds_out_but_over_many_cases_all_are_drawn() -> None:
    swarms = [set(draw_kinds(depot.TARGET, Choices(seed)).kinds) for seed in range(100)]
    assert min(map(len, swarms)) < len(depot.TARGET.operations)
    assert set().union(*swarms) == set(depot.TARGET.operations)


def test_of_two_faults_at_one_visit_the_first_is_kept() -> None:
    here, there = Anchor("A", "depot.note", 1), Anchor("A", "depot.note", 2)
    faults = [Fault(here, "NO_PEN"), Fault(there, "NO_PEN"), Fault(here, "NO_PAPER")]
    assert one_a_moment(faults) == (Fault(here, "NO_PEN"), Fault(there, "NO_PEN"))


def test_faults_are_drawn_at_the_points_of_the_target() -> None:
    faults = [
        draw_fault(depot.TARGET.fault_points, ("A", "B"), Choices(seed)) for seed in range(200)
    ]
    assert {(fault.at.point, fault.outcome) for fault in faults} == {
        ("depot.box", "EMPTY"),
        ("depot.note", "NO_PEN"),
        ("depot.note", "NO_PAPER"),
    }
    assert {fault.at.task for fault in faults} == {"A", "B"}
    assert {fault.at.visit for fault in faults} == {1, 2, 3, 4, 5}


@dataclass(frozen=True, slots=True)
class Lift(Operation[depot.Depot]):
    word = "lift"
    load: int = argument(Number(1, 9))


def test_an_argument_that_names_something_repeats_a_name_that_is_there() -> None:
    lift = draw_any(by_weight([Lift]), Choices(1), [depot.Put(7), depot.Move("out")], echo=100)
    assert lift == Lift(7)


def test_without_an_echo_arguments_are_drawn_from_their_domain() -> None:
    drawn_ones = {
        draw_any(by_weight([Lift]), Choices(seed), [depot.Put(7)], echo=0) for seed in range(200)
    }
    assert drawn_ones == {Lift(load) for load in range(1, 10)}


@dataclass(frozen=True)
class Letters:
    """A domain of data: values that name nothing."""

    expected: str = "a letter"

    def parse(self, text: str) -> str:
        return text

    def text(self, value: str) -> str:
        return value

    def simpler(self, value: str) -> Iterator[str]:
        return iter(value[:0])

    def draw(self, choices: Choices) -> str:
        return choices.one_of("xyz")


@dataclass(frozen=True, slots=True)
class Write(Operation[depot.Depot]):
    word = "write"
    letter: str = argument(Letters())


def test_data_is_not_repeated() -> None:
    (letter,) = arguments_of(Write)
    values = {draw_value(letter, Choices(seed), [Write("a")], 100) for seed in range(50)}
    assert values == {"x", "y", "z"}
