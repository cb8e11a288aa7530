"""A witness: what a search wants to know of a run that its outcome does not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.program.execute import Guest
from fuzz.program.target import OffersStates
from fuzz.world.cell import Unseen
from fuzz.world.event import call_path

if TYPE_CHECKING:
    from fuzz.program.target import System
    from fuzz.values.point import Point
    from fuzz.world.task import Task
    from fuzz.world.world import World

PATH_MAX: Final = 4
"""Functions of a call path that count, the innermost ones: the outer ones are the operation."""
NO_STATE: Final = "-"


class FaultWitness(Guest):
    """Sees on which call path each request failed."""

    def __init__(self) -> None:
        """See nothing yet."""
        self.features: dict[str, None] = {}

    def failed(self, task: Task, point: Point, outcome: str) -> None:
        """Note a fault and its path."""
        path = " ".join(call_path()[:PATH_MAX])
        self.features[f"path {point.name} {outcome} {path}"] = None


class Witness(FaultWitness):
    """Sees, besides, how the states of things change from operation to operation."""

    def __init__(self) -> None:
        """See nothing yet."""
        super().__init__()
        self._world: World | None = None
        self._system: OffersStates | None = None
        self._states: dict[tuple[str, object], str] = {}

    def came(self, world: World, system: System) -> None:
        """Look at the states after boot."""
        if isinstance(system, OffersStates):
            self._world, self._system = world, system
            self._states = self._look(system, world)

    def rested(self, task: Task) -> None:
        """Note what has changed since."""
        if self._system is None or self._world is None:
            return
        states = self._look(self._system, self._world)
        for thing, state in states.items():
            self._note(thing[0], self._states.pop(thing, NO_STATE), state)
        for (kind, _), state in self._states.items():
            self._note(kind, state, NO_STATE)
        self._states = states

    def _note(self, kind: str, before: str, after: str) -> None:
        if before != after:
            self.features[f"state {kind} {before} > {after}"] = None

    @staticmethod
    def _look(system: OffersStates, world: World) -> dict[tuple[str, object], str]:
        with Unseen(world):
            return {(kind, which): state for kind, which, state in system.states()}
