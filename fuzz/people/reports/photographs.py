"""Photographs: the state of a system before and after the step that damaged it.

A finding of a task is made in the step that does the damage.
One that is made at the end of a run only notices it: then the damage was done before the first
moment from which on all pictures are damaged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fuzz.program.execute import Run
from fuzz.program.target import DrawsPictures
from fuzz.values.picture import Look, Picture

if TYPE_CHECKING:
    from collections.abc import Collection

    from fuzz.program.case import Case
    from fuzz.program.target import Target
    from fuzz.values.finding import Finding
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
    def focused(self) -> Photographs:
        """The same, without shelves that have nothing to do with the damage.

        What stays is damaged or has changed, or is linked to something that is or has.
        """
        changed = self.changed
        pictures = (self.before, self.after)
        near = {
            cell.name
            for picture in pictures
            for shelf in picture.shelves
            if any(cell.damage or cell.name in changed for cell in shelf.cells)
            for cell in shelf.cells
        }
        kept = set(near)
        for picture in pictures:
            for link in picture.links:
                if link.start in near or link.end in near or link.damage:
                    kept |= {link.start, link.end}
        if not kept:
            return self
        before, after = (_reduced(picture, kept) for picture in pictures)
        return replace(self, before=before, after=after)

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


def _reduced(picture: Picture, kept: Collection[str]) -> Picture:
    """Leave out the shelves that have no cell to be kept, and what starts there."""
    shelves = tuple(
        shelf for shelf in picture.shelves if any(cell.name in kept for cell in shelf.cells)
    )
    shown = [cell.name for shelf in shelves for cell in shelf.cells]
    return Picture(shelves, tuple(link for link in picture.links if link.start in shown))


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
    made = finding.task in tasks
    return (_at(camera.shots, finding) if made else _around_damage(camera.shots)).focused


def _at(shots: list[_Shot], finding: Finding) -> Photographs:
    """Choose the last picture before a finding, and the first after it."""
    before = [shot for shot in shots if shot.step <= finding.step][-1:] or shots[:1]
    after = [shot for shot in shots if shot.step > finding.step][:1] or shots[-1:]
    return Photographs(before[0].picture, after[0].picture, finding.step, finding.task)


def _around_damage(shots: list[_Shot]) -> Photographs:
    """Choose the last picture without damage, if any, and the first of those that have it.

    Where nothing is damaged, what nobody owns at the end is looked for in the same way.
    """
    lost = _lost(shots[-1].picture)
    if shots[-1].picture.damaged or not lost:
        whole = [number for number, shot in enumerate(shots) if not shot.picture.damaged]
    else:
        whole = [number for number, shot in enumerate(shots) if not lost <= _lost(shot.picture)]
    last = whole[-1] if whole else -1
    if last in (-1, len(shots) - 1):
        return Photographs(shots[0].picture, shots[-1].picture, 0, "")
    before, after = shots[last], shots[last + 1]
    return Photographs(before.picture, after.picture, before.step, before.task)


def _lost(picture: Picture) -> frozenset[str]:
    return frozenset(
        cell.name for shelf in picture.shelves for cell in shelf.cells if cell.look is Look.LOST
    )
