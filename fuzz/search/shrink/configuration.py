"""Settings back to their defaults: what a case does not say, nobody has to read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.program.case import with_settings
from fuzz.program.domain import Word
from fuzz.search.shrink.cuts import Part, atoms_of, cut
from fuzz.search.shrink.landmarks import landmarks

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts


OPERATIONS_MAX: Final = 6
"""A longer case costs more runs than this is likely to gain."""
EXCHANGES_MAX: Final = 16
"""Settings that are tried for others."""
VALUES_MAX: Final = 4
"""Values of a setting that are tried for another setting."""


def drop_settings(attempts: Attempts) -> None:
    """Drop what was drawn, or any one setting of it, until none can be dropped.

    What a person chose, such as a defect, is what the case is about: it stays.
    """
    drawn = {setting.name for setting in attempts.target.settings if setting.drawn}
    while attempts.any_of(_plainer(attempts.case, drawn)):
        pass


def exchange_settings(attempts: Attempts) -> None:
    """Make values of settings simpler, and set one thing instead of another, until none helps."""
    while attempts.any_of(_simpler_values(attempts)) or attempts.any_of(
        attempts.promising(_others_instead(attempts), EXCHANGES_MAX)
    ):
        pass


def _simpler_values(attempts: Attempts) -> Iterator[Case]:
    case = attempts.case
    for setting in attempts.target.settings:
        chosen = case.setting(setting.name, setting.default)
        if setting.drawn and chosen != setting.default:
            domain = setting.domain
            words = domain.words if isinstance(domain, Word) else ()
            for value in (*domain.simpler(domain.parse(chosen)), *words):
                yield _with_setting(attempts, case, setting.name, domain.text(value))


def _others_instead(attempts: Attempts) -> Iterator[Case]:
    """Yield the case with one setting left as it is and another one set, if that says less."""
    case = attempts.case
    for old in attempts.target.settings:
        chosen = case.setting(old.name, old.default)
        if old.drawn and chosen != old.default:
            kept = tuple(one for one in case.settings if one[0] != old.name)
            for new in attempts.target.settings:
                if new.drawn and new is not old and new.name not in dict(kept):
                    for value in landmarks(new.domain, VALUES_MAX):
                        text = new.domain.text(value)
                        if text != new.default:
                            without = replace(case, settings=kept)
                            yield _with_setting(attempts, without, new.name, text)


def _with_setting(attempts: Attempts, case: Case, name: str, text: str) -> Case:
    """Return the case with a setting, in the order in which the target names them."""
    texts = {**dict(case.settings), name: text}
    return replace(
        case,
        settings=tuple(
            (one.name, texts[one.name])
            for one in attempts.target.settings
            if texts.get(one.name, one.default) != one.default
        ),
    )


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
