"""Attended runs: something else gets its turn before each run of a long computation on cases.

So shrinking goes on beside the search, and can be ended at any time with what it has come to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fuzz.search.shrink.shrink import Listener, shrink

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.program.case import Case
    from fuzz.program.operation import Operation
    from fuzz.program.target import Setting, System, Target
    from fuzz.values.point import Point
    from fuzz.values.promise import Promise
    from fuzz.world.world import World


class Enough(Exception):
    """A turn says so to end the computation."""


def shrink_attended(
    target: Target, case: Case, identity: tuple[str, str], runs: int, turn: Callable[[], None]
) -> tuple[Case, int]:
    """Shrink a case in at most `runs` runs, or until `turn` has Enough; return also the runs."""
    kept = _Kept(case)
    try:
        shrunk = shrink(Attended(target, turn), case, identity, budget=runs, listener=kept)
    except Enough:
        return kept.best, kept.spent
    return shrunk.case, shrunk.executions


class _Kept(Listener):
    """Keeps the best so far."""

    def __init__(self, case: Case) -> None:
        self.best = case
        self.spent = 0

    def improved(self, case: Case, executions: int) -> None:
        self.best, self.spent = case, executions


class Attended:
    """Another target, in every respect; `turn` is called before each run, and may raise."""

    def __init__(self, target: Target, turn: Callable[[], None]) -> None:
        """Attend the runs of a target."""
        self._target = target
        self._turn = turn

    @property
    def name(self) -> str:
        """Its name."""
        return self._target.name

    @property
    def sentence(self) -> str:
        """What it is."""
        return self._target.sentence

    @property
    def kernels(self) -> tuple[str, ...]:
        """The versions that it can be."""
        return self._target.kernels

    @property
    def settings(self) -> tuple[Setting, ...]:
        """What can be configured."""
        return self._target.settings

    @property
    def operations(self) -> tuple[type[Operation[Any]], ...]:
        """What tasks can do."""
        return self._target.operations

    @property
    def fault_points(self) -> tuple[Point, ...]:
        """Where something can fail."""
        return self._target.fault_points

    @property
    def promises(self) -> tuple[Promise, ...]:
        """What it keeps."""
        return self._target.promises

    def check(self, kernel: str, settings: Mapping[str, Any]) -> None:
        """Refuse what it refuses."""
        self._target.check(kernel, settings)

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> System:
        """Let the other work have its turn, then make the system."""
        self._turn()
        return self._target.build(world, kernel, settings, tasks, launch)
