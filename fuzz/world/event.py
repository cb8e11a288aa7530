"""What a run leaves behind: one event for each point that a task passed."""

from __future__ import annotations

import sys
from functools import cache
from inspect import currentframe
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from fuzz.values.point import Point
from fuzz.world.task import Task

if TYPE_CHECKING:
    from types import FrameType

Event: TypeAlias = tuple[Task, Point, int, int]
"""(task, point, visit, instance); a plain tuple, because a run makes a million of them a second."""


class Watcher(Protocol):
    """Sees a run as it passes; a run without watchers pays nothing for them."""

    def passed(self, event: Event) -> None:
        """Learn of an event just before its access happens; the caller is the task itself."""
        ...

    def told(self, task: Task, text: str) -> None:
        """Learn what a task has to say about what it just did, for a person to read."""
        ...


def event_text(event: Event) -> str:
    """Write an event as one line of a trace: `A pool.lock#2 30`."""
    task, point, visit, instance = event
    return f"{task.name} {point.name}#{visit} {instance}"


NOT_THE_MODEL: Final = (__name__.partition(".")[0] + ".", "contextlib")
"""How the modules begin whose frames are no place of a finding: ours, and what runs our `with`."""


@cache
def is_not_the_model(module: str) -> bool:
    """Whether the functions of a module are no places; asked a hundred times a run."""
    return module.startswith(NOT_THE_MODEL)


def model_frame(frame: FrameType | None) -> FrameType | None:
    """Return the innermost frame, from `frame` outwards, of a named function under test.

    Comprehensions and lambdas are no functions to a reader, and no frames to a later Python.
    """
    while frame is not None and (
        is_not_the_model(frame.f_globals.get("__name__", ""))
        or frame.f_code.co_name.startswith("<")
    ):
        frame = frame.f_back
    return frame


NOBODY: Final[frozenset[str]] = frozenset()


def current_place() -> str:
    """Name the function of the system under test that is running: the place of a finding."""
    return accessing_place(NOBODY)


def accessing_place(accessors: frozenset[str], ours: int = 0) -> str:
    """Name the running function of the system under test, looking through the `accessors`.

    So many of its callers, `ours`, are known to be no places.
    It is what `model_frame` finds, in a loop of its own: sanitizers ask at most of what is done.
    """
    frame: FrameType | None = sys._getframe(ours + 1)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - documented, and quicker than to walk
    while frame is not None:
        if not is_not_the_model(frame.f_globals.get("__name__", "")):
            name = frame.f_code.co_name
            if name[0] != "<" and name not in accessors:
                return name
        frame = frame.f_back
    return "world"


def runs_within(function: str) -> bool:
    """Whether a function of the system under test with this name is on the running stack."""
    frame = model_frame(currentframe())
    while frame is not None and frame.f_code.co_name != function:
        frame = model_frame(frame.f_back)
    return frame is not None


def call_path() -> tuple[str, ...]:
    """Name the functions of the system under test that are running, the innermost first."""
    names: list[str] = []
    frame = model_frame(currentframe())
    while frame is not None:
        names.append(frame.f_code.co_name)
        frame = model_frame(frame.f_back)
    return tuple(names)
