"""The target that always fails: who does not find its bug finds nothing, for the pipeline is dead.

Its one operation shows its one bug, however it is scheduled, on the one kernel that there is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Self

from fuzz.people.bench.ground import Ground
from fuzz.program.domain import Words
from fuzz.program.ground_truth import Bug
from fuzz.program.operation import Operation
from fuzz.program.target import Setting, System
from fuzz.values.finding import Harm
from fuzz.values.promise import Promise

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from fuzz.values.point import Point
    from fuzz.world.world import World

CANARY: Final = "canary"
DEAD: Final = Promise("canary-dead", "The canary never sings.", Harm.LATENT, "this module")
WITHOUT: Final = Setting(
    "without", Words((CANARY,)), "-", "whether it is spared the bug", drawn=False
)


class Cage(System):
    """Where the canary sings."""

    def __init__(self, world: World, ill: Callable[[], bool]) -> None:
        """Make it; `ill` is asked whether it has the bug."""
        self._world = world
        self._ill = ill

    def sing(self) -> str:
        """Sing, and be heard."""
        if self._ill():
            self._world.report(DEAD, "the canary sings", "as it does in each run", place="sing")
        return "ok"

    def judge(self) -> None:
        """Find nothing: what there is was found on the spot."""


@dataclass(frozen=True, slots=True)
class Sing(Operation[Cage]):
    """Let the canary sing."""

    word = "sing"

    def run(self, seat: Cage) -> str:
        """Sing."""
        return seat.sing()


@dataclass(frozen=True)
class CanaryTarget:
    """A cage with a canary."""

    name: str = CANARY
    sentence: str = "a canary that sings in each run: no search can miss it"
    kernels: tuple[str, ...] = ("1",)
    settings: tuple[Setting, ...] = (WITHOUT,)
    operations: tuple[type[Operation[Any]], ...] = (Sing,)
    fault_points: tuple[Point, ...] = ()
    promises: tuple[Promise, ...] = (DEAD,)
    bugs: tuple[Bug, ...] = (Bug(CANARY, "The canary sings."),)
    hear: Callable[[World, tuple[str, ...]], None] | None = None

    def check(self, kernel: str, settings: Mapping[str, Any]) -> None:
        """Take everything."""

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> Cage:
        """Make a cage."""
        del kernel, tasks, launch

        def ill() -> bool:
            if self.hear is not None:
                self.hear(world, (CANARY,))
            return CANARY not in settings[WITHOUT.name]

        return Cage(world, ill)

    def bugs_of(self, kernel: str, settings: Mapping[str, str]) -> frozenset[str]:
        """Name the bug, if it is there."""
        del kernel
        spared = CANARY in settings.get(WITHOUT.name, "").split(",")
        return frozenset() if spared else frozenset({CANARY})

    def with_bugs(self, settings: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
        """Put the bug in: it is there already, but where it was taken out."""
        return {n: text for n, text in settings.items() if n != WITHOUT.name or CANARY not in names}

    def without_bugs(self, settings: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
        """Take the bug out."""
        return {**settings, **({WITHOUT.name: CANARY} if CANARY in names else {})}

    def heard_by(self, hear: Callable[[World, tuple[str, ...]], None]) -> Self:
        """Return the same, heard."""
        return replace(self, hear=hear)


TARGET: Final = CanaryTarget()
GROUND: Final = Ground(CANARY, f"{__name__}:TARGET", "1", (), (CANARY,))
