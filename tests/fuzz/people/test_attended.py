from fuzz.people.attended import Attended, Enough, shrink_attended
from fuzz.program.execute import execute
from fuzz.program.text import case_text
from fuzz.search.shrink.shrink import shrink
from tests.toys import depot
from tests.toys.starts import failing_case

OVERFLOW = ("overflow", "put")


def test_an_attended_target_is_the_same_but_for_the_turns() -> None:
    case = failing_case(depot.TARGET, OVERFLOW, seed=1)
    turns: list[int] = []
    attended = Attended(depot.TARGET, lambda: turns.append(1))
    assert execute(attended, case).text() == execute(depot.TARGET, case).text()
    assert len(turns) == 1
    for name in (
        "name",
        "sentence",
        "kernels",
        "settings",
        "operations",
        "fault_points",
        "promises",
    ):
        assert getattr(attended, name) == getattr(depot.TARGET, name)


def test_shrinking_comes_to_the_same_when_it_is_attended() -> None:
    case = failing_case(depot.TARGET, OVERFLOW, seed=1)
    alone = shrink(depot.TARGET, case, OVERFLOW, budget=500)
    attended = shrink_attended(depot.TARGET, case, OVERFLOW, 500, lambda: None)
    assert attended == (alone.case, alone.executions)


def test_shrinking_that_is_ended_keeps_what_it_has() -> None:
    case = failing_case(depot.TARGET, OVERFLOW, seed=1)
    left = [40]

    def turn() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Enough

    smaller, runs = shrink_attended(depot.TARGET, case, OVERFLOW, 500, turn)
    assert 0 < runs <= 40
    assert len(case_text(smaller)) < len(case_text(case))
    assert OVERFLOW in [finding.identity for finding in execute(depot.TARGET, smaller).findings]
    left[0] = 0
    assert shrink_attended(depot.TARGET, case, OVERFLOW, 500, turn) == (case, 0)
