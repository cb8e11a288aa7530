"""Divergence: where a case that no longer shows what it should has left the way to it.

Nothing is stored for that but the case itself. What helps is found by running it again: elsewhere,
and with a fault or a switch a few visits earlier or later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from fuzz.people.asking import DESIGN, designs_of, refused
from fuzz.program.case import bare, with_settings
from fuzz.program.execute import execute
from fuzz.values.anchor import Fault, Switch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fuzz.program.case import Case, Expectation
    from fuzz.program.outcome import Answer, Outcome
    from fuzz.program.target import Target
    from fuzz.values.anchor import Anchor
    from fuzz.values.finding import Finding

SHIFT_MAX: Final = 3
"""How far an anchor is moved beyond the visits that there were."""

VISITS_MAX: Final = 12
"""Visits, the nearest first, that each anchor is tried at."""

ANSWERS_MAX: Final = 3
"""Answers that are told; the first one mostly explains the others."""


@dataclass(frozen=True, slots=True)
class Divergence:
    """Why a run does not show a finding, as far as can be seen; each part may be empty."""

    unreached: str = ""
    """The first fault or switch that the run never came to, and how far its task came."""
    answers: tuple[str, ...] = ()
    """Operations that were answered otherwise than where the finding is, or were refused."""
    elsewhere: str = ""
    """The nearest kernel and design where the case shows the finding."""
    instead: str = ""
    """The line of the case that would show the finding here, were it that one."""

    @property
    def lines(self) -> list[str]:
        """Say it in a few plain lines."""
        lines = (self.unreached, self.elsewhere, *self.answers, self.instead)
        return [line for line in lines if line]


def shows(findings: Sequence[Finding], wanted: Expectation) -> bool:
    """Whether a finding that is expected is there; findings beside it are allowed."""
    return any(one.kind == wanted.kind and wanted.place in ("", one.place) for one in findings)


def diverged(target: Target, case: Case, wanted: Expectation) -> Divergence:
    """Explain why a case, as it was run, does not show the finding that is wanted."""
    case = bare(case)
    outcome = execute(target, case)
    reference = _reference(target, case, wanted)
    if reference is None:
        answers, elsewhere = _refusals(case, outcome), "as it is, no kernel and no design shows it"
    else:
        where, there = reference
        answers, elsewhere = _differences(case, outcome, there), f"{where} shows it"
    return Divergence(
        _unreached(case, outcome),
        tuple(answers)[:ANSWERS_MAX],
        elsewhere,
        _instead(target, case, outcome, wanted),
    )


def _unreached(case: Case, outcome: Outcome) -> str:
    """Name the first anchor that the run never came to, and how often its task passed there."""
    if not outcome.unreached:
        return ""
    first = outcome.unreached[0]
    return f"never came to '{first}': {_why(case, outcome, first)}"


def _why(case: Case, outcome: Outcome, missed: Fault | Switch) -> str:
    at = missed.at
    visits = _visits(outcome, at)
    ran = [task.name for task, _, _, _ in outcome.trace]
    if at.task not in ran:
        declared = any(program.name == at.task for program in case.programs)
        return f"task {at.task} never ran" if declared else f"there is no task {at.task}"
    if not visits:
        return f"{at.task} never passed {at.point}"
    if at.visit not in visits:
        times = "once" if len(visits) == 1 else f"{len(visits)} times"
        return (
            f"{at.task} passed {at.point} {times}, the last as '{at.task} {at.point}#{visits[-1]}'"
        )
    if isinstance(missed, Fault):
        return f"{at.task} came there, and nothing can fail so"
    if missed.to not in ran:
        return f"{at.task} came there, but there is no task {missed.to}"
    return f"{at.task} came there, but {missed.to} could not run then"


def _refusals(case: Case, outcome: Outcome) -> Iterator[str]:
    """Name the operations that were refused, and the tasks that did not come to their end."""
    for answer in outcome.answers:
        if answer.refused:
            yield f"{_operation(case, answer)} answers {answer.text}"
    for program in case.programs:
        done = sum(answer.task == program.name for answer in outcome.answers)
        if done < len(program.operations):
            yield f"{program.name} did only {done} of its {len(program.operations)} operations"


def _differences(case: Case, outcome: Outcome, there: Outcome) -> Iterator[str]:
    """Name the operations that were answered otherwise than in the run that shows the finding."""
    others = {(answer.task, answer.operation): answer.text for answer in there.answers}
    for answer in outcome.answers:
        other = others.get((answer.task, answer.operation), "nothing")
        if other != answer.text:
            yield f"{_operation(case, answer)} answers {answer.text}, and {other} there"


def _operation(case: Case, answer: Answer) -> str:
    programs = {program.name: program.operations for program in case.programs}
    operation = programs[answer.task][answer.operation]
    return f"{answer.task}'s operation {answer.operation + 1}, '{operation}',"


def _reference(target: Target, case: Case, wanted: Expectation) -> tuple[str, Outcome] | None:
    """Find the nearest kernel and design that shows the finding: its name, and its run."""
    here = target.kernels.index(case.kernel)
    kernels = sorted(target.kernels, key=lambda one: abs(target.kernels.index(one) - here))
    own = case.setting(DESIGN, "")
    for design in dict.fromkeys((own, *designs_of(target))):
        settings = ((DESIGN, design),) if design else ()
        for kernel in kernels:
            variant = with_settings(replace(case, kernel=kernel), settings)
            if refused(target, variant):
                continue
            outcome = execute(target, variant)
            if shows(outcome.findings, wanted):
                return f"kernel {kernel}" + f" with design={design}" * bool(settings), outcome
    return None


def _instead(target: Target, case: Case, outcome: Outcome, wanted: Expectation) -> str:
    """Find an anchor that shows the finding when it is moved, those first that were not reached."""
    anchored = (*case.faults, *case.switches)
    for old in dict.fromkeys((*outcome.unreached, *anchored)):
        for visit in _nearest_visits(outcome, old.at):
            new = replace(old, at=replace(old.at, visit=visit))
            taken = any(new.at == other.at for other in anchored if type(other) is type(old))
            if not taken and shows(execute(target, _moved(case, old, new)).findings, wanted):
                return f"it shows with '{new}' for '{old}'"
    return ""


def _nearest_visits(outcome: Outcome, at: Anchor) -> list[int]:
    """Return the visits that there were, and a few more on both sides, the nearest first."""
    near = range(max(1, at.visit - SHIFT_MAX), at.visit + SHIFT_MAX + 1)
    visits = dict.fromkeys((*near, *_visits(outcome, at)))
    return sorted(visits, key=lambda visit: (abs(visit - at.visit), visit))[:VISITS_MAX]


def _visits(outcome: Outcome, at: Anchor) -> list[int]:
    trace = outcome.trace
    return [n for task, point, n, _ in trace if (task.name, point.name) == (at.task, at.point)]


def _moved(case: Case, old: Fault | Switch, new: Fault | Switch) -> Case:
    if isinstance(new, Fault):
        faults = tuple(new if one == old else one for one in case.faults)
        return replace(case, faults=faults)
    return replace(case, switches=tuple(new if one == old else one for one in case.switches))
