"""Settings back to their defaults: what a case does not say, nobody has to read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts


def drop_settings(attempts: Attempts) -> None:
    """Drop what was drawn, or any one setting of it, until none can be dropped.

    What a person chose, such as a defect, is what the case is about: it stays.
    """
    drawn = {setting.name for setting in attempts.target.settings if setting.drawn}
    while attempts.any_of(_plainer(attempts.case, drawn)):
        pass


def _plainer(case: Case, drawn: Set[str]) -> Iterator[Case]:
    chosen = tuple(setting for setting in case.settings if setting[0] not in drawn)
    yield replace(case, settings=chosen)
    for name, _ in case.settings:
        if name in drawn:
            kept = tuple(setting for setting in case.settings if setting[0] != name)
            yield replace(case, settings=kept)
