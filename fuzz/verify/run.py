"""One run of a program, observed: which choices it had, what each step did, what came of it."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from fuzz.program.execute import Run
from fuzz.values.sanitizers import ALL
from fuzz.verify.guide import Guide
from fuzz.verify.page import ANY
from fuzz.verify.tape import Tape
from fuzz.verify.world import VerifiedWorld
from fuzz.world.task import Unwind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable, Mapping

    from fuzz.program.case import Case
    from fuzz.program.operation import Operation
    from fuzz.program.outcome import Answer
    from fuzz.program.target import Target
    from fuzz.values.finding import Finding
    from fuzz.values.sanitizers import Sanitizers
    from fuzz.verify.bounds import Bounds, Space
    from fuzz.verify.ledger import Ledger
    from fuzz.verify.tape import Step
    from fuzz.verify.tree import Node
    from fuzz.world.task import Task
    from fuzz.world.world import World


@dataclass(frozen=True, slots=True)
class Subject:
    """What is verified: a program on a target."""

    target: Target
    case: Case
    """A program; of a case, neither its faults nor its switches."""
    bounds: Bounds
    space: Space


@dataclass(frozen=True, slots=True)
class Seen:
    """What one run showed."""

    steps: list[Step]
    cut: bool
    """Whether it was ended early, because nothing new could come of it."""
    findings: tuple[Finding, ...]
    case: Case
    """What replays it."""
    result: str
    """All of its outcome that does not depend on the order of independent steps."""
    judged: tuple[Space, ...]
    """The spaces in which judges would have had more to say."""

    @property
    def digest(self) -> str:
        """The result, short."""
        return sha256(self.result.encode()).hexdigest()[:16]


class ObservedRun(Run):
    """A run that tells a tape what it does."""

    def __init__(
        self,
        subject: Subject,
        path: list[Node],
        ledger: Ledger,
        sanitizers: Sanitizers = ALL,
        guided: Callable[[list[Node], Bounds, Tape, Collection[str]], Guide] = Guide,
    ) -> None:
        """Bring the system up; nothing else runs yet."""
        names = [program.name for program in subject.case.programs]
        self._tape = Tape(ledger, names, reduces=subject.bounds.reduces)
        self._subject = subject
        self._numbers: dict[str, int] = {}
        self._judged: list[Space] = []
        super().__init__(subject.target, subject.case, None, sanitizers)
        self._guide = guided(path, subject.bounds, self._tape, self._programs)
        self.world.follow(self._guide, self._guide)

    def see(self) -> Seen:
        """Play it, and tell what it showed."""
        world = self._tape.world
        try:
            with suppress(Unwind):
                self.play()
            self._tape.end()
        finally:
            world.unwind()
            world.hooks.clear()
        cut = self._guide.cut
        findings = tuple(world.findings)
        return Seen(
            self._tape.steps,
            cut,
            findings,
            replace(self._subject.case, faults=tuple(world.injected), switches=world.switches),
            "" if cut else result_of(self._answers, self.system.counters(), findings),
            tuple(self._judged),
        )

    def _make_world(self, cpus: int, sanitizers: Sanitizers) -> World:
        return VerifiedWorld(self._tape, cpus=cpus, sanitizers=sanitizers)

    def _launch(self, name: str) -> bool:
        self._tape.world.launches()
        return super()._launch(name)

    def _answer(self, operation: Operation[Any], seat: Any) -> str:
        running = self.world.running
        task = running.name
        number = self._numbers[task] = self._numbers.get(task, -1) + 1
        space = self._subject.space
        if (task, number) == (space.task, space.operation):
            with self._undisturbed(running):
                return super()._answer(operation, seat)
        asked = self._tape.world.alone_asked
        before = asked.get(running, 0)
        answer = super()._answer(operation, seat)
        if asked.get(running, 0) > before + 1:  # Once it is asked for whoever may judge.
            self._judged.append(replace(space, task=task, operation=number))
        return answer

    @contextmanager
    def _undisturbed(self, task: Task) -> Generator[None]:
        world, ledger = self._tape.world, self._tape.ledger
        self._tape.undisturbed = task
        self._guide.keeps_out = self._programs.keys() - {task.name}
        try:
            yield
        finally:
            self._tape.undisturbed = None
            self._guide.keeps_out = ()
            for memory in (world.injected, world.findings):
                ledger.reads[id(memory), ANY] = memory


def result_of(
    answers: Iterable[Answer], counters: Mapping[str, int], findings: Iterable[Finding]
) -> str:
    """Write down all of an outcome that does not depend on the order of independent steps."""
    answered = sorted(f"{one.task} {one.operation} = {one.text}" for one in answers)
    counted = [f"{name} {count}" for name, count in sorted(counters.items())]
    found = sorted(" ".join(finding.identity) for finding in findings)
    return "\n".join((*answered, *counted, *found))
