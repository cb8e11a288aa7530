"""Execution of one case: a fresh world, a fresh system, tasks, judgement, outcome."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

from fuzz.program.answered import Answered, JudgesAnswers, turns_of_others
from fuzz.program.outcome import Answer, Outcome
from fuzz.program.target import OrdersTests, settings_of
from fuzz.sanitize.switchboard import attach_sanitizers
from fuzz.values.choices import Choices
from fuzz.values.point import Point
from fuzz.values.refusal import Refusal
from fuzz.values.sanitizers import ALL
from fuzz.world.cell import Unseen
from fuzz.world.faults import DrawnFaults, ExplicitFaults, OrderOfTests, Plans
from fuzz.world.observer import Observer
from fuzz.world.schedule.by_name import strategy_named
from fuzz.world.schedule.replay import Replay
from fuzz.world.world import World

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.program.operation import Operation
    from fuzz.program.target import System, Target
    from fuzz.values.sanitizers import Sanitizers
    from fuzz.world.event import Watcher
    from fuzz.world.strategy import FaultPlan

OPERATION: Final = Point("operation", "a task begins its next operation")
CPUS: Final = "cpus"
"""The setting that says how many CPUs the world has; a target without it gets two."""


class Guest(Observer):
    """An observer that is there from boot to judgement, and knows whose run it is."""

    def came(self, world: World, system: System) -> None:
        """Learn of the run, before the tasks of its case begin."""


class Run:
    """One case on its way through a world."""

    def __init__(
        self,
        target: Target,
        case: Case,
        watcher: Watcher | None,
        sanitizers: Sanitizers = ALL,
        guest: Guest | None = None,
    ) -> None:
        """Prepare the world; nothing runs yet."""
        settings = settings_of(target, dict(case.settings))
        self._programs = {program.name: program.operations for program in case.programs}
        self._started: list[str] = []
        self._answers: list[Answer] = []
        self._strategy = _order(case)
        self._explicit = ExplicitFaults(case.faults)
        self.world = self._make_world(int(settings.get(CPUS, 2)), sanitizers)
        self._lock_graph = attach_sanitizers(self.world)
        self.system = target.build(self.world, case.kernel, settings, self._programs, self._launch)
        self._judge = _judge_in(self.system)
        self.world.boot(self.system.boot)
        self.world.follow(self._strategy, _plan(target, case, self._explicit))
        if watcher is not None:
            self.world.watch(watcher)
        if guest is not None:
            guest.came(self.world, self.system)
            self.world.hooks.add(guest)

    def play(self) -> None:
        """Run the case to its end and judge it; the machine is left as it then is.

        Promises are about a system at rest: what a machine that stopped or hung left half done is
        not held against it.
        """
        dormant = self.system.dormant
        for name in self._programs:
            if name not in dormant:
                self._launch(name)
        self.world.settle()
        if all(task.done for task in self.world.tasks):
            self.system.judge()

    def outcome(self) -> Outcome:
        """Play the case, and say what it showed; nothing goes on after that.

        The observers are let go: they and the world would keep each other for long.
        """
        world = self.world
        try:
            self.play()
        finally:
            world.unwind()
            world.hooks.clear()
        return Outcome(
            findings=tuple(world.findings),
            answers=tuple(self._answers),
            trace=world.trace,
            switches=world.switches,
            faults=tuple(world.injected),
            unreached=(*self._explicit.unreached, *self._strategy.unreached),
            counters=self.system.counters(),
            decisions=self._strategy.decisions,
            lock_orders=self._lock_graph.witnesses,
        )

    def _make_world(self, cpus: int, sanitizers: Sanitizers) -> World:
        return World(cpus=cpus, sanitizers=sanitizers)

    def _launch(self, name: str) -> bool:
        if name not in self._programs or name in self._started:
            return False
        self._started.append(name)
        self.world.spawn(name, lambda: self._live(name))
        return True

    def _live(self, name: str) -> None:
        seat = self.system.seat(name)
        for number, operation in enumerate(self._programs[name]):
            self.world.reach(OPERATION, number)
            self._answers.append(Answer(name, number, self._answer(operation, seat)))
            for hook in self.world.hooks.rested:
                hook(self.world.running)

    def _answer(self, operation: Operation[Any], seat: Any) -> str:
        world = self.world
        if world.watched:
            world.tell(f"> {operation}")
        began = turns_of_others(world, self._programs), len(world.injected)
        refused = False
        try:
            answer = operation.run(seat)
        except Refusal as refusal:
            answer, refused = refusal.name, True
        if self._judge is not None:
            how = Answered(operation, answer, refused, world, began, self._programs)
            with Unseen(world):
                self._judge.answered(seat, how)
        if world.watched:
            world.tell(f"= {answer}")
        return answer


def _judge_in(system: System) -> JudgesAnswers | None:
    return cast("JudgesAnswers", system) if _judges_answers(type(system)) else None


@cache
def _judges_answers(kind: type[System]) -> bool:
    """Whether systems of a kind judge answers; to ask each of them costs as much as a task."""
    return issubclass(kind, JudgesAnswers)


def _plan(target: Target, case: Case, explicit: ExplicitFaults) -> FaultPlan | None:
    """Return what decides which visits fail; None when none can, which most cases come to."""
    if not case.injections:
        return explicit if case.faults else None
    rules = _order_of_tests(target, case.kernel)
    drawn = [DrawnFaults(i.attributes, Choices(i.seed), rules) for i in case.injections]
    return Plans(explicit, *drawn)


def _order_of_tests(target: Target, kernel: str) -> OrderOfTests:
    if isinstance(target, OrdersTests):
        return target.order_of_tests(kernel)
    return OrderOfTests.STACK_FIRST


def _order(case: Case) -> Replay:
    schedule = case.schedule
    if schedule is None:
        return Replay(case.switches)
    drawn = strategy_named(
        schedule.strategy, Choices(schedule.seed), schedule.steps, schedule.hints
    )
    return Replay(case.switches, schedule.after, drawn)


def execute(
    target: Target,
    case: Case,
    watcher: Watcher | None = None,
    sanitizers: Sanitizers = ALL,
    guest: Guest | None = None,
) -> Outcome:
    """Run a case once; nothing of the run is left behind but its outcome."""
    return Run(target, case, watcher, sanitizers, guest).outcome()


def materialised(case: Case, outcome: Outcome) -> Case:
    """Return the case with everything that its run drew made explicit: it replays that run."""
    return replace(
        case, faults=outcome.faults, switches=outcome.switches, schedule=None, injections=()
    )
