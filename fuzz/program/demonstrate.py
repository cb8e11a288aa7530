"""Demonstrations: a finding's harm, raised to the worst that comes of it.

Harm starts at what the promise says and only ever rises: a bounded epilogue proves what it shows,
never that nothing worse can come.

Blame is laid with care, because one run may break several promises:

* the steps are chosen by the system for this finding, and touch what this finding damaged;
* what was found before the epilogue does not count, whoever finds it again;
* nothing counts that is worse than what the step may blame on the damage (`Step.worst`);
* races and the order of locks are not judged: a step's own task can only be late for them;
* nothing counts that the same steps show on the nearest clean run: the case without its faults and
  switches or, if that is not clean, a machine that has just booted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from fuzz.program.case import bare
from fuzz.program.epilogue import OffersEpilogue, Shown, Step
from fuzz.program.execute import Run, execute
from fuzz.program.target import IsNotSearched
from fuzz.values.finding import Harm
from fuzz.values.refusal import Refusal
from fuzz.values.sanitizers import ALL
from fuzz.world.strategy import DefaultOrder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from fuzz.values.finding import Finding
    from fuzz.values.sanitizers import Sanitizers
    from fuzz.world.world import World

STEP_POINTS: Final = 20_000
"""Points that one step may pass; a step after a kept case passes some hundreds."""

TASK: Final = "epilogue"
"""The name of the tasks that take the steps."""

STOPS: Final = "the case itself: the machine stops"
"""How a finding demonstrates its harm after which nothing else can happen."""


class Sign(NamedTuple):
    """What a step showed, without the numbers of the run: it must not be there on a clean one."""

    step: str
    """The step's sentence; empty for a new finding, which counts wherever it is made."""
    harm: Harm
    kind: str


class Seen(NamedTuple):
    """What a step showed."""

    number: int
    """The step's, among those that were offered."""
    words: str
    sign: Sign


class Epilogue(NamedTuple):
    """What was offered after one run, and what came of it."""

    sentences: tuple[str, ...]
    seen: tuple[Seen, ...]
    stopped_by: Finding | None = None
    """What stopped the machine during the case, so that nothing could follow."""


class Demonstration:
    """One finding of one case, on its way to the worst that comes of it."""

    def __init__(
        self, target: Target, case: Case, finding: Finding, sanitizers: Sanitizers
    ) -> None:
        """Take a finding that the case shows; nothing runs yet."""
        self._target = target
        self._sanitizers = replace(sanitizers, locks=False, races=False)
        self._case = bare(case)
        self._finding = finding

    def result(self) -> Finding:
        """Return the finding with its harm, and the fewest steps that show it."""
        finding = self._finding
        epilogue = self._after(self._case)
        if epilogue.stopped_by is not None and epilogue.stopped_by.identity == finding.identity:
            return replace(finding, demonstrated=(STOPS,))
        usual = self._usual() if epilogue.seen else ()
        seen = [one for one in epilogue.seen if one.sign not in usual]
        if not seen:
            return finding
        worst = min(seen, key=lambda one: one.sign.harm.rank)
        harm = min(finding.harm, worst.sign.harm, key=lambda harm: harm.rank)
        sentences = [epilogue.sentences[number] for number in self._needed(worst)]
        sentences[-1] += f": {worst.words}"
        return replace(finding, harm=harm, demonstrated=tuple(sentences))

    def _usual(self) -> list[Sign]:
        """Return what the epilogue shows on the nearest run that breaks no promise."""
        calm = replace(self._case, faults=(), switches=(), schedule=None, injections=())
        idle = tuple(replace(program, operations=()) for program in calm.programs)
        booted = replace(calm, programs=idle)
        for control in (calm, booted):
            if not execute(self._target, control, None, self._sanitizers).findings:
                return [one.sign for one in self._after(control).seen]
        return []

    def _needed(self, worst: Seen) -> list[int]:
        """Leave out every step before the one that shows the worst without which it still does."""
        needed = list(range(worst.number + 1))
        for number in range(worst.number):
            fewer = [each for each in needed if each != number]
            seen = self._after(self._case, fewer).seen
            if any((one.number, one.sign) == (worst.number, worst.sign) for one in seen):
                needed = fewer
        return needed

    def _after(self, case: Case, chosen: Collection[int] | None = None) -> Epilogue:
        """Run a case and the `chosen` steps of its epilogue, by default all of them."""
        run = Run(self._target, case, None, self._sanitizers)
        try:
            run.play()
            return self._epilogue(run, chosen)
        finally:
            run.world.unwind()

    def _epilogue(self, run: Run, chosen: Collection[int] | None) -> Epilogue:
        world, system = run.world, run.system
        if world.over:
            return Epilogue((), (), stopped_by=world.findings[-1])
        if not isinstance(system, OffersEpilogue):
            return Epilogue((), ())
        world.follow(DefaultOrder())
        steps = system.epilogue(self._finding)
        seen: list[Seen] = []
        for number, step in enumerate(steps):
            if not world.over and (chosen is None or number in chosen):
                seen += take(world, step, number)
        return Epilogue(tuple(step.sentence for step in steps), tuple(seen))


def take(world: World, step: Step, number: int) -> Iterator[Seen]:
    """Take a step in a world at rest, and yield what it shows that can be blamed on its damage."""
    known = len(world.findings)
    shown: list[Shown] = []
    task = world.spawn(TASK, _body(step, shown))
    world.steps_max = len(world.trace) + STEP_POINTS
    world.settle()
    if not task.done and not world.over:
        shown.append(Shown(Harm.HANG, "never comes back"))
    for harm, words in shown:
        if harm.rank >= step.worst.rank:
            yield Seen(number, words, Sign(step.sentence, harm, ""))
    for found in world.findings[known:]:
        if found.harm.rank >= step.worst.rank:
            yield Seen(number, found.title, Sign("", found.harm, found.kind))


def _body(step: Step, shown: list[Shown]) -> Callable[[], None]:
    def body() -> None:
        try:
            one = step.run()
        except Refusal:
            return
        if one is not None:
            shown.append(one)

    return body


def demonstrate(
    target: Target, case: Case, finding: Finding, sanitizers: Sanitizers = ALL
) -> Finding:
    """Return a finding of a case with the worst harm that could be shown, and how it was shown.

    The case runs anew, several times. A target whose runs are no worlds is not run at all.
    """
    if isinstance(target, IsNotSearched):
        return finding
    return Demonstration(target, case, finding, sanitizers).result()
