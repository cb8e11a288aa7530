"""Claims about children, and about what is done to their parents."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest

from fuzz.program.case import Case, Injection, Program
from fuzz.program.execute import execute, materialised
from fuzz.program.target import settings_of
from fuzz.program.text import case_text, parse_case
from fuzz.search.collide import collide
from fuzz.search.disturb import FAULTS_MAX, Disturber, with_switch
from fuzz.search.edit import OPERATIONS_MAX
from fuzz.search.generate import TASK_NAMES, TASKS_DRAWN_MAX
from fuzz.search.kinds import by_weight
from fuzz.search.mutate import KERNELS as CHANGES_KERNEL
from fuzz.search.mutate import MUTATIONS, SCHEDULES, Mutator
from fuzz.search.portfolio import Portfolio
from fuzz.search.recall import Passage, passage_of
from fuzz.search.swarm import Swarm
from fuzz.values.anchor import Anchor, Fault, Switch
from fuzz.values.choices import Choices
from fuzz.world.faults import Attributes
from tests.toys import counter, depot

OPERATIONS: Final = depot.TARGET.operations
KINDS: Final = by_weight(OPERATIONS)
TARGETS: Final = {"counter": counter.TARGET, "depot": depot.TARGET}
KERNELS: Final = [("counter", "1"), ("counter", "2"), ("depot", "1")]
GENERATIONS: Final = 400

ALONE: Final = Case("depot", "1", programs=(Program("A", (depot.Put(5),)),))
FULL: Final = Case(
    "depot",
    "1",
    programs=tuple(
        Program(name, (depot.Put(2), depot.Move("out"))) for name in TASK_NAMES[:TASKS_DRAWN_MAX]
    ),
)


def passage(case: Case) -> Passage:
    return passage_of(execute(TARGETS[case.target], case))


def line_of_descent(name: str, kernel: str, *, seen: bool, **fixed: str) -> Iterator[Case]:
    mutator = Mutator(TARGETS[name], kernel, fixed)
    case = mutator.fresh(Choices(0))
    other = mutator.fresh(Choices(1))
    for seed in range(GENERATIONS):
        choices = Choices(seed)
        if seed % 7 == 6:
            case, other = mutator.cross(case, other, choices), case
        else:
            case = mutator.child(case, passage(case) if seen else None, choices)
        yield case


@pytest.mark.parametrize("seen", [True, False], ids=["seen", "blind"])
@pytest.mark.parametrize(("name", "kernel"), KERNELS)
def test_every_child_is_a_case_that_a_person_may_write(
    name: str, kernel: str, *, seen: bool
) -> None:
    for case in line_of_descent(name, kernel, seen=seen):
        assert parse_case(case_text(case), TARGETS) == case
        TARGETS[name].check(kernel, settings_of(TARGETS[name], dict(case.settings)))


@pytest.mark.parametrize(("name", "kernel"), KERNELS)
def test_a_kernel_never_changes(name: str, kernel: str) -> None:
    assert {case.kernel for case in line_of_descent(name, kernel, seen=True)} == {kernel}


def test_a_case_moves_between_the_kernels_that_are_given() -> None:
    mutator = Mutator(counter.TARGET, "1", {}, (CHANGES_KERNEL,), kernels=("2",))
    case = replace(mutator.fresh(Choices(0)), settings=())
    seen = {mutator.child(case, None, Choices(seed)).kernel for seed in range(50)}
    assert seen == {"1", "2"}


@pytest.mark.parametrize("name", MUTATIONS)
def test_without_a_family_there_are_still_children(name: str) -> None:
    left = tuple(other for other in MUTATIONS if other != name)
    mutator = Mutator(depot.TARGET, "1", {}, left)
    children = {mutator.child(FULL, passage(FULL), Choices(seed)) for seed in range(40)}
    assert len(children) > 10


def test_without_any_family_there_are_fresh_cases_only() -> None:
    mutator = Mutator(depot.TARGET, "1", {}, ())
    children = [mutator.child(FULL, passage(FULL), Choices(seed)) for seed in range(200)]
    assert FULL in children
    assert all(mutator.cross(FULL, ALONE, Choices(seed)) is not None for seed in range(20))
    changed = [child for child in children if child != FULL]
    assert 0 < len(changed) < 30


def test_a_fresh_case_fails_where_runs_were_seen_to_pass() -> None:
    mutator = Mutator(depot.TARGET, "1", {})
    mutator.learn(ALONE, execute(depot.TARGET, ALONE), passage(ALONE))
    faults = [fault for seed in range(100) for fault in mutator.fresh(Choices(seed)).faults]
    assert {fault.at.point for fault in faults} == {"depot.box"}


def test_fixed_settings_never_change_and_others_do() -> None:
    settings = {case.settings for case in line_of_descent("depot", "1", seen=True, room="5")}
    assert {dict(one)["room"] for one in settings} == {"5"}
    assert len(settings) > 1


def test_children_stay_small() -> None:
    for case in line_of_descent("depot", "1", seen=True):
        assert case.size <= 2 * OPERATIONS_MAX
        assert len(case.faults) <= FAULTS_MAX
        assert len(case.programs) <= TASKS_DRAWN_MAX


def test_there_is_one_fault_and_one_switch_a_visit() -> None:
    for case in line_of_descent("depot", "1", seen=True):
        assert len({fault.at for fault in case.faults}) == len(case.faults)
        assert len({switch.at for switch in case.switches}) == len(case.switches)


def test_the_same_choices_make_the_same_children() -> None:
    first, again = (list(line_of_descent("depot", "1", seen=True)) for _ in range(2))
    assert first == again


def test_every_part_of_a_case_changes() -> None:
    mutator = Mutator(depot.TARGET, "1", {})
    children = [mutator.child(FULL, passage(FULL), Choices(seed)) for seed in range(300)]
    for part in ("programs", "faults", "switches", "schedule", "settings"):
        assert any(getattr(child, part) != getattr(FULL, part) for child in children)


def test_faults_that_no_visit_came_to_are_dropped() -> None:
    far = Fault(Anchor("A", "depot.box", 90), "EMPTY")
    parent = replace(ALONE, faults=(far,))
    mutator = Mutator(depot.TARGET, "1", {})
    children = [mutator.child(parent, passage(parent), Choices(seed)) for seed in range(200)]
    assert not any(far in child.faults for child in children)


def test_a_case_without_tasks_has_children() -> None:
    empty = Case("depot", "1")
    mutator = Mutator(depot.TARGET, "1", {})
    for seed in range(200):
        child = mutator.child(empty, passage(empty), Choices(seed))
        assert parse_case(case_text(child), TARGETS) == child


def test_a_crossing_takes_tasks_faults_and_switches_from_both() -> None:
    mother = replace(FULL, faults=(Fault(Anchor("A", "depot.box", 1), "EMPTY"),))
    father = replace(
        ALONE,
        faults=(Fault(Anchor("A", "depot.box", 2), "EMPTY"),),
        switches=(Switch(Anchor("A", "depot.box", 1), "B"),),
    )
    mutator = Mutator(depot.TARGET, "1", {})
    children = [mutator.cross(mother, father, Choices(seed)) for seed in range(50)]
    assert any(child.faults == mother.faults + father.faults for child in children)
    assert any(father.programs[0].operations == p.operations for c in children for p in c.programs)


def test_a_shortage_lasts_for_some_visits_of_one_point() -> None:
    disturber = Disturber(Swarm(depot.TARGET), Portfolio())
    one = Anchor("A", "depot.box", 1)
    bursts = {
        tuple(fault.at.visit for fault in case.faults if fault.at.point == one.point)
        for seed in range(300)
        if (case := disturber.add_faults(ALONE, passage(ALONE), Choices(seed)))
    }
    assert {(1,), (1, 2), (1, 2, 3)} <= bursts


def test_a_fault_moves_to_another_visit_of_its_point() -> None:
    disturber = Disturber(Swarm(depot.TARGET), Portfolio())
    here, there = Anchor("A", "depot.box", 1), Anchor("B", "depot.box", 1)
    case = replace(FULL, faults=(Fault(here, "EMPTY"),))
    moved = {disturber.move_fault(case, passage(FULL), Choices(seed)).faults for seed in range(20)}
    assert (Fault(there, "EMPTY"),) in moved
    assert all(len(faults) == 1 and faults[0].at != here for faults in moved)


def test_a_switch_moves_a_little() -> None:
    disturber = Disturber(Swarm(depot.TARGET), Portfolio())
    case = replace(FULL, switches=(Switch(Anchor("A", "shelf.lock", 1), "B"),))
    seen = passage(case)
    assert seen.switches[0].at == Anchor("A", "shelf.lock", 1)
    moved = {disturber.move_switch(case, seen, Choices(seed)).switches for seed in range(40)}
    own = [anchor for anchor in seen.visits if anchor.task == "A"]
    around = own.index(seen.switches[0].at)
    near = {own[n] for n in (around - 2, around - 1, around + 1, around + 2) if n >= 0}
    assert {switches[-1].at for switches in moved if switches != seen.switches} <= near


def test_a_switch_at_a_visit_that_never_came_stays() -> None:
    disturber = Disturber(Swarm(depot.TARGET), Portfolio())
    switch = Switch(Anchor("A", "depot.door", 9), "B")
    unfinished = replace(passage(FULL), switches=(switch,))
    assert disturber.move_switch(FULL, unfinished, Choices(1)) == FULL


def test_a_switch_is_most_often_added_where_tasks_race() -> None:
    disturber = Disturber(Swarm(depot.TARGET), Portfolio())
    seen = passage(FULL)
    races = {(race.at, race.to) for races in seen.races for race in races}
    added = [
        (switch.at, switch.to)
        for seed in range(300)
        for switch in disturber.add_switch(FULL, seen, Choices(seed)).switches
    ]
    assert sum(pair in races for pair in added) > len(added) / 2


def test_a_switch_replaces_the_one_at_its_visit() -> None:
    here, there = Anchor("A", "depot.door", 1), Anchor("A", "depot.door", 2)
    switches = (Switch(here, "B"), Switch(there, "B"))
    assert with_switch(switches, Switch(here, "C")) == (Switch(there, "B"), Switch(here, "C"))


def test_a_collision_adds_a_task_of_one_operation_and_the_switch_to_it() -> None:
    seen = passage(ALONE)
    for seed in range(100):
        case = collide(KINDS, ALONE, seen, Choices(seed))
        kept, added = case.programs
        (switch,) = case.switches
        assert kept == ALONE.programs[0]
        assert (added.name, len(added.operations)) == ("B", 1)
        assert switch.at in seen.visits
        assert switch.to == "B"


def test_the_operation_of_a_collision_mostly_repeats_the_names_of_the_one_it_meets() -> None:
    cases = [collide(KINDS, ALONE, passage(ALONE), Choices(seed)) for seed in range(300)]
    added = [case.programs[1].operations[0] for case in cases]
    puts = [operation.load for operation in added if isinstance(operation, depot.Put)]
    assert puts.count(5) > len(puts) * 0.8


def test_a_collision_comes_often_after_a_fault() -> None:
    failing = replace(ALONE, faults=(Fault(Anchor("A", "depot.box", 1), "EMPTY"),))
    seen = passage(failing)
    ats = [collide(KINDS, failing, seen, Choices(seed)).switches[0].at for seed in range(200)]
    assert sum(at in seen.troubled for at in ats) > len(ats) * 0.4


def test_a_collision_spares_the_task_that_it_meets() -> None:
    seen = passage(FULL)
    for seed in range(100):
        case = collide(KINDS, FULL, seen, Choices(seed))
        assert len(case.programs) == TASKS_DRAWN_MAX
        assert case.switches[-1].at.task in [program.name for program in case.programs]


def test_a_collision_can_show_a_bug_that_needs_a_fault_and_a_switch() -> None:
    failing = replace(ALONE, faults=(Fault(Anchor("A", "depot.box", 1), "EMPTY"),))
    seen = passage(failing)
    findings = {
        finding.kind
        for seed in range(300)
        for finding in execute(depot.TARGET, collide(KINDS, failing, seen, Choices(seed))).findings
    }
    assert "overflow" in findings


def test_children_of_materialised_cases_replay() -> None:
    for case in line_of_descent("depot", "1", seen=True):
        outcome = execute(depot.TARGET, case)
        assert execute(depot.TARGET, materialised(case, outcome)).text() == outcome.text()


def test_faults_that_were_drawn_all_through_a_run_are_drawn_again_where_they_are_many() -> None:
    pile = Injection(Attributes("pile", probability=100, times=-1), seed=1)
    for count in (FAULTS_MAX, FAULTS_MAX + 1):
        parent = Case("depot", "1", programs=(Program("A", (depot.Put(1),) * count),))
        parent = replace(parent, settings=(("room", "12"),), injections=(pile,))
        mutator = Mutator(depot.TARGET, "1", {}, (SCHEDULES,))
        children = [mutator.child(parent, passage(parent), Choices(seed)) for seed in range(40)]
        kept = {
            (len(one.faults), one.injections) for one in children if one.programs == parent.programs
        }
        assert kept == ({(count, ())} if count == FAULTS_MAX else {(0, (pile,))})
