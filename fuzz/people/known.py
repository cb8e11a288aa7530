"""What is known already: bugs of crash folders, or of a triage that was written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.keep.crashes import list_crashes
from fuzz.people.errors import UserError, in_file
from fuzz.people.source import read_case
from fuzz.people.triage.baseline import read_baseline
from fuzz.people.triage.triaged import State
from fuzz.program.case import BugStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from fuzz.program.target import Target


def known_signatures(places: Iterable[Path], target: Target) -> tuple[str, ...]:
    """Return, sorted, the signatures of the bugs of a target that some places hold.

    A place is a folder of crash folders, or a file that `swapstorm triage` wrote as JSON.
    What is said to be fixed is not among them: were it found, it would be news.
    UserError when there is no such place, or it is neither.
    """
    return tuple(sorted({name: None for place in places for name in _known_in(place, target)}))


def _known_in(place: Path, target: Target) -> Iterator[str]:
    if not place.exists():
        raise in_file(place, "expected a folder of crashes, or what a triage wrote as JSON")
    if not place.is_dir():
        for known in read_baseline(place).known:
            if known.state is not State.FIXED:
                yield from known.signatures
        return
    for crash in list_crashes(place):
        try:
            case = read_case(crash.minimal, {target.name: target})
        except UserError:  # It is a case of another target, which this search cannot find.
            continue
        if case.status is not BugStatus.FIXED:
            yield from (f"{each.kind}-{each.place}" for each in case.expectations if each.kind)
