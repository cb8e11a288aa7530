"""Claims about drawn schedules."""

from typing import Final

from fuzz.program.execute import execute
from fuzz.program.text import parse_case
from fuzz.search.recall import passage_of
from fuzz.search.schedules import BLIND, draw_schedule, with_constraint
from fuzz.values.choices import Choices
from fuzz.world.schedule.hints import NO_HINTS, Hints
from tests.toys import counter

TEXT: Final = """\
target counter
kernel 1
task A
  add amount=1
task B
  add amount=2
"""
PASSAGE: Final = passage_of(execute(counter.TARGET, parse_case(TEXT, {"counter": counter.TARGET})))
PAIR: Final = ("counter.write", "counter.read")


def test_where_nothing_is_known_a_strategy_is_drawn_that_needs_no_hints() -> None:
    drawn = [draw_schedule(Choices(seed)) for seed in range(100)]
    assert {schedule.strategy for schedule in drawn} == set(BLIND)
    assert {schedule.hints for schedule in drawn} == {NO_HINTS}
    assert {schedule.steps for schedule in drawn} == {60, 120, 240}


def test_a_schedule_expects_the_steps_that_are_left() -> None:
    points = len(PASSAGE.visits)
    schedule = draw_schedule(Choices(1), "pos", after=3, passage=PASSAGE)
    assert (schedule.strategy, schedule.after, schedule.steps) == ("pos", 3, points - 3)
    assert draw_schedule(Choices(1), after=points, passage=PASSAGE).steps == 1


def test_surw_is_told_which_accesses_count_and_how_many_each_task_makes() -> None:
    hints = {draw_schedule(Choices(seed), "surw", passage=PASSAGE).hints for seed in range(50)}
    assert Hints(among=("counter.read", "counter.write"), counts=(("A", 2), ("B", 2))) in hints


def test_rff_is_told_what_reads_should_see_and_what_not() -> None:
    hints = {draw_schedule(Choices(seed), "rff", passage=PASSAGE).hints for seed in range(50)}
    assert {Hints(take=(PAIR,)), Hints(avoid=(PAIR,))} <= hints


def test_a_constraint_that_is_there_is_turned_round() -> None:
    avoided = Hints(avoid=(PAIR,))
    assert with_constraint(avoided, PASSAGE, Choices(0)) == Hints(take=(PAIR,))
    assert with_constraint(Hints(take=(PAIR,)), PASSAGE, Choices(0)) == avoided
