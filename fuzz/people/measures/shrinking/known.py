"""Known cases as a yardstick: what a person came to who wanted the smallest case of one bug.

The ground is the kernel of the case with that bug alone, where the case shows it there, so that a
finding of the same identity is no doing of another bug.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from fuzz.people.asking import refused
from fuzz.program.case import bare, with_settings
from fuzz.program.execute import execute, materialised
from fuzz.program.ground_truth import KnowsItsBugs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case, Expectation
    from fuzz.program.target import Target

UNCOVERED_MAX: Final = 8
"""Taking bugs out may uncover others; so often they are taken out, too."""


@dataclass(frozen=True, slots=True)
class Known:
    """A bug, on a ground, with the case that a person wrote to show it."""

    name: str
    """Of the file."""
    bug: str
    case: Case
    """Materialised."""
    identity: tuple[str, str]
    alone: bool
    """Whether the ground has no other known bug."""
    cured: Case | None
    """The same case without the bug; None where no kernel is like that."""


def known_in(target: Target, name: str, case: Case) -> Known | None:
    """Return the first bug that a case shows with, and does not show without; None for none."""
    if not isinstance(target, KnowsItsBugs):
        return None
    for shown, bug in _pairs(target, case):
        here = with_settings(replace(bare(case), kernel=shown.kernel), shown.settings)
        for alone in (True, False):
            ground = _alone(target, here, bug) if alone else here
            identity = _identity(target, ground, shown)
            if identity is not None:
                explicit = materialised(ground, execute(target, ground))
                cured = without(target, explicit, bug)
                return Known(name, bug, explicit, identity, alone, cured)
    return None


def without(target: Target, case: Case, bug: str) -> Case | None:
    """Return a case without a bug; None where no kernel is like that."""
    assert isinstance(target, KnowsItsBugs), "the target knows its bugs"
    cured = _set(case, target.without_bugs(dict(case.settings), [bug]))
    return None if refused(target, cured) else cured


def _pairs(target: KnowsItsBugs, case: Case) -> Iterator[tuple[Expectation, str]]:
    """Yield the expectations that differ from a clean one in nothing but a bug, with that."""
    for bug in target.bugs:
        for shown in case.expectations:
            for clean in case.expectations:
                if shown.kind and not clean.kind and shown.kernel == clean.kernel:
                    with_it, without_it = dict(shown.settings), dict(clean.settings)
                    put_in = target.with_bugs(without_it, [bug.name]) == with_it
                    if put_in or target.without_bugs(with_it, [bug.name]) == without_it:
                        yield shown, bug.name


def _alone(target: Target, case: Case, bug: str) -> Case:
    """Return the case on its kernel with all bugs but one taken out."""
    assert isinstance(target, KnowsItsBugs), "the target knows its bugs"
    for _ in range(UNCOVERED_MAX):
        settings = dict(case.settings)
        others = target.bugs_of(case.kernel, settings) - {bug}
        other = _set(case, target.without_bugs(settings, sorted(others)))
        if not others or refused(target, other):
            break
        case = other
    return case


def _set(case: Case, settings: dict[str, str]) -> Case:
    return replace(case, settings=tuple(settings.items()))


def _identity(target: Target, case: Case, shown: Expectation) -> tuple[str, str] | None:
    if refused(target, case):
        return None
    for finding in execute(target, case).findings:
        if finding.kind == shown.kind and shown.place in ("", finding.place):
            return finding.identity
    return None
