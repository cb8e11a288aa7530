"""What several tasks of a run touched, and how a touch is put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fuzz.people.reports.telling.story import Moment


COUNTED_MAX: Final = 9999
"""Larger instances are addresses or made of several numbers: people know them in hexadecimal."""


def number_text(instance: int) -> str:
    """Write the number of an instance."""
    return str(instance) if abs(instance) <= COUNTED_MAX else hex(instance)


class Sharing:
    """Knows, of one run, who touched what."""

    def __init__(self, moments: Iterable[Moment]) -> None:
        """Look at all moments once."""
        self._tasks: dict[tuple[str, int], list[str]] = {}
        self._written: dict[tuple[str, int], bool] = {}
        self._instances: dict[str, list[int]] = {}
        for moment in moments:
            if moment.point is not None and moment.point.thing:
                self._note(moment, moment.point.thing, writes=moment.point.writes)

    def _note(self, moment: Moment, thing: str, *, writes: bool) -> None:
        key = (thing, moment.instance)
        tasks = self._tasks.setdefault(key, [])
        if moment.task.name not in tasks:
            tasks.append(moment.task.name)
        self._written[key] = self._written.get(key, False) or writes
        instances = self._instances.setdefault(thing, [])
        if moment.instance not in instances:
            instances.append(moment.instance)

    def contended(self, moment: Moment) -> bool:
        """Whether another task touched the same thing, and one of them changed it."""
        if moment.point is None:
            return False
        key = (moment.point.thing, moment.instance)
        return len(self._tasks.get(key, ())) > 1 and self._written[key]

    def text(self, moment: Moment) -> str:
        """Say what a task does at a point: `reads page 3`; the number where there are several."""
        point = moment.point
        assert point is not None, "a moment without a point has a text of its own"
        if not point.thing:
            return point.sentence
        number = f" {number_text(moment.instance)}" if len(self._instances[point.thing]) > 1 else ""
        return f"{point.access.value} {point.thing}{number}"
