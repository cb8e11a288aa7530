"""The plan of a campaign: what is searched, with what, and what that may take."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from fuzz.people.address import target_at
from fuzz.people.asking import refused
from fuzz.people.errors import UserError
from fuzz.program.case import Case
from fuzz.program.target import IsNotSearched

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fuzz.program.target import Target

MIB: Final = 1 << 20
PLAN: Final = "plan"
"""The fact that holds it."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One thing to search: a target on a kernel."""

    target: str
    """Where the target is: its name, or `module:attribute`."""
    name: str
    """`TARGET@KERNEL`."""
    kernel: str
    settings: tuple[tuple[str, str], ...]
    """Settings that every case has, as text."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign is to do; it outlives processes, as JSON."""

    targets: tuple[str, ...]
    """Names of installed targets, or `module:attribute`."""
    crashes: str
    """The folder in which findings are filed."""
    kernels: tuple[str, ...] = ()
    """None stands for all."""
    settings: tuple[tuple[str, str], ...] = ()
    corpus: str = ""
    """A folder of cases to begin with; empty for none."""
    seed: int = 0
    workers: int = 1
    unit_seconds: float = 20.0
    """How long a worker stays in a lane."""
    memory_mib: int = 2048
    """What one worker may have resident."""
    disk_mib: int = 2048
    """What cases and data base may take; findings are stored beyond that, too."""

    def words(self) -> dict[str, Any]:
        """Say it as JSON can."""
        return asdict(self)

    @staticmethod
    def of(words: Mapping[str, Any]) -> Plan:
        """Read what `words` said and JSON brought."""
        lists: dict[str, Any] = {name: tuple(words[name]) for name in ("targets", "kernels")}
        lists["settings"] = tuple((name, text) for name, text in words["settings"])
        return Plan(**{**words, **lists})


def lanes_of(plan: Plan) -> tuple[Lane, ...]:
    """Name everything that a plan has searched; UserError when that is nothing, or unclear."""
    targets = targets_of(plan)
    _check_names(targets)
    _check_kernels(plan.kernels, targets.values())
    _check_settings(plan.settings, targets.values())
    lanes: list[Lane] = []
    for where, target in targets.items():
        settings = _settings_for(target, plan.settings)
        for kernel in target.kernels:
            if plan.kernels and kernel not in plan.kernels:
                continue
            if not refused(target, Case(target.name, kernel, settings)):
                lanes.append(Lane(where, f"{target.name}@{kernel}", kernel, settings))
    if not lanes:
        raise UserError("no kernel can be configured so: there is nothing to search")
    return tuple(lanes)


def targets_of(plan: Plan) -> dict[str, Target]:
    """Load the targets of a plan, by where they are."""
    return {where: target_at(where) for where in plan.targets}


def searchable(targets: Mapping[str, Target]) -> tuple[str, ...]:
    """Name the targets that a search makes sense in."""
    return tuple(name for name in targets if not isinstance(targets[name], IsNotSearched))


def _check_names(targets: Mapping[str, Target]) -> None:
    names = [target.name for target in targets.values()]
    for where, target in targets.items():
        if isinstance(target, IsNotSearched):
            raise UserError(f"--target {where}: {target.cannot_be_searched}")
        if names.count(target.name) > 1:
            raise UserError(f"--target {where}: another one is called {target.name}, too")


def _check_kernels(kernels: Iterable[str], targets: Iterable[Target]) -> None:
    known = list(dict.fromkeys(kernel for target in targets for kernel in target.kernels))
    for kernel in kernels:
        if kernel not in known:
            raise UserError(f"--kernel: expected one of {', '.join(known)}, not {kernel!a}")


def _check_settings(settings: Iterable[tuple[str, str]], targets: Iterable[Target]) -> None:
    known = {setting.name: setting for target in targets for setting in target.settings}
    for name, text in settings:
        if name not in known:
            raise UserError(f"--set: expected one of {', '.join(known)}, not {name!a}")
        try:
            known[name].domain.parse(text)
        except ValueError as error:
            raise UserError(f"--set {name}: expected {error}, not {text!a}") from None


def _settings_for(
    target: Target, settings: Iterable[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """Return the settings that a target has."""
    known = [setting.name for setting in target.settings]
    return tuple((name, text) for name, text in settings if name in known)
