"""Rounds: what a run without an end does again and again, from the tail of its trace.

The place is the innermost function that is never left: it holds the loop, whatever it calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.world.event import current_place, model_frame

if TYPE_CHECKING:
    from types import FrameType

    from fuzz.world.event import Event
    from fuzz.world.task import Task
    from fuzz.world.world import World

PERIOD_MAX: Final = 500
"""The longest round that is looked for, in points."""

SHOWN_MAX: Final = 12
"""Points of a round that are shown."""


class Rounds:
    """Which functions each task never leaves, from the first look on."""

    def __init__(self, world: World) -> None:
        """Begin with no look."""
        self._world = world
        self._stacks: dict[Task, list[FrameType]] = {}

    def look(self, frame: FrameType | None) -> None:
        """Note where the running task is, `frame` being the innermost."""
        stack: list[FrameType] = []
        while (frame := model_frame(frame)) is not None:
            stack.append(frame)
            frame = frame.f_back
        stack.reverse()
        task = self._world.running
        before = self._stacks.get(task)
        if before is None:
            self._stacks[task] = stack
            return
        same = 0
        while same < min(len(before), len(stack)) and before[same] is stack[same]:
            same += 1
        del before[same:]

    def places(self) -> tuple[str, ...]:
        """Name the innermost function that each task never left; where it is now if there is none.

        Only tasks of the last round count.
        """
        tasks = dict.fromkeys(event[0] for event in self._last_round())
        names = {
            stack[-1].f_code.co_name for task in tasks if (stack := self._stacks.get(task, []))
        }
        return tuple(sorted(names)) or (current_place(),)

    def text(self) -> str:
        """Say what repeats, a task after the other."""
        period = self._period()
        if not period:
            return "no round of points repeats"
        tail = self._world.trace[-period:]
        texts: list[str] = []
        for task in dict.fromkeys(event[0] for event in tail):
            points = [point.name for owner, point, _, _ in tail if owner is task]
            more = f" and {len(points) - SHOWN_MAX} more" if len(points) > SHOWN_MAX else ""
            texts.append(f"{task.name}: {' '.join(points[:SHOWN_MAX])}{more}")
        return f"a round of {period} points repeats; " + "; ".join(texts)

    def _last_round(self) -> list[Event]:
        return list(self._world.trace[-(self._period() or PERIOD_MAX) :])

    def _period(self) -> int:
        """Return after how many points the trace repeats itself, 0 if it does not."""
        keys = [(task.number, point.name, at) for task, point, _, at in self._tail()]
        keys.reverse()
        for period in range(1, len(keys) // 2 + 1):
            if keys[:period] == keys[period : 2 * period]:
                return period
        return 0

    def _tail(self) -> list[Event]:
        return list(self._world.trace[-2 * PERIOD_MAX :])
