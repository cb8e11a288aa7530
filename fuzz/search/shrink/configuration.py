"""Settings back to their defaults: what a case does not say, nobody has to read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.program.case import Case
    from fuzz.search.shrink.attempts import Attempts


def drop_settings(attempts: Attempts) -> None:
    """Drop all settings, or any one of them, until none can be dropped."""
    while attempts.any_of(_plainer(attempts.case)):
        pass


def _plainer(case: Case) -> Iterator[Case]:
    yield replace(case, settings=())
    for name, _ in case.settings:
        kept = tuple(setting for setting in case.settings if setting[0] != name)
        yield replace(case, settings=kept)
