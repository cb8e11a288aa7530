"""Cases: all that a run depends on, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from fuzz.world.schedule.hints import NO_HINTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fuzz.program.operation import Operation
    from fuzz.values.anchor import Fault, Switch
    from fuzz.values.finding import Finding
    from fuzz.world.faults import Attributes
    from fuzz.world.schedule.hints import Hints


@dataclass(frozen=True, slots=True)
class Program:
    """What one task does."""

    name: str
    operations: tuple[Operation[Any], ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """How switches that the case does not name are drawn."""

    strategy: str
    seed: int
    after: int = 0
    """How many decisions follow the named switches and the default order before drawing begins."""
    steps: int = 0
    """How many decisions to expect, for a strategy that spreads its changes over a run."""
    hints: Hints = NO_HINTS
    """What else the strategy is told of the run."""


@dataclass(frozen=True, slots=True)
class Injection:
    """Faults drawn by the attributes of a fault-injection facility."""

    attributes: Attributes
    seed: int


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a run of the case on some kernel must show; this makes a case a regression test."""

    kernel: str
    settings: tuple[tuple[str, str], ...] = ()
    """Settings that this run overrides, as the case would write them."""
    kind: str = ""
    """The kind of a finding that must be there; empty when the run must be clean."""
    place: str = ""
    """Where that finding must be; empty for anywhere."""


class BugStatus(Enum):
    """What is known of the bug that a case expects to find."""

    OPEN = "open"
    """It is there: runs show what is expected, and whoever mends it is told to say `fixed`."""
    FIXED = "fixed"
    """It was mended: where a finding is expected, runs must not show it any more."""


@dataclass(frozen=True, slots=True)
class Case:
    """A target, a kernel, a configuration, tasks, faults, switches: same case, same outcome."""

    target: str
    kernel: str
    settings: tuple[tuple[str, str], ...] = ()
    """Settings that differ from the target's defaults, as text, in the target's order."""
    programs: tuple[Program, ...] = ()
    faults: tuple[Fault, ...] = ()
    switches: tuple[Switch, ...] = ()
    schedule: Schedule | None = None
    injections: tuple[Injection, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    status: BugStatus | None = None
    """None for a bug that is kept on purpose, as those of historical kernels are."""
    comments: tuple[tuple[int, str], ...] = ()
    """Comment lines, each with the number of lines of the bare case before it."""

    def setting(self, name: str, default: str) -> str:
        """Return the text of a setting, or `default` when the case does not name it."""
        return dict(self.settings).get(name, default)

    @property
    def size(self) -> int:
        """How many operations it has."""
        return sum(len(program.operations) for program in self.programs)


def with_settings(case: Case, settings: tuple[tuple[str, str], ...]) -> Case:
    """Return the case with some settings replaced."""
    return replace(case, settings=tuple({**dict(case.settings), **dict(settings)}.items()))


def bare(case: Case) -> Case:
    """Return what a run depends on: the case without expectations, status and comments."""
    return replace(case, expectations=(), status=None, comments=())


def expecting(case: Case, findings: Iterable[Finding]) -> Case:
    """Return the case as a regression test: its own kernel shows these findings, or is clean."""
    shown = [Expectation(case.kernel, (), finding.kind, finding.place) for finding in findings]
    status = case.status if shown else None
    return replace(case, expectations=tuple(shown) or (Expectation(case.kernel),), status=status)
