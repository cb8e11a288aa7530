"""Noting a broken promise: a finding, once for each identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.values.finding import Finding
from fuzz.world.event import current_place

if TYPE_CHECKING:
    from fuzz.values.finding import Harm
    from fuzz.values.promise import Promise
    from fuzz.world.audience import Audience
    from fuzz.world.task import Task


def note(
    world: Audience,
    task: Task | None,
    promise: Promise,
    words: tuple[str, str],
    known: tuple[str | tuple[str, ...], Harm | None],
) -> None:
    """Add a finding to the world's, unless its identity is there; `words` is title and detail.

    `known` is place and harm: without the first it is the function that runs, without the second
    it is what the promise says.
    """
    place, harm = known
    places = (place,) if isinstance(place, str) else place or (current_place(),)
    who = task.name if task is not None else "-"
    step = len(world.trace)
    finding = Finding(promise.kind, places, harm or promise.harm, *words, who, step)
    if all(other.identity != finding.identity for other in world.findings):
        world.findings.append(finding)
