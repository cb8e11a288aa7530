"""What is said of the difference to a case nearby that passes."""

from fuzz.people.reports.critical import critical_pair, what_decides
from fuzz.program.execute import execute
from fuzz.program.text import parse_case
from fuzz.values.anchor import Anchor
from tests.toys import counter, depot

TARGETS = {"counter": counter.TARGET, "depot": depot.TARGET}

RACE = """\
target counter
kernel 1
task A
  add amount=1
task B
  add amount=1
switch A counter.write#1 B
"""
DOOR = """\
target depot
kernel 1
task A
  open
  take
task B
  close
switch A depot.inside#1 B
"""
LEAK = """\
target depot
kernel 1
task A
  reserve
  reserve
fault A depot.note#1 NO_PEN
fault A depot.note#2 NO_PEN
"""


def decided(text: str) -> tuple[str, ...]:
    case = parse_case(text, TARGETS)
    outcome = execute(TARGETS[case.target], case)
    return what_decides(TARGETS[case.target], case, outcome, outcome.findings[0])


def test_a_lost_update_is_decided_by_who_writes_first() -> None:
    (sentence,) = decided(RACE)
    assert sentence == (
        "B writes the counter (counter.write#1) before A writes the counter (counter.write#1). "
        "With the switch from A to B at end#1, it is the other way round, and the finding is gone."
    )


def test_somebody_is_locked_in_by_who_closes_the_door_before_he_is_through() -> None:
    assert decided(DOOR) == (
        "B writes the door (depot.door#1) before A reads the door (depot.inside#1). "
        "With the switch from A to B at end#1, it is the other way round, and the finding is gone.",
    )


def test_faults_that_it_takes_are_told() -> None:
    assert decided(LEAK) == (
        "It takes 2 faults, without any of which the finding is gone: "
        "A depot.note#1, A depot.note#2.",
    )


def test_a_switch_that_it_does_not_take_is_not_told() -> None:
    text = LEAK.replace("fault A", "task B\n  put\nfault A", 1) + "switch A operation#2 B\n"
    assert len(decided(text)) == 1


def test_what_needs_neither_switch_nor_fault_says_so() -> None:
    text = RACE.replace("switch A counter.write#1 B\n", "").replace("task B\n  add amount=1\n", "")
    case = parse_case(text.replace("kernel 1", "kernel 2"), TARGETS)
    outcome = execute(counter.TARGET, case)
    shown = execute(counter.TARGET, parse_case(RACE, TARGETS)).findings[0]
    assert what_decides(counter.TARGET, case, outcome, shown) == (
        "It takes no switch and no fault: the operations show it in the default order.",
    )


def test_runs_in_the_same_order_have_no_critical_pair() -> None:
    trace = execute(counter.TARGET, parse_case(RACE, TARGETS)).trace
    assert critical_pair(trace, trace, Anchor("A", "counter.write", 1)) is None
