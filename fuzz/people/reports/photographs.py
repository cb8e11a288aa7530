"""Photographs: the state of a system before and after the step that damaged it.

A finding of a task is made in the step that does the damage.
One that is made at the end of a run only notices it: then the damage was done before the first
moment from which on all pictures are damaged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fuzz.program.execute import Run
from fuzz.program.target import DrawsPictures

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from fuzz.values.finding import Finding
    from fuzz.values.picture import Picture
    from fuzz.world.event import Event
    from fuzz.world.task import Task


@dataclass(frozen=True, slots=True)
class Photographs:
    """Two pictures of one run."""

    before: Picture
    after: Picture
    step: int
    """How many points had been passed when the damage was done; 0 when it was not seen to be."""
    task: str
    """Who did it; empty when nobody was seen to."""

    @property
    def changed(self) -> frozenset[str]:
        """The cells that are not as they were, by name."""
        known = {cell.name: cell for shelf in self.before.shelves for cell in shelf.cells}
        return frozenset(
            cell.name
            for shelf in self.after.shelves
            for cell in shelf.cells
            if known.get(cell.name) != cell
        )


@dataclass(frozen=True, slots=True)
class _Shot:
    step: int
    task: str
    picture: Picture


class _Camera:
    """A watcher that takes a picture before each access of a run."""

    def __init__(self, finding: Finding) -> None:
        self.system: DrawsPictures | None = None
        self.shots: list[_Shot] = []
        self._finding = finding
        self._steps = 0

    def passed(self, event: Event) -> None:
        self._steps += 1
        self.shoot(event[0].name)

    def told(self, task: Task, text: str) -> None:
        """Hear nothing: what a task says changes nothing."""

    def shoot(self, task: str) -> None:
        picture = self.system.picture(self._finding) if self.system is not None else None
        if picture is not None:
            self.shots.append(_Shot(self._steps, task, picture))


def take_photographs(target: Target, case: Case, finding: Finding) -> Photographs | None:
    """Run a case again and show its state around the damage; None where there is no picture."""
    camera = _Camera(finding)
    run = Run(target, case, camera)
    if not isinstance(run.system, DrawsPictures):
        return None
    camera.system = run.system
    outcome = run.outcome()
    camera.shoot("")
    if not camera.shots:
        return None
    tasks = {task.name for task, _, _, _ in outcome.trace}
    return _at(camera.shots, finding) if finding.task in tasks else _around_damage(camera.shots)


def _at(shots: list[_Shot], finding: Finding) -> Photographs:
    """Choose the last picture before a finding, and the first after it."""
    before = [shot for shot in shots if shot.step <= finding.step][-1:] or shots[:1]
    after = [shot for shot in shots if shot.step > finding.step][:1] or shots[-1:]
    return Photographs(before[0].picture, after[0].picture, finding.step, finding.task)


def _around_damage(shots: list[_Shot]) -> Photographs:
    """Choose the last picture without damage, if any, and the first of those that have it."""
    whole = [number for number, shot in enumerate(shots) if not shot.picture.damaged]
    last = whole[-1] if whole else -1
    if last in (-1, len(shots) - 1):
        return Photographs(shots[0].picture, shots[-1].picture, 0, "")
    before, after = shots[last], shots[last + 1]
    return Photographs(before.picture, after.picture, before.step, before.task)
