"""Stories: what a run did, function by function, recorded while a case runs a second time."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import currentframe
from typing import TYPE_CHECKING, Final

from fuzz.people.reports.telling.hold_log import HoldLog
from fuzz.program import execute as execution
from fuzz.program.execute import Run
from fuzz.world.event import model_frame

if TYPE_CHECKING:
    from types import FrameType

    from fuzz.people.reports.telling.holds import Held
    from fuzz.program.case import Case
    from fuzz.program.outcome import Outcome
    from fuzz.program.target import Target
    from fuzz.values.point import Point
    from fuzz.world.event import Event
    from fuzz.world.task import Task

UNSPOKEN: Final = ("<", "_")
"""How names begin that only Python needs: `<lambda>`, `__enter__`, private helpers."""

TELLING: Final = "tell"
"""What a system under test calls its own short way to `World.tell`."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A point that a task passed, or something that it said of itself."""

    task: Task
    calls: tuple[str, ...]
    """The functions of the system under test that were running, outermost first."""
    kept: int
    """How many of them were running already at the task's last moment; the others were entered."""
    step: int
    """How many points the run had passed, this one included."""
    text: str = ""
    """What the task said; empty for a point."""
    point: Point | None = None
    visit: int = 0
    instance: int = 0
    blocked: bool = False
    """Whether the task went to sleep here, or ended."""


class Story:
    """A watcher that remembers every moment of one run."""

    def __init__(self) -> None:
        """Start with nothing told."""
        self.moments: list[Moment] = []
        self.log = HoldLog(lambda: len(self.moments))
        self._steps = 0
        self._stacks: dict[str, list[FrameType]] = {}

    @property
    def holds(self) -> tuple[Held, ...]:
        """Which locks were held, by whom, and when."""
        return self.log.holds

    def passed(self, event: Event) -> None:
        """Remember a point and where in the system under test it was passed."""
        task, point, visit, instance = event
        self._steps += 1
        calls, kept = self._calls(task)
        self.moments.append(
            Moment(
                task,
                calls,
                kept,
                self._steps,
                point=point,
                visit=visit,
                instance=instance,
                blocked=not task.ready,
            )
        )

    def told(self, task: Task, text: str) -> None:
        """Remember what a task said."""
        calls, kept = self._calls(task)
        self.moments.append(Moment(task, calls, kept, self._steps, text))

    def close(self) -> None:
        """Let go of the run; what was remembered stays."""
        self._stacks.clear()

    def _calls(self, task: Task) -> tuple[tuple[str, ...], int]:
        stack = _model_stack(currentframe())
        before = self._stacks.get(task.name, [])
        kept = 0
        for frame, known in zip(stack, before, strict=False):
            if frame is not known:
                break
            kept += 1
        self._stacks[task.name] = stack
        return tuple(frame.f_code.co_name for frame in stack), kept


def _model_stack(innermost: FrameType | None) -> list[FrameType]:
    """Return the frames of the system under test, outermost first, as a reader would count them."""
    frames: list[FrameType] = []
    frame = model_frame(innermost)
    while frame is not None:
        if _is_spoken(frame.f_code.co_name) and not _runs_operation(frame):
            frames.append(frame)
        frame = model_frame(frame.f_back)
    return frames[::-1]


def _is_spoken(name: str) -> bool:
    return name != TELLING and not name.startswith(UNSPOKEN)


def _runs_operation(frame: FrameType) -> bool:
    """Whether a frame is `Operation.run`, which the operation's own line stands for."""
    caller = frame.f_back
    return caller is not None and caller.f_globals.get("__name__") == execution.__name__


def tell_story(target: Target, case: Case) -> tuple[Outcome, Story]:
    """Run a case and remember how it went; an undetailed run of it has the same outcome."""
    story = Story()
    try:
        run = Run(target, case, story)
        run.world.attach(story.log)
        outcome = run.outcome()
    finally:
        story.close()
    return outcome, story
