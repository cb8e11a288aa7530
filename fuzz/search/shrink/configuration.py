"""Settings back to their defaults: what a case does not say, nobody has to read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.program.case import with_settings
from fuzz.program.domain import Word
from fuzz.search.shrink.cuts import Part, atoms_of, cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts


OPERATIONS_MAX: Final = 6
"""A longer case costs more runs than this is likely to gain."""


def drop_settings(attempts: Attempts) -> None:
    """Drop what was drawn, or any one setting of it, until none can be dropped.

    What a person chose, such as a defect, is what the case is about: it stays.
    """
    drawn = {setting.name for setting in attempts.target.settings if setting.drawn}
    while attempts.any_of(_plainer(attempts.case, drawn)):
        pass


def cut_and_reconfigure(attempts: Attempts) -> None:
    """Cut any one operation and set something that the case sets anyway differently."""
    while attempts.case.size <= OPERATIONS_MAX and attempts.any_of(_reconfigured(attempts)):
        pass


def _reconfigured(attempts: Attempts) -> Iterator[Case]:
    case, trace = attempts.case, attempts.outcome.trace
    for setting in attempts.target.settings:
        words = setting.domain.words if isinstance(setting.domain, Word) else ()
        chosen = case.setting(setting.name, setting.default)
        if setting.drawn and chosen != setting.default:
            for word in (word for word in words if word not in (chosen, setting.default)):
                other = with_settings(case, ((setting.name, word),))
                for atom in atoms_of(case):
                    if atom.part is Part.OPERATION:
                        yield next(cut(other, trace, [atom]))


def _plainer(case: Case, drawn: Set[str]) -> Iterator[Case]:
    chosen = tuple(setting for setting in case.settings if setting[0] not in drawn)
    yield replace(case, settings=chosen)
    for name, _ in case.settings:
        if name in drawn:
            kept = tuple(setting for setting in case.settings if setting[0] != name)
            yield replace(case, settings=kept)
