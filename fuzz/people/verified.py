"""What a verification tells: findings as they come, how far it is, and what was proved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fuzz.people.output import Status
from fuzz.people.text import counted
from fuzz.program.case import expecting
from fuzz.program.execute import execute
from fuzz.program.text import case_text, parse_case
from fuzz.values.sanitizers import all_without

if TYPE_CHECKING:
    from fuzz.people.verifying import Plan
    from fuzz.program.target import Target
    from fuzz.verify.progress import Found, Progress


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A finding that its case shows again, without anything being noted."""

    kind: str
    place: str
    harm: str
    title: str
    signature: str
    case: str
    """The case, which expects it."""
    run: int


def confirmed(target: Target, found: Found, without: tuple[str, ...] = ()) -> Confirmed:
    """Run the case of a finding as anybody would; that it is not shown again is our bug."""
    case = parse_case(found.case, {target.name: target})
    outcome = execute(target, case, sanitizers=all_without(*without))
    shown = [finding for finding in outcome.findings if finding.identity == found.identity]
    assert shown, f"a finding was not met again: {' '.join(found.identity)}\n{found.case}"
    finding = shown[0]
    return Confirmed(
        finding.kind,
        finding.place,
        finding.harm.value,
        finding.title,
        finding.signature,
        case_text(expecting(case, shown)),
        found.run,
    )


def found_text(finding: Confirmed) -> str:
    """Say what was found."""
    return f"run {finding.run:,}: found {finding.kind} in {finding.place} ({finding.harm})"


def moving_line(progress: Progress, seconds: float) -> str:
    """Say how far it is; how many runs there are is an estimate, and too low at first."""
    estimate = progress.frontier.estimate(progress.runs - progress.again)
    expected = f" of about {estimate + progress.again:,} (estimate)" if estimate else ""
    space = f"  {progress.space}" if progress.space.task else ""
    return (
        f"{seconds:6.1f} s  {progress.runs:,} runs{expected}  "
        f"{counted(progress.frontier.left, 'job')} left  "
        f"{counted(len(progress.found), 'finding')}{space}"
    )


@dataclass(slots=True)
class Report:
    """What was covered, and what came of it."""

    plan: Plan
    findings: list[Confirmed] = field(default_factory=list[Confirmed])
    progress: Progress | None = None
    seconds: float = 0.0

    def end(self, progress: Progress, seconds: float) -> None:
        """Note how far it came."""
        self.progress = progress
        self.seconds = seconds

    @property
    def complete(self) -> bool:
        """Whether all runs within the bounds were seen."""
        return self.progress is not None and self.progress.done

    @property
    def status(self) -> Status:
        """What the shell is told."""
        if self.findings:
            return Status.FAILED
        return Status.GOOD if self.complete else Status.UNDETERMINED

    def text(self) -> str:
        """Say it to a person."""
        return "\n".join((self._verdict(), *self._findings(), *self._covered()))

    def _verdict(self) -> str:
        within = within_text(self.plan)
        assert self.progress is not None, "a report is made at the end"
        if self.complete and not self.findings:
            return f"no finding within: {within}"
        found = counted(len(self.findings), "finding")
        if self.complete:
            return f"{found}, and no other, within: {within}"
        left = counted(self.progress.frontier.left, "job")
        runs = counted(self.progress.runs, "execution")
        said = f"{found}; " if self.findings else ""
        return f"{said}undetermined: {runs}, {left} left, within: {within}"

    def _findings(self) -> list[str]:
        return [f"  {one.kind} in {one.place} ({one.harm}): {one.title}" for one in self.findings]

    def _covered(self) -> list[str]:
        progress = self.progress
        assert progress is not None, "a report is made at the end"
        lines = [
            f"  {progress.runs:,} executions, of which {progress.cut:,} were ended early as "
            f"repetitions; {counted(len(progress.results), 'distinct outcome')}; "
            f"{self.seconds:.1f} s with {counted(self.plan.workers, 'worker')}"
        ]
        spaces = [space for space in progress.explored if space.task]
        if spaces:
            lines.append(f"  undisturbed operations explored by themselves: {_listed(spaces)}")
        return lines

    def words(self) -> dict[str, Any]:
        """Return what scripts rely on; keys are only ever added."""
        progress = self.progress
        assert progress is not None, "a report is made at the end"
        bounds = self.plan.bounds
        return {
            "verdict": {0: "clean", 1: "finding"}.get(self.status, "undetermined"),
            "complete": self.complete,
            "within": within_text(self.plan),
            "faults": bounds.faults,
            "preemptions": bounds.preemptions,
            "executions": progress.runs,
            "cut": progress.cut,
            "left": 0 if self.complete else progress.frontier.left,
            "outcomes": len(progress.results),
            "seconds": round(self.seconds, 3),
            "findings": [
                {
                    "kind": one.kind,
                    "place": one.place,
                    "harm": one.harm,
                    "title": one.title,
                    "run": one.run,
                    "case": one.case,
                }
                for one in self.findings
            ],
        }


def _listed(spaces: list[Any]) -> str:
    return ", ".join(f"{space.task} {space.operation + 1}" for space in spaces)


def within_text(plan: Plan) -> str:
    """Say what is covered: tasks, operations, preemptions, faults."""
    case, bounds = plan.case, plan.bounds
    programs = "; ".join(
        f"{program.name}: {', '.join(map(str, program.operations))}" for program in case.programs
    )
    most = bounds.preemptions
    preemptions = (
        "any number of preemptions" if most is None else f"<= {counted(most, 'preemption')}"
    )
    setup = "".join(
        f", after {task} did {counted(number, 'operation')}" for task, number in bounds.setup
    )
    settings = "".join(f" {name}={text}" for name, text in case.settings)
    return (
        f"{case.target} {case.kernel}{settings}, {counted(len(case.programs), 'task')} "
        f"({programs}){setup}, {preemptions}, <= {counted(bounds.faults, 'fault')}"
    )
