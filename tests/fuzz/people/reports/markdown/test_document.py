import subprocess
import sys
from pathlib import Path

from hypothesis import given

from fuzz.people.reports.explain import case_lines, explain
from fuzz.people.reports.markdown.document import report_markdown
from fuzz.people.words import WHO_CARES, injected
from fuzz.program.case import Case
from fuzz.program.demonstrate import demonstrate
from fuzz.program.execute import execute
from fuzz.program.text import case_text, parse_case
from fuzz.search.hypothesis_cases import cases
from fuzz.values.anchor import Anchor, Fault
from fuzz.values.finding import Harm
from tests.fuzz.people.toys import LOST, TARGETS, case_of

ROOT = Path(__file__).parents[5]


def reported(text: str) -> str:
    case = case_of(text)
    target = TARGETS[case.target]
    outcome = execute(target, case)
    return report_markdown(
        explain(target, case, outcome, demonstrate(target, case, outcome.findings[0]))
    )


DESIGNED = LOST.replace("counter\nkernel", "designed\nkernel")


def test_a_report_can_be_mailed() -> None:
    before, timeline, after = reported(DESIGNED).partition("   A (CPU 0)")
    assert (
        before
        == """\
Injected: ENOMEM at counter.note (B, visit 1).

an update of the counter is lost
================================

Harm: **data-loss**. What a user stored is gone: something else is read back,
and no error.

Found in `add` (the end of the run), kernel 1, target designed: tasks that add
to one counter.

Detail: 7 was added, the counter says 3.

## Affected kernels

| kernel \\ design | none | lock |
| --------------- | ---- | ---- |
| 0               | YES  | n/a  |
| 1               | YES  | -    |

YES: this finding. -: clean. n/a: this kernel cannot have this design.

## What closes it

* Every modelled kernel from 1 on has it.
* On 1, this design closes it: lock.

## Case

```text
target designed
kernel 1
task A
  add amount=3
  read
task B
  add amount=2
  add amount=4
fault B counter.note#1 ENOMEM
switch A counter.write#1 B
expect 1 lost-update add
```

## What decides it

* B writes the counter (counter.write#1) before A writes the counter
  (counter.write#1). With the switch from A to B at operation#2, it is the other
  way round, and the finding is gone.

## What happens

```text
"""
    )
    assert (
        (timeline + after).partition("\n\n## Counters")[2]
        == """

| counter \\ design | none | lock |
| ---------------- | ---- | ---- |
| value            | 3    | 7    |
| points passed    | 16   | 21   |

## How to reproduce

```text
swapstorm run minimal.case
swapstorm show minimal.case
```
"""
    )


def test_a_report_says_where_a_run_never_came_to_what_the_case_names() -> None:
    assert "| 1      | YES   |\n| 2      | -     |\n\nYES: this finding. -: cl" in reported(LOST)
    report = reported(LOST + "switch A counter.write#9 B\n")
    assert "| 2      | (-)   |\n\nYES: this finding. (-): clean, but" in report


def test_findings_that_come_together_are_all_named() -> None:
    text = """\
target depot
kernel 1
task A
  reserve
  reserve
  open
  take
task B
  close
fault A depot.note#1 NO_PEN
fault A depot.note#2 NO_PEN
switch A depot.inside#1 B
"""
    report = reported(text)
    assert report.startswith("Injected: NO_PEN at depot.note (A, visits 1, 2).\n")
    assert "\nThe same run shows:\n\n* reservations are lost (leak)\n" in report
    assert "| 1      | YES a |\n\nYES: this finding. a: leak in reserve.\n" in report


def test_without_faults_nothing_was_injected() -> None:
    assert injected([]) == "Injected: nothing."


def test_faults_are_gathered_by_outcome_point_and_task() -> None:
    faults = [
        Fault(Anchor(task, point, visit), outcome)
        for task, point, visit, outcome in [
            ("A", "disk.pages", 1, "ENOMEM"),
            ("B", "disk.pages", 4, "ENOMEM"),
            ("A", "disk.pages", 2, "ENOMEM"),
            ("A", "disk.pages", 3, "ENOMEM"),
            *[("A", "disk.write", visit, "EIO") for visit in (1, 3, 4, 5, 6, 8)],
        ]
    ]
    assert injected(faults) == (
        "Injected: ENOMEM at disk.pages (A, visits 1, 2, 3); ENOMEM at disk.pages (B, visit 4); "
        "EIO at disk.write (A, visits 1, 3-6, 8)."
    )


def test_every_harm_has_an_answer_to_who_cares() -> None:
    assert list(WHO_CARES) == list(Harm)


@given(cases(TARGETS["depot"]))
def test_a_report_fits_a_mail_and_its_case_is_the_same_case(case: Case) -> None:
    target = TARGETS["depot"]
    outcome = execute(target, case)
    assert parse_case("\n".join(case_lines(case)), TARGETS) == parse_case(case_text(case), TARGETS)
    for finding in outcome.findings:
        report = report_markdown(explain(target, case, outcome, demonstrate(target, case, finding)))
        kept = case_lines(case)
        assert all(len(line) <= 80 or line in kept for line in report.splitlines())
        assert report.startswith("Injected: ")


def test_a_report_has_the_same_bytes_in_every_process() -> None:
    program = (
        "import sys; import tests.fuzz.people.reports.markdown.test_document as here; "
        "sys.stdout.write(here.reported(here.DESIGNED))"
    )
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout == reported(DESIGNED)


def test_all_places_of_a_finding_are_named() -> None:
    hung = "task A\n  move way=out\ntask B\n  move way=back\nswitch A van.lock#1 B\n"
    assert "\nFound in `shelf / van` (task A)" in reported(f"target depot\nkernel 1\n{hung}")
