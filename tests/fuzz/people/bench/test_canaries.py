"""When a search came to which bug: said by listeners that change nothing."""

from typing import Final

import pytest

from fuzz.people.bench.canaries import DETECTED, REACHED, STAGES, TRIGGERED, Canaries, differs
from fuzz.people.bench.ground import Ground
from fuzz.program.case import Case
from fuzz.program.execute import execute
from fuzz.program.text import parse_case
from tests.toys.cracked import TARGET

GROUND: Final = Ground(
    "g", "cracked", "1", (("with", "greedy,mild,open"),), ("greedy", "mild", "open", "unlocked")
)
IDLE: Final = "task A\n  rob\n"


def case_of(body: str, config: str = "with=greedy,mild,open") -> Case:
    text = f"target cracked\nkernel 1\nconfig {config}\n{body}"
    return parse_case(text, {TARGET.name: TARGET})


def ended() -> None:
    raise AssertionError("not everything was found")


def canaries_after(*bodies: str, ground: Ground = GROUND) -> Canaries:
    canaries = Canaries(TARGET, ground, ended)
    for body in bodies:
        case = case_of(body)
        canaries.ran(case, execute(canaries.target, case))
    return canaries


def moments(canaries: Canaries, bug: str) -> list[int | None]:
    """The executions of each stage."""
    marks = [canaries.marks[stage].get(bug) for stage in STAGES]
    return [mark and mark.executions for mark in marks]


def test_a_bug_is_reached_triggered_and_detected_in_turn() -> None:
    """An addition reaches the lock that is missing; a race that loses nothing changes nothing."""
    race = "task A\n  add amount=1\ntask B\n  add amount=2\n"
    canaries = canaries_after("task A\n  rob\n", race, f"{race}switch A cracked.write#1 B\n")
    assert moments(canaries, "unlocked") == [2, 3, 3]
    assert canaries.marks[DETECTED]["unlocked"].signature == "lost-update-add"
    assert canaries.executions == 3


def test_a_bug_that_answers_otherwise_is_triggered() -> None:
    canaries = canaries_after("task A\n  add amount=9\n")
    assert moments(canaries, "greedy") == [1, 1, 1]


def test_bugs_that_need_each_other_are_detected_together() -> None:
    canaries = canaries_after("task A\n  rob\n")
    assert moments(canaries, "open") == moments(canaries, "mild") == [1, 1, 1]


def test_what_is_asked_while_the_system_boots_is_not_reached() -> None:
    canaries = canaries_after("task A\n  add amount=1\n")
    assert moments(canaries, "mild") == [None, None, None]
    assert list(canaries.marks[REACHED]) == ["unlocked"]


def test_only_bugs_of_the_ground_are_watched() -> None:
    ground = Ground("g", "cracked", "1", GROUND.settings, ("greedy", "unlocked"))
    canaries = canaries_after("task A\n  rob\n  add amount=9\n", ground=ground)
    assert {stage: sorted(canaries.marks[stage]) for stage in STAGES} == {
        REACHED: ["greedy", "unlocked"],
        TRIGGERED: ["greedy"],
        DETECTED: ["greedy"],
    }


def test_the_end_is_told_once_everything_is_detected() -> None:
    told: list[int] = []
    ground = Ground("g", "cracked", "1", GROUND.settings, ("greedy",))
    canaries = Canaries(TARGET, ground, lambda: told.append(canaries.executions))
    for body in ("task A\n  rob\n", "task A\n  add amount=9\n"):
        case = case_of(body)
        canaries.ran(case, execute(canaries.target, case))
    assert told == [2]


def test_an_input_that_is_no_case_is_an_execution() -> None:
    canaries = canaries_after()
    canaries.idled()
    assert canaries.executions == 1


def test_what_canaries_run_is_no_cpu_time_of_the_search() -> None:
    canaries = canaries_after(*["task A\n  add amount=1\n"] * 3)
    before = canaries.seconds
    canaries._spent += 1000.0
    assert canaries.seconds < before


@pytest.mark.parametrize("body", ["task A\n  add amount=9\n", "task A\n  rob\n  add amount=1\n"])
def test_to_be_heard_changes_nothing(body: str) -> None:
    canaries = Canaries(TARGET, GROUND, ended)
    case = case_of(body)
    assert execute(canaries.target, case).text() == execute(TARGET, case).text()


def test_runs_that_differ_in_their_trace_only_do_not_differ() -> None:
    """The fix takes a lock, so that it passes more points."""
    case = case_of("task A\n  add amount=1\n")
    fixed = case_of("task A\n  add amount=1\n", "without=unlocked")
    one, other = execute(TARGET, case), execute(TARGET, fixed)
    assert len(one.trace) != len(other.trace)
    assert not differs(one, other)
    assert differs(execute(TARGET, case_of("task A\n  add amount=9\n")), other)
