"""What happens in a case, as the lines that `swapstorm show` prints and a failed test shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.people.reports.markdown.timeline import timeline_text
from fuzz.people.reports.telling.story import tell_story
from fuzz.people.reports.telling.timeline import timeline_of
from fuzz.people.text import wrapped
from fuzz.people.words import injected

if TYPE_CHECKING:
    from fuzz.program.case import Case
    from fuzz.program.target import Target


def case_timeline(target: Target, case: Case) -> list[str]:
    """Say what was injected, draw the timeline, and name what no visit came to."""
    outcome, story = tell_story(target, case)
    timeline = timeline_text(timeline_of(story, outcome)).splitlines()
    unreached = [f"unreached: {anchored}" for anchored in outcome.unreached]
    return [*wrapped(injected(outcome.faults)), "", *timeline, *unreached]
