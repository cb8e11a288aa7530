from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from fuzz.people.reports.markdown.timeline import LINES_MAX, timeline_text
from fuzz.people.reports.telling.story import Moment, Story, tell_story
from fuzz.people.reports.telling.timeline import timeline_of
from fuzz.program.case import Case
from fuzz.program.execute import execute
from fuzz.program.outcome import Outcome
from fuzz.search.hypothesis_cases import cases
from fuzz.values.finding import Finding, Harm
from fuzz.world.task import Cpu, Task
from tests.fuzz.people.toys import LOST, TARGETS, case_of

NOTHING: Final = Outcome((), (), [], (), (), (), {}, 0)


def drawn(case: Case) -> str:
    outcome, story = tell_story(TARGETS[case.target], case)
    return timeline_text(timeline_of(story, outcome))


def test_a_timeline_shows_calls_switches_faults_and_findings() -> None:
    assert (
        drawn(case_of(LOST))
        == """\
   A (CPU 0)                            | B (CPU 1)
   -------------------------------------+------------------------------
   > add amount=3                       |
     add()                              |
       read()                           |
         reads counter                  |
*      switch to B before counter.write |
                                        | > add amount=2
                                        |   add()
!                                       |     FAULT counter.note ENOMEM
                                        | = ENOMEM
                                        | > add amount=4
                                        |   add()
                                        |     read()
                                        |       reads counter
                                        |     writes counter
                                        | = ok
       writes counter                   |
   = ok                                 |
   > read                               |
     read()                             |
       reads counter                    |
   = 3                                  |
!! an update of the counter is lost

* switch   ! fault   !! finding   (16 points passed)
"""
    )


def test_a_fatal_finding_is_marked_where_the_machine_stopped() -> None:
    text = """\
target depot
kernel 1
config room=4
task A
  put load=3
task B
  put load=3
fault A depot.box#1 EMPTY
switch A depot.cellar#1 B
"""
    assert drawn(case_of(text)).splitlines()[-9:] == [
        "                                         | a     locks shelf",
        "                                         | a     unlocks shelf",
        "                                         |   = ok",
        "         fetch a box from the cellar     |",
        "   a     locks shelf                     |",
        "!! a     the shelf breaks                |",
        "",
        "* switch   ! fault   !! finding   (13 points passed)",
        "held: a shelf",
    ]


def test_a_task_that_waits_for_ever_is_shown_where_it_waits() -> None:
    text = """\
target depot
kernel 1
task A
  move way=out
task B
  move way=back
switch A van.lock#1 B
"""
    shown = drawn(case_of(text))
    assert (
        shown
        == """\
   A (CPU 0)                                             | B (CPU 1)
   ------------------------------------------------------+----------------------
     > move way=out                                      |
       move()                                            |
   a     locks shelf                                     |
*  a     switch to B before van.lock                     |
                                                         |   > move way=back
                                                         |     move()
                                                         | b     locks van
                                                         | b     locks shelf
                                                         | b     waits for shelf
   a     locks van                                       |
!! a     WARNING: possible circular locking dependency   |
   a       detected in move                              |
   a     waits for van                                   |
!! a     INFO: task A:1 and B:2 blocked for more than    |
   a       120 seconds in move                           |

* switch   ! fault   !! finding   (10 points passed)
held: a shelf, b van
"""
    )


def test_four_tasks_share_one_column() -> None:
    programs = "".join(f"task {name}\n  add amount=1\n" for name in "ABCD")
    lines = drawn(case_of(f"target counter\nkernel 1\n{programs}")).splitlines()
    assert lines[:4] == [f"   {name} (CPU {n % 2})" for n, name in enumerate("ABCD")]
    assert lines[5:7] == ["   A | > add amount=1", "     |   add()"]


def test_a_task_that_is_never_heard_of_has_no_column() -> None:
    text = "target depot\nkernel 1\ntask A\n  open\ntask cleaner\n  close\n"
    assert drawn(case_of(text)).splitlines()[0].rstrip() == "   A (CPU 0)"


def test_a_case_in_which_nothing_happens_has_a_timeline() -> None:
    assert drawn(case_of("target counter\nkernel 1\n")).startswith("(nothing ran)\n")


def test_a_long_run_is_shortened_and_keeps_what_matters() -> None:
    operations = "  add amount=1\n" * 15
    text = f"target counter\nkernel 2\ntask A\n{operations}task B\n{operations}"
    text += "fault A counter.note#9 ENOMEM\nswitch A counter.write#5 B\n"
    lines = drawn(case_of(text)).splitlines()
    assert sum("> add" in line for line in lines) == 30
    assert sum("FAULT" in line for line in lines) == 1
    assert sum(line.startswith("*  ") for line in lines) == 1
    assert len(lines) < 80


@given(cases(TARGETS["counter"], max_tasks=2, max_operations=2))
def test_a_short_case_has_a_timeline_of_sixty_lines(case: Case) -> None:
    assert len(drawn(case).splitlines()) <= LINES_MAX


@given(st.sampled_from(["counter", "depot"]).flatmap(lambda n: cases(TARGETS[n], max_tasks=8)))
def test_no_line_is_longer_than_80_columns(case: Case) -> None:
    shown = drawn(case)
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.isascii()


@given(cases(TARGETS["depot"]))
def test_a_run_that_is_watched_is_the_same_run(case: Case) -> None:
    target = TARGETS["depot"]
    outcome, _ = tell_story(target, case)
    assert outcome.text() == execute(target, case).text()


TEXTS: Final = st.text(max_size=200) | st.sampled_from(["```", "x" * 300, "漢" * 90, "a\nb\tc"])


@given(
    st.lists(st.tuples(st.integers(0, 4), st.lists(TEXTS, max_size=60), TEXTS), max_size=20),
    st.lists(TEXTS, min_size=5, max_size=5),
)
def test_whatever_a_model_says_fits(
    told: list[tuple[int, list[str], str]], names: list[str]
) -> None:
    tasks = [Task(n, f"{name}.{n}", Cpu(n), lambda: None) for n, name in enumerate(names)]
    story = Story()
    story.moments += [Moment(tasks[n], tuple(calls), 0, 0, f"- {text}") for n, calls, text in told]
    finding = Finding("kind", ("place",), Harm.CRASH, "title " * 60, "", tasks[0].name, 0)
    shown = timeline_text(timeline_of(story, Outcome((finding,), (), [], (), (), (), {}, 0)))
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.isascii()
    assert "```" not in shown


def test_a_task_that_never_ran_has_no_column_but_its_switch_is_told() -> None:
    case = case_of(
        "target depot\nkernel 1\ntask A\n  put load=9\ntask B\n  put\ntask C\n  open\n"
        "fault A depot.box#1 EMPTY\nswitch A begin#1 C\nswitch C begin#1 A\n"
        "switch A depot.cellar#1 B\n"
    )
    lines = drawn(case).splitlines()
    assert "*  C: switch to A before begin" in lines
    assert any("the shelf breaks" in line for line in lines)
