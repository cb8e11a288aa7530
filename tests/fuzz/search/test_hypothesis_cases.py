import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from fuzz.program.case import Case, Program
from fuzz.program.execute import execute, materialised
from fuzz.program.target import Target, settings_of
from fuzz.program.text import case_text, parse_case
from fuzz.search.hypothesis_cases import cases
from tests.toys import counter, depot

TARGETS = {"counter": counter.TARGET, "depot": depot.TARGET}

toy_cases = st.one_of(cases(counter.TARGET), cases(depot.TARGET))


def target_of(case: Case) -> Target:
    return TARGETS[case.target]


@given(toy_cases)
def test_every_case_is_one_that_a_person_may_write(case: Case) -> None:
    assert parse_case(case_text(case), TARGETS) == case
    target_of(case).check(case.kernel, settings_of(target_of(case), dict(case.settings)))


@given(toy_cases)
def test_every_case_replays_to_the_same_bytes(case: Case) -> None:
    outcome = execute(target_of(case), case)
    assert execute(target_of(case), case).digest == outcome.digest


@settings(max_examples=300)
@given(toy_cases)
def test_every_finding_is_shown_by_the_materialised_case(case: Case) -> None:
    outcome = execute(target_of(case), case)
    explicit = materialised(case, outcome)
    assert execute(target_of(case), explicit).findings == outcome.findings


@given(cases(counter.TARGET, kernels=("2",), max_tasks=4))
def test_a_counter_with_a_lock_keeps_its_promise(case: Case) -> None:
    assert case.kernel == "2"
    assert execute(counter.TARGET, case).findings == ()


def test_the_simplest_case_is_one_idle_task() -> None:
    assert find(cases(counter.TARGET), lambda _: True) == Case(
        "counter", "1", programs=(Program("A", ()),)
    )


@pytest.mark.parametrize("part", ["faults", "switches", "schedule", "injections", "settings"])
def test_every_part_of_a_case_is_drawn(part: str) -> None:
    assert getattr(find(cases(depot.TARGET), lambda case: bool(getattr(case, part))), part)


@pytest.mark.parametrize(("max_tasks", "max_operations"), [(1, 1), (8, 0)])
def test_a_case_is_as_large_as_it_may_be(max_tasks: int, max_operations: int) -> None:
    @given(cases(counter.TARGET, max_tasks=max_tasks, max_operations=max_operations))
    def check(case: Case) -> None:
        assert 1 <= len(case.programs) <= max_tasks
        assert all(len(program.operations) <= max_operations for program in case.programs)

    check()
