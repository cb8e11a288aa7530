"""The target protocol: what a system under test provides.

`docs/targets.md` shows how to write one, with a complete target of one screen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from fuzz.program.domain import Domain
    from fuzz.program.operation import Operation
    from fuzz.values.finding import Finding
    from fuzz.values.picture import Picture
    from fuzz.values.point import Point
    from fuzz.values.promise import Promise
    from fuzz.world.faults import OrderOfTests
    from fuzz.world.world import World


class CannotRun(Exception):
    """What a target needs is not here, or the case is none for it: one sentence for a person."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a case's `config` line may say."""

    name: str
    domain: Domain[Any]
    default: str
    """As a case would write it."""
    sentence: str
    drawn: bool = True
    """Whether generation may choose it; a person's choice, such as a design, is left alone."""
    initial: Any = field(init=False, repr=False, compare=False)
    """The value of `default`; one that the domain refuses is a bug of the target."""

    def __post_init__(self) -> None:
        """Read the default once: most cases leave most settings as they are."""
        object.__setattr__(self, "initial", self.domain.parse(self.default))


class System(Protocol):
    """One system under test, in one world. A subclass inherits what is done by default."""

    @property
    def dormant(self) -> frozenset[str]:
        """Names of tasks that do not start by themselves: an operation launches them."""
        return frozenset()

    def boot(self) -> None:
        """Bring the system up, in a task of its own, before the case and without its faults."""

    def seat(self, task: str) -> Any:
        """Return what the operations of a task work with; by default, the system itself."""
        del task
        return self

    def judge(self) -> None:
        """Check what the system promises, now that all tasks have ended; `World.report` tells."""
        ...

    def counters(self) -> dict[str, int]:
        """Count what the run cost (copies, pages, I/O): part of the outcome.

        Comparisons add up over cases; where a name ends in `_peak`, they tell the highest, too.
        """
        return {}


class Target(Protocol):
    """A kind of system under test. Its attributes are constants."""

    @property
    def name(self) -> str:
        """The word that a case's `target` line says."""
        ...

    @property
    def sentence(self) -> str:
        """What it is, for a list of targets."""
        ...

    @property
    def kernels(self) -> tuple[str, ...]:
        """The versions that it can be, oldest first; the last one is the default."""
        ...

    @property
    def settings(self) -> tuple[Setting, ...]:
        """What can be configured."""
        ...

    @property
    def operations(self) -> tuple[type[Operation[Any]], ...]:
        """What tasks can do."""
        ...

    @property
    def fault_points(self) -> tuple[Point, ...]:
        """Where something can fail."""
        ...

    @property
    def promises(self) -> tuple[Promise, ...]:
        """What it keeps in every run: each kind of finding that it may report."""
        ...

    def check(self, kernel: str, settings: Mapping[str, Any]) -> None:
        """Raise ValueError, with one clear sentence, when a kernel cannot be configured so."""
        ...

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> System:
        """Make a fresh system in a world; `settings` has a value for every setting.

        `launch` starts a dormant task by name; False when there is none, or it was started before.
        """
        ...


@runtime_checkable
class OrdersTests(Protocol):
    """A target that also says how its kernels draw faults; without that, the newest order holds."""

    def order_of_tests(self, kernel: str) -> OrderOfTests:
        """Return the order in which a kernel tests whether a request is to fail."""
        ...


@runtime_checkable
class IsNotSearched(Protocol):
    """A target whose runs are no worlds of their own, so that a search in it means nothing."""

    @property
    def cannot_be_searched(self) -> str:
        """Say why, in a sentence."""
        ...


@dataclass(frozen=True, slots=True)
class KernelChange:
    """One difference between two kernels, which can be had by itself."""

    release: str
    """Where it came; empty for a repair that no release is known for."""
    sentence: str
    commit: str
    key: Any = field(repr=False)
    """What the target knows it by."""


@runtime_checkable
class ChangesKernels(Protocol):
    """A target that can also give its kernels single changes: reports try what closes a finding."""

    def changes(self, older: str, newer: str) -> Sequence[KernelChange]:
        """List what leads from one kernel to a newer one, oldest first."""
        ...

    def repairs(self, kernel: str) -> Sequence[KernelChange]:
        """List, for each known defect of a kernel, that it is taken away."""
        ...

    def changed(self, changes: Sequence[KernelChange]) -> Target:
        """Return the same target, whose kernels have some changes besides their own.

        Its `check` refuses a kernel that makes no sense with them.
        """
        ...


@runtime_checkable
class DrawsPictures(Protocol):
    """A system that also shows its state; without that, reports have no picture of it."""

    def picture(self, finding: Finding) -> Picture | None:
        """Show what a finding is about, as it is now; None where there is nothing to show.

        It is asked at any moment of a run, and neither announces nor changes anything.
        """
        ...


@runtime_checkable
class OffersStates(Protocol):
    """A system that also names the states of its parts: a search wants to see each change once."""

    def states(self) -> Iterable[tuple[str, object, str]]:
        """Yield (kind of thing, which one, its state in a word or two), as things are now.

        It is asked between operations, neither announces nor changes anything, and says little:
        a kind has some states, not thousands. A thing that is not named is in no state.
        """
        ...


@dataclass(frozen=True, slots=True)
class SimpleTarget:
    """A target of one class: what most targets do not need, it need not say."""

    name: str
    sentence: str
    system: Callable[[World], System]
    """Makes a fresh system in a world: usually the system's class itself."""
    operations: tuple[type[Operation[Any]], ...]
    fault_points: tuple[Point, ...] = ()
    settings: tuple[Setting, ...] = ()
    kernels: tuple[str, ...] = ("1",)
    promises: tuple[Promise, ...] = ()

    def check(self, kernel: str, settings: Mapping[str, Any]) -> None:
        """Take every kernel and every setting as they are: the system does not look at them."""

    def build(
        self,
        world: World,
        kernel: str,
        settings: Mapping[str, Any],
        tasks: Mapping[str, tuple[Operation[Any], ...]],
        launch: Callable[[str], bool],
    ) -> System:
        """Make the system; one that has to know more of its case needs a target of its own."""
        del kernel, settings, tasks, launch
        return self.system(world)


def settings_of(target: Target, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the value of every setting of a target, defaults where `texts` names none."""
    values = {setting.name: setting.initial for setting in target.settings}
    for setting in target.settings if texts else ():
        if setting.name in texts:
            values[setting.name] = setting.domain.parse(texts[setting.name])
    return values
